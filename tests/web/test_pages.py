"""The conventions that hold for every page: its frame, its forms, its weight, and what it asks of the database."""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from webtest import TestApp, TestResponse

from app.core.context import Context
from app.core.policy import policy
from app.core.roles import Role
from app.web.i18n import LANGUAGES, catalogues, translate
from tests.web.walk import ROLES, Cast, page_paths

PAGE_BUDGET = 14_000
FIRST_LOAD_BUDGET, FIRST_LOAD_REQUESTS = 60_000, 6
SHOWN_TIME = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}( [0-9]{2}:[0-9]{2})?")
MACHINE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}\+04:00)?")
Pages = dict[str, TestResponse]


@pytest.fixture
def walk(portal: Flask, system: Context) -> Callable[[str], Pages]:
    """Every page in one language, each as somebody sees it who may."""
    cast = Cast(portal, system)

    def walked(language: str) -> Pages:
        visitors = {}
        pages = {}
        for path, action in page_paths(portal):
            role = next(role for role in ROLES if role in policy()[action].roles and role is not Role.NEWCOMER)
            if role not in visitors:
                visitors[role] = cast.enter(role)
                visitors[role].browser.set_cookie("lang", language)
            pages[path] = visitors[role].browser.get(path, status=200)
        pages["an error"] = visitors[Role.ANONYMOUS].browser.get("/nowhere", status=404)
        return pages

    return walked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_frame(walk: Callable[[str], Pages], language: str) -> None:
    pages = walk(language)
    for path, page in pages.items():
        html = page.html
        assert len(html.find_all("h1")) == 1, path
        assert html.html["lang"] == language, path
        assert html.title.string.endswith(" – e-Gömrük"), path
        assert html.body.find("a").get("href") == "#main", path
        assert [len(html.find_all(name, recursive=True)) for name in ("main", "footer")] == [1, 1], path
        assert html.find("main")["id"] == "main", path
        assert html.find("meta", {"name": "description"})["content"].strip(), path
    titles = [page.html.title.string for page in pages.values()]
    assert sorted(titles) == sorted(set(titles))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_leads_or_loads_from_elsewhere(walk: Callable[[str], Pages], language: str) -> None:
    for path, page in walk(language).items():
        addresses = [tag[name] for name in ("href", "src", "action") for tag in page.html.find_all(attrs={name: True})]
        far = [
            text for text in addresses if urlsplit(text).netloc or urlsplit(text).scheme not in {"", "tel", "mailto"}
        ]
        assert far == [], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound(walk: Callable[[str], Pages], language: str) -> None:
    for path, page in walk(language).items():
        html = page.html
        ids = [tag["id"] for tag in html.find_all(id=True)]
        assert sorted(ids) == sorted(set(ids)), path
        assert len(html.find_all(autofocus=True)) <= 1, path
        assert [label["for"] for label in html.find_all("label") if label["for"] not in ids] == [], path
        pointed = [
            name for tag in html.find_all(attrs={"aria-describedby": True}) for name in tag["aria-describedby"].split()
        ]
        assert set(pointed) <= set(ids), path
        assert [link["href"] for link in html.select("a[href^='#']") if link["href"][1:] not in {*ids, ""}] == [], path
        for element in html.find_all("time"):
            assert SHOWN_TIME.fullmatch(element.get_text()), path
            assert MACHINE_TIME.fullmatch(element["datetime"]), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_that_changes_something_carries_its_token(walk: Callable[[str], Pages], language: str) -> None:
    for path, page in walk(language).items():
        for form in page.html.find_all("form"):
            hidden = {field["name"] for field in form.find_all("input", {"type": "hidden"})}
            assert form["method"] in {"get", "post"}, path
            assert form["method"] == "get" or "csrf_token" in hidden, path
            part = form.get("data-hx-target", "").lstrip("#")
            assert form.get("data-hx-post", form.get("action")) == form.get("action"), path
            assert not part or page.html.find(id=part), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_undone_has_a_page_that_asks(walk: Callable[[str], Pages], language: str) -> None:
    for path, page in walk(language).items():
        assert [tag.name for tag in page.html.select(".danger") if tag.name != "a"] == [] or path == "/design", path


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_light_and_kept_by_nobody(walk: Callable[[str], Pages], language: str) -> None:
    pages = walk(language)
    weights = {path: len(gzip.compress(page.body)) for path, page in pages.items()}
    assert max(weights.values()) <= PAGE_BUDGET, weights
    assert {page.headers["Cache-Control"] for page in pages.values()} == {"no-store"}


def test_the_first_load_is_light(browser: TestApp) -> None:
    page = browser.get("/")
    files = [tag.get("href") or tag.get("src") for tag in page.html.head.find_all(["link", "script"])]
    loaded = [browser.get(path) for path in files]
    assert {answer.headers["Cache-Control"] for answer in loaded} == {"public, max-age=31536000, immutable"}
    assert len(files) + 1 <= FIRST_LOAD_REQUESTS
    assert (
        len(gzip.compress(page.body)) + sum(len(gzip.compress(answer.body)) for answer in loaded) <= FIRST_LOAD_BUDGET
    )


def test_a_static_file_of_another_version_is_not_there(browser: TestApp) -> None:
    path = browser.get("/").html.find("link", rel="stylesheet")["href"]
    name = path.rpartition("/")[2]
    assert browser.get(f"/static/0123456789ab/{name}", expect_errors=True).status_int == 404


