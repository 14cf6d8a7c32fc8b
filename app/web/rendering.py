"""Pages: one environment of templates for each language, compiled before the first request.

What a page needs of the request, `render` adds; what every page knows from the start is a constant and is folded
into the compiled page (see `folding.py`).
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from flask import current_app, g, request
from jinja2 import Template
from markupsafe import Markup, escape

from app.web import formats
from app.web.compiled import compiled_pages
from app.web.folding import COMPONENTS, FoldingEnvironment
from app.web.i18n import LANGUAGES, Catalogue

TEMPLATES: Final = Path(__file__).parent.parent.parent / "templates"
_LANGUAGE_FORMATS: Final[Mapping[str, Callable[..., str]]] = {
    "number": formats.number,
    "money": formats.money,
    "size": formats.size,
}
_FORMATS: Final = {"date": formats.date, "instant": formats.instant, "time": formats.time_element}

Choices = Iterable[tuple[str, str]]


class Values(dict[str, Any]):
    """What stands in the fields of a form, as text and by name; a field without a value is empty."""

    def __missing__(self, _name: str) -> str:
        return ""


_NOTHING: Final = Values()


@dataclass(frozen=True, slots=True)
class OptionList:
    """The options of a select, written once; only the mark at the chosen one is put in for a request."""

    text: str
    places: Mapping[str, int]

    @classmethod
    def write(cls, choices: Choices) -> "OptionList":
        text, places = "", {}
        for code, label in choices:
            text += f'<option value="{escape(code)}"'
            places[code] = len(text)
            text += f">{escape(label)}</option>\n"
        return cls(text, places)

    def with_chosen(self, code: str) -> Markup:
        place = self.places.get(code)
        return Markup(self.text if place is None else f"{self.text[:place]} selected{self.text[place:]}")  # noqa: S704 - escaped above


class Rendering:
    """All pages in all languages.

    `constants` are values and pure functions by name; its entry `options` holds the lists of choices:
    {"countries": {"az": [("AZ", "Azərbaycan"), …], …}, …}. In templates `options("countries", code)` writes them
    as the options of a select, `choices_of("countries")` gives them as they are.
    """

    def __init__(
        self,
        template_folder: Path,
        catalogues: Mapping[str, Catalogue],
        constants: Mapping[str, Any],
        *,
        fold: bool = True,
        kept_in: Path | None = None,
    ) -> None:
        self.pages: dict[str, dict[str, Template]] = {}
        for catalogue in catalogues.values():
            environment = template_environment(template_folder, catalogue, constants, fold=fold)
            if kept_in is not None:
                language = catalogue.language
                environment.bytecode_cache = compiled_pages(kept_in, template_folder, language, constants)
            names = [name for name in environment.list_templates() if not name.startswith(COMPONENTS)]
            self.pages[catalogue.language] = {name: environment.get_template(name) for name in names}

    def page(self, name: str, language: str, /, **values: object) -> str:
        return self.pages[language][name].render(values)


def render(template: str, /, **values: object) -> str:
    """The page in the language of the request, with what the frame around every page shows."""
    from flask_wtf.csrf import generate_csrf

    rendering: Rendering = current_app.extensions["rendering"]
    frame = {
        "csrf_token": generate_csrf,
        "form_id": form_id,
        "viewer": g.get("viewer"),
        "path": _path(),
        "notices": g.get("notices", ()),
        "values": _NOTHING,
        "errors": _NOTHING,
    }
    # An error page may come before the language of the request is known.
    return rendering.page(template, g.get("language", LANGUAGES[0]), **{**frame, **values})


def form_id() -> str:
    """The number of the forms on one page: sent twice, a form is carried out once."""
    if "form_id" not in g:
        g.form_id = secrets.token_urlsafe(12)
    number: str = g.form_id
    return number


def _path() -> str:
    """The address of this page without its language; one leading slash, lest it name another host."""
    path = "/" + request.path.lstrip("/")
    if not request.query_string:
        return path
    from urllib.parse import urlencode

    query = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != "lang"])
    return f"{path}?{query}" if query else path


def template_environment(
    folder: Path, catalogue: Catalogue, constants: Mapping[str, Any], *, fold: bool
) -> FoldingEnvironment:
    environment = FoldingEnvironment(folder, _constants(catalogue, constants), fold=fold)
    environment.filters.update(_FORMATS)
    for name, function in _LANGUAGE_FORMATS.items():
        environment.filters[name] = partial(function, language=catalogue.language)
    return environment


def _constants(catalogue: Catalogue, constants: Mapping[str, Any]) -> dict[str, object]:
    """The constants of one language, with the functions that know its words and its lists."""
    lists = {name: texts[catalogue.language] for name, texts in constants.get("options", {}).items()}
    written = {name: OptionList.write(choices) for name, choices in lists.items()}
    functions: dict[str, Callable[..., object]] = {
        "_": catalogue.gettext,
        "ngettext": catalogue.ngettext,
        "options": lambda name, chosen: written[name].with_chosen(chosen),
        "choices_of": lambda name: list(lists[name]),
    }
    return {"demo": False, **constants, "language": catalogue.language, **functions}
