"""Reads the portal's sample form as a browser gets it, and describes it to the peers, so that all show the same.

The description holds the fields by group, and the frame around the form with its texts marked, from which each peer
makes a template in its own language.
"""

import re
from typing import Any

from lxml import html

# A text between two tags of the frame, in which a peer puts its look-up of a message.
TEXT = re.compile(r">(\s*)([^<>\s][^<>]*?)(\s*)<")
TOKEN = re.compile(r'(name="csrf_token" value=")[^"]*')
BOX = "Qrafa "
FORM = re.compile(r"<form method=\"post\" action=\"/design/form\".*?</form>", re.DOTALL)
PATH = "/design/form"
SHORT_LIST = 20


def describe(page: str) -> dict[str, Any]:
    tree = _tree(page)
    form = next(form for form in tree.iter("form") if form.get("action") == PATH)
    groups = [_group(group) for group in form.find_class("group")]
    buttons = html.tostring(form.find_class("buttons")[0], encoding="unicode").strip()
    texts = {*_frame_texts(page, buttons), *_form_texts(groups)} - {""}
    viewer = _text(tree.find_class("viewer")[0].find("span"))
    return {"groups": groups, "buttons": buttons, "viewer": viewer, "texts": sorted(texts - {viewer})}


def template(
    page: str, description: dict[str, Any], form: str, *, text: str, path: str, token: str, viewer: str
) -> str:
    """The whole page as a template: `form` inside, and in the frame the peer's own look-ups.

    `text` is the look-up of a message that is called TEXT in it; `path`, `token` and `viewer` are those of the
    address, of the form's token and of the reader's name.
    """
    before, after = FORM.split(page)
    parts = [_marked(part, text, path, token) for part in (before, description["buttons"], after)]
    made = parts[0] + form.replace("BUTTONS", parts[1]) + parts[2]
    return made.replace(text.replace("TEXT", description["viewer"]), viewer)


def _marked(part: str, text: str, path: str, token: str) -> str:
    part = TEXT.sub(lambda found: f">{found[1]}{text.replace('TEXT', found[2])}{found[3]}<", part)
    part = re.sub(re.escape(PATH) + r"(?=\?lang)", path, part)
    return TOKEN.sub(lambda found: found[1] + token, part)


def _frame_texts(page: str, buttons: str) -> set[str]:
    before, after = FORM.split(page)
    return {found[2] for part in (before, buttons, after) for found in TEXT.finditer(part)}


def _form_texts(groups: list[dict[str, Any]]) -> list[str]:
    fields = [field for group in groups for field in group["fields"]]
    texts = [group[name] for group in groups for name in ("title", "hint")]
    texts += [field[name] for field in fields for name in ("label", "hint", "suffix")]
    labels = [label for field in fields if not field["listed"] for _, label in field["choices"]]
    return [*texts, *labels, "Qrafa", "vacib deyil"]


def _group(group: html.HtmlElement) -> dict[str, Any]:
    hint = group.find("p")
    return {
        "title": _text(group.find("legend")),
        "hint": "" if hint is None else _text(hint),
        "fields": [_field(field) for field in group.find_class("field")],
    }


def _field(field: html.HtmlElement) -> dict[str, Any]:
    control = next(field.iter("input", "select", "textarea"))
    kind = control.get("type", "text") if control.tag == "input" else control.tag
    if field.tag == "fieldset":
        kind = {"radio": "radios", "checkbox": "checkboxes"}[kind]
    label = next(field.iter("legend", "label"))
    words = label if kind == "checkbox" else label.find("span")
    choices = _choices(field, kind)
    box, hint = label.find_class("box"), field.find_class("hint")
    return {
        "name": control.get("name"),
        "kind": kind,
        "label": _own_text(words),
        "required": not label.find_class("optional"),
        "box": _text(box[0]).removeprefix(BOX) if box else "",
        "hint": _text(hint[0]) if hint else "",
        "suffix": "".join(_text(suffix) for suffix in field.find_class("suffix")),
        "width": (field.get("class") or "").replace("field", "").strip(),
        "number": "number" in (control.get("class") or ""),
        **{name: control.get(name) or "" for name in ("inputmode", "autocomplete", "maxlength", "rows")},
        "choices": choices,
        # Countries and currencies come translated from a table; short lists are messages.
        "listed": len(choices) > SHORT_LIST,
    }


def _choices(field: html.HtmlElement, kind: str) -> list[tuple[str, str]]:
    if kind == "select":
        return [(option.get("value"), _text(option)) for option in field.iter("option")]
    if kind in {"radios", "checkboxes"}:
        labels = {label.get("for"): _text(label) for label in field.iter("label")}
        return [(control.get("value"), labels[control.get("id")]) for control in field.iter("input")]
    return []


def _own_text(element: html.HtmlElement) -> str:
    return (element.text or "").strip()


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _tree(page: str) -> html.HtmlElement:
    tree: html.HtmlElement = html.fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))
    return tree


def visible(page: str) -> str:
    """What a reader sees of a page, and in which order."""
    tree = _tree(page)
    return _text(tree.find("body"))


def counts(page: str) -> tuple[int, int, int]:
    """Inputs, selects and options: what makes pages comparable beside their size."""
    return page.count("<input"), page.count("<select"), page.count("<option")