ENDS_EVERYBODYS_SESSION = "/admin/sessions"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_is_shown_again_with_what_is_wrong(walk: Callable[[str], Pages], language: str) -> None:
    """422, the title says so, the summary has the focus and the words of the fields, its links lead to them."""
    known = {text for catalogue in [catalogues()[language]] for text in catalogue.messages.values()}
    answered = 0
    for path, page in walk(language).items():
        if path == ENDS_EVERYBODYS_SESSION:
            continue
        for form in [form for form in page.forms.values() if form.method.lower() == "post" and len(form.fields) > 2]:
            answer = form.submit(expect_errors=True)
            if answer.status_int == 303:
                continue  # A form of choices alone, of which none need be made.
            if answer.status_int == 403 and answer.html.main.find("a", href=re.compile("^/login/prove")):
                continue  # Before anything is read, the card is asked for.
            answered += 1
            assert answer.status_int == 422, path
            assert answer.html.title.string.startswith(f"{translate(language, 'Xəta')}: "), path
            assert_summary(answer.html, known if language != "az" else None)
    assert answered >= 5


def assert_summary(html: Any, known: set[str] | None) -> None:
    summary = html.main.find(attrs={"role": "alert"})
    assert summary.has_attr("autofocus")
    links = summary.find_all("a")
    assert links
    for link in links:
        name = link["href"].lstrip("#")
        assert html.find(id=name)
        error = html.find(id=f"{name}-error")
        assert error.get_text().endswith(f" {link.get_text()}")
        assert known is None or link.get_text() in known
    assert not re.search("This field|Not a valid|Invalid", html.main.get_text())


def test_a_form_keeps_what_was_typed_but_no_password(browser: TestApp) -> None:
    form = next(form for form in browser.get("/login/password").forms.values() if "password" in form.fields)
    form["username"], form["password"] = 'Ə<b>&"li', "gizli söz"
    answer = form.submit(expect_errors=True)
    again = next(form for form in answer.forms.values() if "password" in form.fields)
    assert (again["username"].value, again["password"].value) == ('Ə<b>&"li', "")
    assert "gizli" not in answer


def test_a_new_password_is_acknowledged_where_one_signs_in(browser: TestApp) -> None:
    notice = browser.get("/login/password?changed=1").html.main.find(attrs={"role": "status"})
    assert "Şifrəniz dəyişdirildi." in notice.get_text()
    assert browser.get("/login/password").html.main.find(attrs={"role": "status"}) is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", ["Axtar"]),
        ("/login/password", ["Daxil ol"]),
        ("/login/password/forgot", ["Keçidi göndər"]),
        ("/login", ["Necə əldə etməli?", "PORTALA GİRİŞ"]),
        ("/services/gooen", ["İstifadə təlimatı", "Reqlament"]),
    ],
)
def test_buttons_are_worded_as_in_the_official_instructions(browser: TestApp, path: str, words: list[str]) -> None:
    texts = [tag.get_text(strip=True) for tag in browser.get(path).html.main.find_all(["h1", "a", "button", "summary"])]
    assert set(words) <= set(texts)


@pytest.mark.parametrize("target", ["/", "/services/gooen", "/?q=tarif&group=inquiry", "/login?next=%2Fdocuments"])
def test_the_language_is_changed_in_place_and_remembered(browser: TestApp, target: str) -> None:
    page = browser.get(target)
    russian = page.html.header.find("a", lang="ru")
    page = browser.get(russian["href"])
    assert page.html.html["lang"] == "ru"
    assert page.html.header.find("a", {"aria-current": "true"})["lang"] == "ru"
    assert browser.get("/login").html.html["lang"] == "ru"
    back = page.html.header.find("a", lang="az")["href"]
    assert re.sub(r"[?&]lang=az$", "", back) == target


@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_out_wipes_the_browser_but_not_the_language(sign_in: Callable[..., TestApp], language: str) -> None:
    browser = sign_in()
    form = next(form for form in browser.get("/", {"lang": language}).forms.values() if form.action == "/logout")
    answer = form.submit(status=303)
    assert "cookies" in answer.headers["Clear-Site-Data"]
    browser.reset()
    assert browser.get(answer.location).html.html["lang"] == language


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of any database meanwhile, but for opening and closing transactions."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SET")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 1), ("/services/gooen", 3), ("/services/gooen/guide", 0), ("/login", 1), ("/login/password", 0)],
)
def test_a_public_page_asks_little_of_the_database(browser: TestApp, path: str, most: int) -> None:
    with statements() as seen:
        browser.get(path)
    assert len(seen) <= most, seen


def test_a_page_of_a_signed_in_user_asks_little_of_the_database(portal: Flask, system: Context) -> None:
    cast, counts = Cast(portal, system), {}
    for path, action in page_paths(portal):
        role = next(role for role in reversed(ROLES) if role in policy()[action].roles and role is not Role.ANONYMOUS)
        visitor = cast.enter(role)
        with statements() as seen:
            visitor.browser.get(path)
        # A look at people's data is also written into the audit trail.
        counts[path] = len([statement for statement in seen if "audit_" not in statement])
    assert {path: count for path, count in counts.items() if count > 3} == {}


def marked(html: Any) -> list[str]:
    return [tag.name for tag in html.find_all(attrs={"aria-invalid": True})]


def test_only_what_is_wrong_is_marked(browser: TestApp) -> None:
    page = browser.get("/login/password")
    assert marked(page.html.main) == []
    form = next(form for form in page.forms.values() if "password" in form.fields)
    form["username"] = "somebody"
    assert [tag["id"] for tag in form.submit(expect_errors=True).html.main.find_all(attrs={"aria-invalid": True})] == [
        "password"
    ]
