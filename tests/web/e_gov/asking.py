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


# What is said of each answer that is none; of all that is wrong with a token, one thing.
TEXTS = {
    "e_gov.token": "E-Gov portalının cavabı təsdiqlənmədi, ona görə də portala daxil olmadınız. Yenidən başlayın.",
    "e_gov.not_given": "E-Gov portalı girişi təsdiq etmədi, ona görə də portala daxil olmadınız. Yenidən başlayın.",
    "e_gov.declined": "E-Gov portalında girişi təsdiq etmədiniz, ona görə də portala daxil olmadınız.",
    "e_gov.no_pin": "E-Gov hesabınız FİN-inizi bildirmədi, onsuz portala daxil olmaq olmur.",
    "e_gov.away": "E-Gov portalı cavab vermir. Bir azdan yenidən cəhd edin və ya başqa vasitə ilə daxil olun.",
    "ceremony.unknown": "Belə təsdiq cəhdi yoxdur. Yenidən başlayın.",
    "ceremony.used": "Bu təsdiqə artıq cavab verilib. Yenidən başlayın.",
    "ceremony.expired": "Təsdiq üçün ayrılan vaxt bitdi. Yenidən başlayın.",
    "accounts.barred": "Bu giriş vasitəsi müvəqqəti bağlanıb. Başqa vasitə ilə daxil olun.",
}


def refused(page: TestResponse, browser: TestApp, system: Context, status: int, code: str) -> None:
    """Nothing signed in, an audit row, a page that says what to do and leads back to where it began."""
    assert page.status_int == status
    assert page.html.h1.text == "Təsdiq alınmadı"
    text = next(text for known, text in TEXTS.items() if code.startswith(known))
    assert page.html.main.find(class_="lead").text.startswith(text)
    wanted = "%2F" if code == "ceremony.unknown" else "%2Fdocuments"
    assert page.html.main.find("a", string="Yenidən başla")["href"] == f"/login/e-gov?next={wanted}"
    assert page.html.main.find("a", string="Başqa vasitə seç")["href"] == f"/login?next={wanted}"
    assert code in page.html.main.text
    assert not is_in(browser)
    row = last_audit(system)
    assert (row.operation, row.outcome, row.code) == ("accounts.enter_by_e_gov", "refused", code)
