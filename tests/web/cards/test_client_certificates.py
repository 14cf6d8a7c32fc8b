"""Signing in with a certificate that a proxy hands over: believed of a trusted proxy, and of nobody else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp, TestResponse

from app.accounts.models import SignInSession
from app.adapters.emulators.chips import Use
from app.adapters.trust_services import trust_services
from app.core.audit import AuditEntry
from app.core.context import Context
from app.settings import Settings
from signing.profiles import PERSON_AUTHENTICATION
from signing.subjects import Subject
from tests.processes import free_port
from tests.signing.centre import Centre
from tests.web.cards.house import CARD, EXPIRED, FIN, House, name_on, shown

PROXY, STRANGER = "10.0.0.1", "192.0.2.66"
PATH = "/login/e-signature/certificate"


@pytest.fixture
def settings(house: House) -> Settings:
    place = "https://localhost:8443"
    return replace(house.settings, trusted_proxies=(PROXY,), certificate_url=place, base_url="https://localhost")


@pytest.fixture
def browser(portal: Flask) -> TestApp:
    """Through the proxy, by TLS."""
    told = {"HTTP_X_FORWARDED_FOR": "192.0.2.10", "HTTP_X_FORWARDED_PROTO": "https"}
    extra = {"HTTP_HOST": "localhost:8443", "REMOTE_ADDR": PROXY, "wsgi.url_scheme": "https"}
    return TestApp(portal, extra_environ=extra | told)


def handed(certificate: Certificate) -> str:
    """As nginx writes it."""
    return quote(certificate.public_bytes(Encoding.PEM).decode())


def sent(browser: TestApp, certificate: str, **extra: str) -> TestResponse:
    headers, environ = {"X-Client-Certificate": certificate} if certificate else {}, {**extra}
    token = browser.get("/login/e-signature").html.main.find("input", {"name": "csrf_token"})["value"]
    headers["Referer"] = f"https://localhost:8443{PATH}"
    return browser.post(
        f"{PATH}?next=/documents", {"csrf_token": token}, headers, extra_environ=environ, expect_errors=True
    )


def good(house: House) -> Certificate:
    return house.cards.certificate(CARD.number, Use.AUTHENTICATION)


TEXTS = {
    "certificate.missing": "Brauzer sertifikat göstərmədi. Kartı oxuyana qoyun",
    "certificate.outside": "Sertifikatı verən mərkəzə müraciət edin.",
    "certificate.purpose": "Giriş sertifikatını seçin, o, PIN1 ilə açılır.",
    "certificate.untrusted": "Milli mərkəzin kartından istifadə edin.",
    "certificate.revoked": "Sertifikat ləğv edilib. Sertifikatı verən mərkəzə müraciət edin.",
    "certificate.on_hold": "Bərpa etmək üçün onu verən mərkəzə müraciət edin.",
    "certificate.no_pin": "Sertifikatda sahibinin FİN-i yoxdur, portal isə şəxsi FİN-lə tanıyır. Başqa vasitə seçin.",
    "certificate.unreadable": "Sertifikat oxunmadı. Kartı çıxarıb yenidən qoyun və bir də cəhd edin.",
    "certificate.away": "Bir azdan yenidən cəhd edin və ya başqa vasitə seçin.",
}


def nobody_is_in(system: Context, page: TestResponse, code: str) -> None:
    """It says what to do, and leads back to where one began; the trail has it."""
    assert code in page, shown(page)
    assert TEXTS[code] in shown(page)
    assert page.html.main.find("a", string="Yenidən başla")["href"] == "/login/e-signature?next=%2Fdocuments"
    assert system.session.scalar(select(func.count()).select_from(SignInSession)) == 0
    newest = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (newest.operation, newest.outcome) == ("accounts.sign_in_by_certificate", "refused")
    assert newest.code == code


def test_certificate_of_a_trusted_proxy_signs_in(house: House, browser: TestApp) -> None:
    page = browser.get(PATH, headers={"X-Client-Certificate": handed(good(house))})
    assert "Aysel Məmmədova" in shown(page)
    assert "form-action 'self' https://localhost;" in page.headers["Content-Security-Policy"]
    answer = sent(browser, handed(good(house)))
    assert (answer.status_int, answer.location) == (303, "https://localhost/documents")
    assert "Aysel Məmmədova" in name_on(browser)


def test_certificate_from_anybody_else_is_not_seen(house: House, browser: TestApp, system: Context) -> None:
    forged = handed(good(house))
    page = browser.get(PATH, headers={"X-Client-Certificate": forged}, extra_environ={"REMOTE_ADDR": STRANGER})
    assert "Brauzer sertifikat göstərmədi." in shown(page)
    page = sent(browser, forged, REMOTE_ADDR=STRANGER)
    assert page.status_int == 422
    nobody_is_in(system, page, "certificate.missing")


def test_header_is_believed_of_nobody_where_no_proxy_is_named(
    house: House, portal: Flask, browser: TestApp, system: Context
) -> None:
    portal.wsgi_app.addresses = frozenset()  # type: ignore[attr-defined]
    nobody_is_in(system, sent(browser, handed(good(house))), "certificate.missing")


def of_another_centre(_: House) -> Certificate:
    name = Subject.person(FIN, "Aysel", "Məmmədova").name()
    return Centre("Yad").issue(PERSON_AUTHENTICATION, name, ec.generate_private_key(ec.SECP256R1()))


def revoked(house: House) -> Certificate:
    house.authority.revoke(house.serial(CARD))
    return good(house)


def on_hold(house: House) -> Certificate:
    house.authority.suspend(house.serial(CARD))
    return good(house)


def of_a_foreigner(house: House) -> Certificate:
    subject = Subject("John Smith", "John", "Smith", "PASGB-123456789")
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return house.authority.issue(PERSON_AUTHENTICATION, subject, public)


REFUSED: dict[str, tuple[Callable[[House], Certificate], str]] = {
    "expired": (lambda house: house.cards.certificate(EXPIRED.number, Use.AUTHENTICATION), "certificate.outside"),
    "for signing": (lambda house: house.cards.certificate(CARD.number, Use.SIGNING), "certificate.purpose"),
    "of an authority": (lambda house: house.authority.issuing, "certificate.purpose"),
    "of another centre": (of_another_centre, "certificate.untrusted"),
    "revoked": (revoked, "certificate.revoked"),
    "on hold": (on_hold, "certificate.on_hold"),
    "without a FIN": (of_a_foreigner, "certificate.no_pin"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_certificate_that_is_not_good_signs_nobody_in(
    house: House, browser: TestApp, system: Context, name: str
) -> None:
    make, code = REFUSED[name]
    page = sent(browser, handed(make(house)))
    assert page.status_int == 422
    nobody_is_in(system, page, code)


@pytest.mark.parametrize("text", ["", "nonsense", "%00", "-----BEGIN CERTIFICATE-----"])
def test_what_is_no_certificate_signs_nobody_in(browser: TestApp, system: Context, text: str) -> None:
    page = sent(browser, text)
    assert page.status_int == 422
    nobody_is_in(system, page, "certificate.unreadable" if text else "certificate.missing")


def test_two_certificates_are_none(house: House, browser: TestApp, system: Context) -> None:
    nobody_is_in(system, sent(browser, handed(good(house)) * 2), "certificate.unreadable")


def test_page_of_the_card_leads_to_the_other_port(browser: TestApp) -> None:
    page: Any = browser.get("/login/e-signature?next=/documents")
    link = page.html.main.find("a", string="Sertifikatla davam et")
    assert link["href"] == f"https://localhost:8443{PATH}?next=%2Fdocuments"


@pytest.mark.parametrize("setting", ["ocsp_url", "crl_urls"])
def test_nobody_comes_in_while_nothing_says_whether_it_was_revoked(
    house: House, portal: Flask, browser: TestApp, system: Context, setting: str
) -> None:
    """The responder for the card, or the list of the authority above it."""
    nowhere = f"http://127.0.0.1:{free_port()}/"
    changed = {"ocsp_url": nowhere} if setting == "ocsp_url" else {"crl_urls": (nowhere,)}
    trust = trust_services(replace(portal.extensions["settings"], **changed))
    portal.extensions["ports"] = replace(portal.extensions["ports"], trust=trust)
    page = sent(browser, handed(good(house)))
    assert (page.status_int, bool(page.headers["Retry-After"])) == (503, True)
    nobody_is_in(system, page, "certificate.away")


@pytest.mark.parametrize(("language", "text"), [("en", "Use a card of the national centre."), ("ru", "национального")])
def test_refusal_is_said_in_the_language_of_the_page(house: House, browser: TestApp, language: str, text: str) -> None:
    browser.get("/", {"lang": language})
    assert text in shown(sent(browser, handed(of_another_centre(house))))
