"""Every way in which a request goes wrong ends on a clear page, in the user's language, with a number to name."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from webtest import TestApp, TestResponse

from app.factory import create_app
from app.settings import Settings
from app.web.context import BrokenText, UnknownLanguage
from app.web.errors import ADVICE, HEADINGS, TOKEN_EXPIRED
from app.web.guards import SENT_FROM_ELSEWHERE, allow
from app.web.headers import FIXED
from app.web.i18n import LANGUAGES, translate

FORM = "/login/password/forgot"
URL_ENCODED = "application/x-www-form-urlencoded"
REFERENCE = re.compile(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b")
HERE = {"Sec-Fetch-Site": "same-origin"}


def token(browser: TestApp) -> str:
    return str(browser.get(FORM).html.main.find("input", {"name": "csrf_token"})["value"])


def post(browser: TestApp, body: str | bytes, **headers: str) -> TestResponse:
    content = body.encode("ascii") if isinstance(body, str) else body
    return browser.post(FORM, params=content, content_type=URL_ENCODED, headers=headers, expect_errors=True)


@dataclass(frozen=True)
class Case:
    name: str
    status: int
    send: Callable[[TestApp], TestResponse]
    says: str = ""


def get(path: str) -> Callable[[TestApp], TestResponse]:
    return lambda browser: browser.get(path, expect_errors=True)


def sent_with_token(body: bytes, **headers: str) -> Callable[[TestApp], TestResponse]:
    return lambda browser: post(browser, b"csrf_token=" + token(browser).encode() + b"&" + body, **headers)


CASES = [
    Case("unknown language", 400, get("/?lang=fr"), UnknownLanguage.description),
    Case("broken query", 400, get("/?q=%C9"), BrokenText.description),
    Case("broken form", 400, sent_with_token(b"username=%C9"), BrokenText.description),
    Case("broken bytes in a form", 400, sent_with_token(b"username=\xc9"), BrokenText.description),
    Case("no token", 400, lambda browser: post(browser, "username=a"), SENT_FROM_ELSEWHERE),
    Case("expired token", 400, lambda browser: post(browser, "username=a", **HERE), TOKEN_EXPIRED),
    Case("another site", 403, sent_with_token(b"", **{"Sec-Fetch-Site": "cross-site"}), SENT_FROM_ELSEWHERE),
    Case("unknown address", 404, get("/nowhere")),
    Case("unknown service", 404, get("/services/nothing")),
    Case("dead link", 404, get("/login/password/reset/none")),
    Case("wrong method", 405, lambda browser: browser.post("/services/gooen", expect_errors=True)),
    Case("large form", 413, lambda browser: post(browser, "username=" + "a" * 600_000)),
    Case("large upload", 413, lambda browser: browser.post("/documents", b"a" * 13_000_000, expect_errors=True)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_goes_wrong_is_told_clearly(browser: TestApp, case: Case, language: str) -> None:
    browser.set_cookie("lang", language)
    page = case.send(browser)
    assert page.status_int == case.status
    assert_clear(page, language)
    if case.says:
        assert translate(language, case.says) in page.html.main.get_text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80"])
def test_a_foreign_name_is_refused_and_gets_into_no_link(browser: TestApp, host: str, language: str) -> None:
    page = browser.get("/", headers={"Host": host, "Cookie": f"lang={language}"}, expect_errors=True)
    assert page.status_int == HTTPStatus.BAD_REQUEST
    assert_clear(page, language)
    assert "evil" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_is_no_text_is_refused(portal: Flask, language: str) -> None:
    # WebTest cannot send such an address.
    answer = portal.test_client(use_cookies=False).get(
        "/", headers={"Host": "localhost", "Cookie": f"lang={language}"}, environ_overrides={"PATH_INFO": "/\xff"}
    )
    page = TestResponse(body=answer.data, status=answer.status, headerlist=list(answer.headers))
    assert_clear(page, language)
    assert translate(language, BrokenText.description) in page


def assert_clear(page: TestResponse, language: str) -> None:
    """In the user's language: what happened, what to do, a number to name, a way on; and nothing of our insides."""
    main = page.html.main
    heading = translate(language, HEADINGS[page.status_int])
    assert page.html.html["lang"] == language
    assert [main.h1.get_text(), page.html.title.get_text()] == [heading, f"{heading} – e-Gömrük"]
    assert translate(language, ADVICE[page.status_int]) in main.get_text()
    assert REFERENCE.search(main.strong.get_text())
    assert main.find("a", {"href": "/"})
    assert_headers(page)
    assert not re.search("Traceback|Error|werkzeug|sqlalchemy", page.text)


