"""The emulated E-Gov identity over real HTTP, and what a person does there in a browser without a script."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.types import WSGIApplication

from webtest import TestApp, TestResponse
from werkzeug.serving import make_server

from app.adapters.emulators.application import ADDRESS, Silent, application
from app.adapters.emulators.e_gov.provider import EGov, NewPerson, e_gov
from app.core.clock import Clock
from app.settings import Settings
from tests.conftest import Database, settings_for
from tests.processes import free_port

FIN = "7EF9G4H"
AYSEL = NewPerson("aysel.importer", FIN, "Aysel Məmmədova", "e-gov-numayis")
SECOND = NewPerson("kamran.passenger", "6CD8E3F", "Kamran Quliyev", "e-gov-numayis")


def settings_with_provider(database: Database, instance: Path) -> Settings:
    """A portal whose emulators listen on a port that nobody else has."""
    port = free_port()
    issuer = f"http://{ADDRESS}:{port}/e-gov"
    return replace(settings_for(database, instance), port=port - 26, oidc_issuer=issuer)


@contextmanager
def provided(settings: Settings, clock: Clock) -> Iterator[EGov]:
    """The provider of these settings, with two people."""
    provider = e_gov(settings, clock)
    provider.register([AYSEL, SECOND])
    with listening(settings.emulators_port, application(settings, provider=provider)):
        yield provider


@contextmanager
def listening(port: int, program: WSGIApplication) -> Iterator[None]:
    server = make_server(ADDRESS, port, program, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def begin(browser: TestApp, query: str = "?next=/documents") -> str:
    """Presses the button of the page; gives where it leads."""
    form = form_of(browser.get(f"/login/e-gov{query}"), "/login/e-gov")
    answer = form.submit(status=303)
    return str(answer.location)


def agree(browser: TestApp, address: str, person: NewPerson = AYSEL) -> str:
    """Signs in at the provider and agrees; gives where it sends the browser."""
    form = form_of(browser.get(address), "/emulators/e-gov/authorize")
    if "username" in form.fields:
        form["username"], form["password"] = person.username, person.password
        return str(form.submit(status=303).location)
    return str(form.submit("answer", value="agree", status=303).location)


def form_of(page: TestResponse, path: str) -> Any:
    return next(form for form in page.forms.values() if form.action.startswith(path))


def arrive(browser: TestApp, address: str) -> TestResponse:
    return browser.get(address, expect_errors=True)


def is_in(browser: TestApp) -> bool:
    return bool(browser.get("/sessions").status_int == 200)
