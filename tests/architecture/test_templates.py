"""What a template may not hold: code and style of its own, foreign hosts, unguarded forms, unescaped text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.rendering import TEMPLATES

PAGES = sorted(TEMPLATES.rglob("*.html"))
# The attributes that mean the same in htmx 2 and 4, need no evaluation and keep nothing in the browser.
HTMX = {"get", "post", "target", "select", "swap", "trigger", "include", "indicator"}
FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "a foreign host": r"""(?:href|src|action|url)\s*[=(]\s*["']?(?:https?:)?//""",
    "a script address": r"javascript:",
    "an htmx attribute that validators do not know": r"(?<!data-)\bhx-",
    "text that is not escaped": r"\|\s*safe\b|\bMarkup\b|autoescape",
    "a button of no type": r"<button(?![^>]*\btype=)",
    "a value outside quotes": r"<[^<>]*\s[a-z-]+=\{\{",
    "a link that leads nowhere": r"""href=["']#["']""",
    "a sign of the manat that many fonts lack": "₼",
}
# Signing out twice is signing out once, so that this form needs no number.
UNNUMBERED = {"components/site_header.html"}
# Sent to another site, which has no use for a token of ours.
FOREIGN = {"accounts/e_gov_leave.html"}
POST_FORM = re.compile(r"<form\b[^>]*\bmethod=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def found_in(pattern: str) -> dict[str, list[str]]:
    found = {name_of(path): re.findall(pattern, path.read_text("utf-8")) for path in PAGES}
    return {name: matches for name, matches in found.items() if matches}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what: str) -> None:
    assert found_in(FORBIDDEN[what]) == {}


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("an inline script", "<script>"),
        ("an inline style", '<p style="color: red">'),
        ("an inline handler", '<body onload="go()">'),
        ("a foreign host", '<img src="//cdn.example/a.png">'),
        ("an htmx attribute that validators do not know", '<form hx-post="/">'),
        ("text that is not escaped", "{{ name | safe }}"),
        ("a button of no type", '<button class="main">'),
        ("a value outside quotes", "<a href={{ path }}>"),
    ],
)
def test_the_rule_sees_what_it_forbids(what: str, text: str) -> None:
    assert re.search(FORBIDDEN[what], text)


def test_htmx_is_used_only_as_both_versions_understand_it() -> None:
    assert {attribute for found in found_in(r"\bdata-hx-([a-z-]+)").values() for attribute in found} <= HTMX


def test_an_htmx_form_is_a_plain_form_first() -> None:
    for path in PAGES:
        text = path.read_text("utf-8")
        posts = len(re.findall(r"\bdata-hx-post=", text))
        plain = sum("data-hx-post=" in form for form in POST_FORM.findall(text))
        assert posts == plain, name_of(path)


def post_forms() -> Iterator[tuple[str, str]]:
    for path in PAGES:
        for form in POST_FORM.findall(path.read_text("utf-8")) if name_of(path) not in FOREIGN else ():
            yield name_of(path), form


def test_every_form_that_changes_something_has_its_token_and_its_number() -> None:
    forms = list(post_forms())
    assert forms
    assert [name for name, form in forms if 'name="csrf_token"' not in form] == []
    assert [name for name, form in forms if 'name="form_id"' not in form and name not in UNNUMBERED] == []


def test_every_picture_is_described_or_hidden() -> None:
    assert found_in(r"<svg(?![^>]*\b(?:aria-hidden|role)=)|<img(?![^>]*\balt=)") == {}
