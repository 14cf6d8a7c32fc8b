"""What the tests of signing in through E-Gov ask of the portal and look at afterwards."""

from urllib.parse import parse_qs, urlsplit

from flask import Flask
from sqlalchemy import select
from webtest import TestApp, TestResponse

from app.core.audit import AuditEntry
from app.core.context import Context
from tests.web.e_gov_site import (
    is_in,
)

CALLBACK = "/login/e-gov/callback"


def another(portal: Flask) -> TestApp:
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.77"})


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def last_audit(system: Context) -> AuditEntry:
    system.session.rollback()
    return system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def refused(page: TestResponse, browser: TestApp, system: Context, status: int, code: str) -> None:
    """Nothing signed in, an audit row, a page that says what to do."""
    assert page.status_int == status
    assert "E-Gov identity ilə giriş alınmadı" in page.html.h1.text
    assert page.html.main.find("a", string="Yenidən başla")
    assert code in page.html.main.text
    assert not is_in(browser)
    row = last_audit(system)
    assert (row.operation, row.outcome, row.code) == ("accounts.enter_by_e_gov", "refused", code)
