"""A portal with cards and the centre that made them, each spoken to as in earnest; the portal's clock moves alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from webtest import TestApp, TestResponse

from app.adapters.emulators import certification_centre
from app.adapters.emulators.chips import Chips, Medium, NewChip, Use
from app.adapters.emulators.devices import devices
from app.settings import Settings
from signing.authority import Authority
from tests.signing.emulated import served

FIN = "7EF9G4H"
CARD = NewChip("ES900001", Medium.CARD, FIN, "Aysel", "Məmmədova", "1111", "22222", "33333333")
OTHER = NewChip("ES900002", Medium.CARD, "5AB7C2D", "Leyla", "Əliyeva", "1111", "22222", "33333333")
OFFICER = NewChip("ES900003", Medium.CARD, "9JK2L6M", "Nigar", "Rzayeva", "1111", "22222", "33333333", office="01000")
EXPIRED = NewChip("ES900004", Medium.CARD, FIN, "Aysel", "Məmmədova", "1111", "22222", "33333333", is_expired=True)
CARDS = (CARD, OTHER, OFFICER, EXPIRED)


@dataclass(frozen=True)
class House:
    settings: Settings
    cards: Chips
    authority: Authority

    def serial(self, card: NewChip) -> int:
        return self.cards.certificate(card.number, Use.AUTHENTICATION).serial_number


@contextmanager
def card_house(settings: Settings) -> Iterator[House]:
    """With the centre behind HTTP."""
    centre = certification_centre.application(settings)

    def below(environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        return centre(environ | {"PATH_INFO": environ["PATH_INFO"].removeprefix("/pki")}, start_response)

    with served(below) as place:
        pki = f"http://{place}/pki"
        urls = {"tsa_url": f"{pki}/tsa", "ocsp_url": f"{pki}/ocsp", "crl_urls": (f"{pki}/root.crl", f"{pki}/crl")}
        settings = replace(settings, **urls)  # type: ignore[arg-type]
        yield House(settings, devices(settings).cards, certification_centre.centre(settings))


def a_browser(portal: Flask) -> TestApp:
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.40"})


def form_with(page: TestResponse, field: str) -> Any:
    return next(form for form in page.forms.values() if field in form.fields)


def shown(page: TestResponse) -> str:
    return " ".join(page.html.main.get_text().split())


def begun(browser: TestApp, query: str = "") -> TestResponse:
    """The page with the code."""
    page = browser.get(f"/login/e-signature{query}")
    form = next(form for form in page.forms.values() if form.action.startswith("/login/e-signature"))
    return form.submit(status=303).follow()


def at_reader(page: TestResponse) -> TestResponse:
    return page.click(href="/emulators/card/use")


def with_pin(page: TestResponse, card: NewChip = CARD, pin: str = "") -> TestResponse:
    form = form_with(page, "card")
    form["card"], form["pin"] = card.number, pin or card.pin1
    return form.submit(expect_errors=True)


def confirmed(browser: TestApp, card: NewChip = CARD, query: str = "") -> TestResponse:
    """The page of the reader from which the signature goes on to the portal."""
    return with_pin(at_reader(begun(browser, query)), card)


def sent(page: TestResponse, **changed: str) -> TestResponse:
    form = form_with(page, "signature")
    for name, value in changed.items():
        form[name] = value
    return form.submit(expect_errors=True)


def name_on(browser: TestApp) -> str:
    """Who is signed in, as the header shows it."""
    header = browser.get("/").html.find("header")
    return " ".join(header.get_text().split())
