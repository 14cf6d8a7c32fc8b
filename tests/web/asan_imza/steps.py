"""What whoever signs in with Asan imza does at the portal and on the phone; the services are spoken to by HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from webtest import TestApp, TestResponse

from app.adapters.emulators import certification_centre
from app.adapters.phones import MobilePhones
from app.core.clock import SystemClock
from app.core.db import db
from app.factory import create_app, real_ports
from app.settings import Settings
from tests.conftest import Database
from tests.signing.emulated import PHONE, Emulated, emulated, served

ENTRY = "/login/asan-imza"


def at_once(job: Callable[[], None]) -> None:
    """What goes on behind a request's back is done before it is answered."""
    job()


@dataclass(frozen=True)
class House:
    """The portal with phones and a certification centre beside it."""

    emulated: Emulated
    settings: Settings

    def at_rest(self, database: Database) -> "House":
        """As it was found: with an empty database, no phone that rings, and the clock put right."""
        with self.emulated.devices.phones.store.writing() as file:
            file.execute("DELETE FROM phone_request")
        # A little ahead of the centre's own clock: what it certifies during a test is good in that test.
        self.emulated.clock.set(SystemClock().now() + timedelta(minutes=5))
        return replace(self, settings=replace(self.settings, database_url=database.url))

    @contextmanager
    def portal(self, **changed: object) -> Iterator[Flask]:
        """As many processes as one likes."""
        settings = replace(self.settings, **changed)  # type: ignore[arg-type]
        us = settings.mobile_signature_uuid, settings.mobile_signature_name
        phones = MobilePhones(settings.mobile_signature_url, *us, run=at_once)
        ports = replace(real_ports(settings), phones=phones)
        app = create_app(settings, ports=ports, clock=self.emulated.clock)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    def confirm(self, number: str = PHONE.number, pin: str = PHONE.pin1) -> None:
        phones = self.emulated.devices.phones
        ringing = phones.ringing(number)
        assert ringing
        phones.confirm(number, ringing.id, pin)

    def cancel(self) -> None:
        ringing = self.emulated.devices.phones.ringing(PHONE.number)
        assert ringing
        self.emulated.devices.phones.cancel(PHONE.number, ringing.id)


@contextmanager
def outside_world(folder: Path) -> Iterator[House]:
    with emulated(folder) as made, served(certification_centre.application(made.settings)) as centre:
        urls = tuple(f"http://{centre}/{name}" for name in ("root.crl", "crl"))
        own = {"tsa_url": f"http://{centre}/tsa", "ocsp_url": f"http://{centre}/ocsp", "crl_urls": urls}
        settings = replace(made.settings, **own)  # type: ignore[arg-type]
        yield House(made, settings)


def new_browser(portal: Flask, address: str = "192.0.2.10") -> TestApp:
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": address})


def ask(browser: TestApp, phone: str = PHONE.number, user_id: str = PHONE.user_id, path: str = ENTRY) -> TestResponse:
    form = form_of(browser.get(path))
    form["phone"], form["user_id"] = phone, user_id
    return form.submit(expect_errors=True)


def begin(browser: TestApp, phone: str = PHONE.number, user_id: str = PHONE.user_id, path: str = ENTRY) -> TestResponse:
    """The page with the code."""
    answer = ask(browser, phone, user_id, path)
    assert answer.status_int == 303, answer.html.main.get_text()
    return answer.follow()


def form_of(page: TestResponse) -> Any:
    return next(form for form in page.forms.values() if form.action.startswith(ENTRY))


def go_on(page: TestResponse, *, script: bool = False) -> TestResponse:
    """Presses the button, or does what the script does every two seconds."""
    headers = {"HX-Request": "true"} if script else {}
    return form_of(page).submit(headers=headers, expect_errors=True)


def shown(page: TestResponse) -> str:
    return " ".join(page.html.main.get_text().split())


def code_on(page: TestResponse) -> str:
    return str(page.html.main.find(class_="key").get_text())
