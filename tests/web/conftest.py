"""The portal in a test's hands: the application on each database, people to sign in as, a browser without a script."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session
from webtest import TestApp

from app.accounts import passwords
from app.accounts.operations import OpenAccount, open_account
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import db
from app.core.limits import DatabaseLimits
from app.core.roles import Role
from app.factory import create_app
from app.settings import Settings

PASSWORD = "dörd yaşıl gəmi limanda"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as everywhere, but with little work: how much it is, is not the subject of pages."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def clock(now: object) -> FixedClock:
    return FixedClock(now)  # type: ignore[arg-type]


@pytest.fixture
def portal(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    app = create_app(settings, clock=clock)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def system(portal: Flask) -> Iterator[Context]:
    """The system's own context, with a session beside the portal's, for what must be there before a test begins."""
    with portal.app_context():
        engine = db.engine
    with Session(engine) as session:
        limits = DatabaseLimits(lambda: session, portal.extensions["settings"].secret_key)
        ports = replace(portal.extensions["ports"], limits=limits)
        yield Context(Actor.system("test"), session, portal.extensions["clock"], ports, reference="test")


@pytest.fixture
def account(system: Context) -> Callable[..., str]:
    """Opens an account of a role; its name is the role's."""

    def opened(role: Role = Role.PARTICIPANT, **more: object) -> str:
        participants = (("9900000141", "Xəzər İdxal MMC", "Bakı"),) if role is Role.PARTICIPANT else ()
        facts: dict[str, object] = {
            "username": str(role),
            "password": PASSWORD,
            "name": f"Aysel {role}",
            "roles": (role,),
        }
        facts |= {"participants": participants, "must_change": False, "email": f"{role}@example.az"}
        return open_account(system, OpenAccount(**(facts | more))).username  # type: ignore[arg-type]

    return opened


@pytest.fixture
def browser(portal: Flask) -> TestApp:
    """A browser without JavaScript: it follows links, fills in forms and sends them."""
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.10"})


@pytest.fixture
def sign_in(browser: TestApp, account: Callable[..., str]) -> Callable[..., TestApp]:
    def signed_in(role: Role = Role.PARTICIPANT, **more: object) -> TestApp:
        page = browser.get("/login/password")
        form = next(form for form in page.forms.values() if "password" in form.fields)
        form["username"], form["password"] = account(role, **more), PASSWORD
        form.submit(status=303)
        return browser

    return signed_in
