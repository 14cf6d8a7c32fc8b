"""What is different where it is not a demonstration."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from webtest import TestApp

from app.core.db import db
from app.factory import create_app
from app.settings import Mode, Settings


@pytest.fixture
def production(settings: Settings) -> Iterator[TestApp]:
    made = replace(settings, mode=Mode.PRODUCTION, base_url="https://portal.example", clamd="127.0.0.1:3310")
    portal = create_app(made)
    yield TestApp(portal, extra_environ={"HTTP_HOST": "portal.example", "wsgi.url_scheme": "https"})
    with portal.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("path", ["/design", "/design/form", "/emulators/phone", "/emulators/e-gov", "/emulators/hub"])
def test_what_serves_demonstrations_is_not_there(production: TestApp, path: str) -> None:
    assert production.get(path, expect_errors=True).status_int == 404


def test_page_names_no_demonstration(production: TestApp) -> None:
    page = production.get("/")
    assert "Nümayiş rejimi" not in page
    assert "/design" not in page


def test_cookies_cannot_leave_tls_nor_this_host(production: TestApp) -> None:
    cookies = production.get("/login/password").headers.getall("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-form"]
    assert all(mark in cookies[0] for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in cookies[0]


def test_browser_is_told_to_stay_with_tls(production: TestApp) -> None:
    assert production.get("/").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_local_names_are_foreign(production: TestApp) -> None:
    answer = production.get("/", extra_environ={"HTTP_HOST": "localhost"}, expect_errors=True)
    assert answer.status_int == 400
