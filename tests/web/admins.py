"""Administrators in a test's hands: people with strong sign-ins and what they do on the pages."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.accounts.models import Person
from app.accounts.operations import OpenAccount, open_account
from app.accounts.operations.sessions import Entry, open_session
from app.accounts.queries import find_credentials
from app.accounts.rules import Means
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Assurance, Role

PASSWORD = "dörd yaşıl gəmi limanda"
WHY = "Rəisin 12 nömrəli əmri."


@dataclass(frozen=True)
class Someone:
    browser: TestApp
    public_id: str
    person_id: int


class People:
    """Opens people, signed in by a card whose hash is made of their name."""

    def __init__(self, portal: Flask, system: Context) -> None:
        self.portal, self.system = portal, system

    def open(self, username: str, *roles: Role, means: Means = Means.E_SIGNATURE, **more: Any) -> Someone:
        facts = {"username": username, "password": PASSWORD, "name": f"Aysel {username}", "roles": roles}
        open_account(self.system, OpenAccount(**({"must_change": False} | facts | more)))
        return self.enter(username, means)

    def enter(self, username: str, means: Means = Means.E_SIGNATURE) -> Someone:
        account = find_credentials(self.system.session, username)
        assert account is not None
        entry = Entry(account.person_id, means, "test", device=device(username), assurance=Assurance.STRONG)
        with write_transaction(self.system.session):
            token = open_session(self.system, entry)
        public_id = self.system.session.scalars(select(Person.public_id).where(Person.id == account.person_id)).one()
        self.system.session.rollback()
        browser = TestApp(self.portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.40"})
        browser.set_cookie("sid", token)
        return Someone(browser, public_id, account.person_id)


def device(username: str) -> str:
    return username.encode().hex().ljust(64, "0")[:64]


def send(someone: Someone, path: str, action: str = "", **typed: str) -> TestResponse:
    """Fills in the form of this page that goes to `action` (or to the page itself) and sends it."""
    page = someone.browser.get(path)
    form = next(form for form in page.forms.values() if form.action == (action or path.partition("?")[0]))
    for name, value in typed.items():
        form[name] = value
    return form.submit(expect_errors=True)


def press(page: TestResponse, end: str) -> TestResponse:
    """Sends the form of this page whose address ends so."""
    form = next(form for form in page.forms.values() if form.action.endswith(end))
    return form.submit(expect_errors=True)


def is_in(someone: Someone) -> bool:
    return bool(someone.browser.get("/sessions").status_int == 200)
