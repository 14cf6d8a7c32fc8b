"""«Girişlərim»: one's open sessions, ended one by one or all but this."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import SignInSession
from app.core.context import Context
from app.core.roles import Role
from tests.web.test_principals import entered


@pytest.fixture
def two(portal: Flask, account: Callable[..., str]) -> tuple[TestApp, TestApp]:
    name = account()
    return entered(portal, name), entered(portal, name)


def ends(page: Any, end: str) -> Any:
    return next(form for form in page.forms.values() if form.action.endswith(end))


def is_in(browser: TestApp) -> bool:
    return bool(browser.get("/documents").status_int == 200)


def test_both_sign_ins_are_listed_and_this_one_is_marked(two: tuple[TestApp, TestApp]) -> None:
    page = two[0].get("/sessions")
    assert len(page.html.main.find("tbody").find_all("tr")) == 2
    assert page.html.main.find("tbody").text.count("Bu giriş") == 1
    assert page.html.main.find("tbody").text.count("192.0.2.0/24") == 2


def test_other_sign_in_is_ended(two: tuple[TestApp, TestApp]) -> None:
    here, there = two
    form = ends(here.get("/sessions"), "/end")
    assert form.submit().status_int == 303
    assert is_in(here)
    assert not is_in(there)


def test_ending_twice_does_no_more(two: tuple[TestApp, TestApp]) -> None:
    here, _ = two
    form = ends(here.get("/sessions"), "/end")
    assert [form.submit().status_int, form.submit().status_int] == [303, 303]


def test_all_others_are_ended(two: tuple[TestApp, TestApp]) -> None:
    here, there = two
    assert ends(here.get("/sessions"), "/end-others").submit().status_int == 303
    assert is_in(here)
    assert not is_in(there)


def test_session_of_somebody_else_cannot_be_ended(
    two: tuple[TestApp, TestApp], portal: Flask, account: Callable[..., str], system: Context
) -> None:
    foreign = list(system.session.scalars(select(SignInSession.public_id)))
    stranger = entered(portal, account(Role.CITIZEN))
    token = stranger.get("/sessions").html.find("input", {"name": "csrf_token"})["value"]
    answers = [
        stranger.post(f"/sessions/{one}/end", {"csrf_token": token}, expect_errors=True).status_int for one in foreign
    ]
    assert answers == [404, 404]
    assert is_in(two[0])
    assert is_in(two[1])