def assert_headers(answer: TestResponse) -> None:
    assert {name: answer.headers.get(name) for name in FIXED} == dict(FIXED)


@pytest.mark.parametrize("path", ["/", "/documents", "/healthz", "/services/gooen/guide", FORM])
def test_every_answer_tells_the_browser_what_it_may_do(browser: TestApp, path: str) -> None:
    assert_headers(browser.get(path))


def test_an_unknown_session_is_as_none(browser: TestApp) -> None:
    browser.set_cookie("sid", "x" * 500)
    assert browser.get("/").html.header.find("a", {"href": "/login"})
    assert browser.get("/documents").location == "/login?next=%2Fdocuments"


def test_a_form_with_a_dead_token_keeps_what_was_typed_and_can_be_sent_again(browser: TestApp) -> None:
    page = post(browser, "username=%C6%8Fli&csrf_token=old&form_id=1", **HERE)
    form = next(form for form in page.forms.values() if "username" in form.fields)
    assert form["username"].value == "Əli"
    assert form["csrf_token"].value != "old"
    assert form.submit(headers=HERE).status_int == 303


@pytest.mark.parametrize("headers", [HERE, {"Origin": "http://localhost"}])
def test_a_secret_is_never_shown_again(browser: TestApp, headers: dict[str, str]) -> None:
    secrets = {"password": "gizli1", "new_password": "gizli2", "pin": "gizli3", "pin1": "gizli4", "puk": "gizli5"}
    page = post(browser, "&".join(f"{name}={value}" for name, value in secrets.items()) + "&note=qalan", **headers)
    assert "qalan" in page
    assert "gizli" not in page


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://evil.example"}],
)
def test_what_another_site_sent_is_not_shown(browser: TestApp, headers: dict[str, str]) -> None:
    assert "typed elsewhere" not in post(browser, "username=typed+elsewhere", **headers)


def test_a_part_of_a_page_asked_for_after_sign_out_leads_the_whole_page_to_sign_in(browser: TestApp) -> None:
    answer = browser.get("/documents", headers={"HX-Request": "true"}, expect_errors=True)
    assert (answer.status_int, answer.headers["HX-Redirect"]) == (401, "/login?next=%2Fdocuments")
    assert_headers(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bug_shows_a_number_and_no_traceback(
    portal: Flask,
    browser: TestApp,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    language: str,
) -> None:
    @allow("catalogue.read")
    def broken() -> str:
        raise ZeroDivisionError("a secret value")

    monkeypatch.setitem(portal.view_functions, "catalogue.front_page", broken)
    browser.set_cookie("lang", language)
    with caplog.at_level(logging.ERROR):
        page = browser.get("/", expect_errors=True)
    assert page.status_int == HTTPStatus.INTERNAL_SERVER_ERROR
    assert_clear(page, language)
    assert "secret" not in page
    (line,) = caplog.records
    assert line.__dict__["reference"] == page.html.main.strong.get_text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite", "postgresql+psycopg://nobody@127.0.0.1:1/nothing"])
def test_a_database_that_is_away_is_told_with_the_time_to_come_back(tmp_path: Path, url: str, language: str) -> None:
    settings = {"EGOMRUK_INSTANCE": str(tmp_path), "EGOMRUK_SECRET_KEY": "test " * 10, "DATABASE_URL": url}
    browser = TestApp(create_app(Settings.from_environment(settings)), extra_environ={"HTTP_HOST": "localhost"})
    browser.set_cookie("lang", language)
    page = browser.get("/", expect_errors=True)
    assert (page.status_int, page.headers["Retry-After"]) == (503, "10")
    assert_clear(page, language)


@pytest.mark.parametrize("path", ["/", "/documents", "/nowhere", "/healthz", "/static/site.css"])
@pytest.mark.parametrize("query", ["\xff", "q=\xff", "lang=\xc9", "next=%2F&q=\xff\xfe"])
def test_bytes_that_are_no_text_in_the_address_are_a_clear_page(portal: Flask, path: str, query: str) -> None:
    answer = portal.test_client().get(path, headers={"Host": "localhost"}, environ_overrides={"QUERY_STRING": query})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert BrokenText.description in answer.text
    assert REFERENCE.search(answer.text)
