"""Nothing that a user typed, and nobody's name, gets into the logs."""

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from flask import Flask
from webtest import TestApp

from app.core.logs import JsonLines
from app.web import context

PLANTED = {
    "username": "planted.username",
    "password": "planted-password-4711",
    "query": "planted-query",
    "cookie": "planted-cookie-value",
    "agent": "planted-agent",
    "field": "planted-field-value",
}


@pytest.fixture
def written() -> Iterator[StringIO]:
    """Everything that any logger writes, as the portal writes it."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_planted_value_is_logged(browser: TestApp, written: StringIO) -> None:
    browser.set_cookie("sid", PLANTED["cookie"])
    headers = {"User-Agent": PLANTED["agent"]}
    browser.get("/", params={"q": PLANTED["query"]}, headers=headers)
    browser.get(f"/services/{PLANTED['query']}", headers=headers, expect_errors=True)
    page = browser.get("/login/password")
    form = next(form for form in page.forms.values() if "password" in form.fields)
    form["username"], form["password"] = PLANTED["username"], PLANTED["password"]
    form.submit(expect_errors=True)
    browser.post("/design/form", {"field": PLANTED["field"]}, expect_errors=True)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [line["route"] for line in lines if line["message"] == "request"][:2] == ["/", "/services/<slug>"]
    assert [value for value in PLANTED.values() if value in written.getvalue()] == []


def test_name_of_who_signed_in_is_not_logged(sign_in: Callable[..., TestApp], written: StringIO) -> None:
    sign_in().get("/documents")
    line = json.loads(written.getvalue().splitlines()[-1])
    assert line["actor"].startswith("person:")
    assert "Aysel" not in written.getvalue()
    assert "participant@example.az" not in written.getvalue()


def test_bug_is_logged_by_its_place_and_not_by_its_words(
    portal: Flask, browser: TestApp, written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise ValueError(PLANTED["field"])

    monkeypatch.setattr(context, "_refuse_broken_text", broken)
    answer = browser.get("/", expect_errors=True)
    assert answer.status_int == 500
    assert PLANTED["field"] not in answer.text
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    error = next(line for line in lines if line["message"] == "unexpected error")
    assert error["error"] == "ValueError"
    assert any(frame.endswith("broken") for frame in error["frames"])
    assert PLANTED["field"] not in written.getvalue()
