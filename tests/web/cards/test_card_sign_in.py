"""Signing in with a card: the whole way through the pages, and every answer that is none."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import func, select, update
from webtest import TestApp, TestResponse

from app.accounts.models import Ceremony, Person, SignInSession
from app.accounts.operations import cards as card_operations
from app.adapters.emulators.chips import Use
from app.adapters.emulators.sealed_keys import raw_signature
from app.adapters.trust_services import trust_services
from app.core.audit import AuditEntry
from app.core.clock import FixedClock, SystemClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Role
from signing.certificates import to_der
from signing.profiles import PERSON_AUTHENTICATION
from signing.subjects import Subject
from signing.xades_create import prepare
from tests.processes import free_port
from tests.signing.centre import Centre, files
from tests.web.cards.house import (
    CARD,
    EXPIRED,
    FIN,
    OFFICER,
    OTHER,
    House,
    a_browser,
    at_reader,
    begun,
    confirmed,
    form_with,
    name_on,
    sent,
    shown,
    with_pin,
)


def refused(system: Context, page: TestResponse, status: int, code: str, text: str) -> None:
    """The page says why; nobody is signed in; the trail has it."""
    assert (page.status_int, code in page, text in shown(page)) == (status, True, True), shown(page)
    assert "sid" not in page.test_app.cookies
    assert system.session.scalar(select(func.count()).select_from(SignInSession)) == 0
    newest = system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (newest.operation, newest.outcome, newest.code) == ("accounts.answer_card", "refused", code)
    assert FIN not in str(newest.facts)


def test_card_signs_in_whoever_holds_it(browser: TestApp, system: Context) -> None:
    page = begun(browser, "?next=/documents?q=1")
    code = page.html.find(class_="key").get_text()
    reader = at_reader(page)
    assert code in shown(reader)
    answer = sent(with_pin(reader))
    assert (answer.status_int, answer.location) == (303, "/documents?q=1")
    assert "Aysel Məmmədova" in name_on(browser)
    entry = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "accounts.answer_card")).one()
    assert (entry.outcome, entry.object_kind, entry.facts["means"]) == ("completed", "person", "e_signature")


def test_card_and_password_are_the_same_person(
    browser: TestApp, account: Callable[..., str], system: Context, portal: Flask
) -> None:
    account(Role.PARTICIPANT, pin=FIN)
    sent(confirmed(browser))
    assert "Aysel participant" in name_on(browser)
    assert "9900000141" in name_on(browser)
    assert system.session.scalar(select(func.count()).select_from(Person)) == 1


def test_officer_gets_his_role_from_the_portal_and_not_from_his_card(
    browser: TestApp, account: Callable[..., str], portal: Flask
) -> None:
    sent(confirmed(browser, OFFICER))
    assert browser.get("/admin/outbox", expect_errors=True).status_int == 403
    account(Role.ADMIN, pin=OFFICER.fin)
    again = a_browser(portal)
    sent(confirmed(again, OFFICER))
    assert again.get("/admin/outbox").status_int == 200


def test_certificate_of_a_firm_makes_its_holder_act_for_it(house: House, browser: TestApp) -> None:
    subject = Subject("Aysel Məmmədova", "Aysel", "Məmmədova", f"PNOAZ-{FIN}", "Xəzər İdxal MMC", "VATAZ-9900000141")
    key = ec.generate_private_key(ec.SECP256R1())
    page = at_reader(begun(browser))
    certificate = house.authority.issue(PERSON_AUTHENTICATION, subject, key.public_key())
    answered(browser, page, to_der(certificate), lambda digest: signature_of(key, digest))
    assert "9900000141" in name_on(browser)


def signature_of(key: ec.EllipticCurvePrivateKey, digest: bytes) -> bytes:
    return raw_signature(key, digest, "sha256")


def answered(
    browser: TestApp, reader: TestResponse, certificate: bytes, sign: Callable[[bytes], bytes], **changed: str
) -> TestResponse:
    """As a reader of one's own would answer."""
    asked = reader.request.GET
    form = form_with(reader, "cancelled")
    values = {
        "csrf_token": form["csrf_token"].value,
        "state": asked["state"],
        "certificate": b64encode(certificate).decode(),
        "signature": b64encode(sign(b64decode(asked["digest"]))).decode(),
    }
    return browser.post(form.action, values | changed, expect_errors=True)


def by_card(house: House, card: Any, use: Use = Use.AUTHENTICATION) -> Callable[[bytes], bytes]:
    pin = card.pin1 if use is Use.AUTHENTICATION else card.pin2
    return lambda digest: house.cards.sign(card.number, use, pin, digest, "sha256")


def own(house: House, card: Any, use: Use = Use.AUTHENTICATION) -> bytes:
    return to_der(house.cards.certificate(card.number, use))


def outcomes(system: Context) -> list[tuple[str, str]]:
    """What became of each answer, by the audit trail."""
    system.session.rollback()
    rows = select(AuditEntry).where(AuditEntry.operation == "accounts.answer_card").order_by(AuditEntry.id)
    return [(row.outcome, row.code) for row in system.session.scalars(rows)]


# Answers that are none


def test_challenge_is_answered_once(browser: TestApp, system: Context) -> None:
    page = confirmed(browser)
    sent(page)
    token = browser.get("/login/e-signature").html.main.find("input", {"name": "csrf_token"})["value"]
    again = sent(page, csrf_token=token)
    assert (again.status_int, "ceremony.used" in again) == (409, True)
    assert "Bu təsdiqə artıq cavab verilib. Yenidən başlayın." in shown(again)
    assert system.session.scalar(select(func.count()).select_from(SignInSession)) == 1
    assert [*outcomes(system)] == [("completed", ""), ("refused", "ceremony.used")]


def test_signature_of_an_earlier_challenge_is_none(browser: TestApp, system: Context) -> None:
    old = form_with(confirmed(browser), "signature")["signature"].value
    refused(system, sent(confirmed(browser), signature=old), 422, "certificate.signature", "İmza bu sertifikatın")


def test_signature_of_another_card_is_none(house: House, browser: TestApp, system: Context) -> None:
    reader = at_reader(begun(browser))
    page = answered(browser, reader, own(house, CARD), by_card(house, OTHER))
    refused(system, page, 422, "certificate.signature", "İmza bu sertifikatın açarı ilə yaradılmayıb.")


@pytest.mark.parametrize("card", [CARD, OFFICER], ids=["person", "officer"])
def test_key_for_documents_signs_nobody_in(house: House, browser: TestApp, system: Context, card: Any) -> None:
    reader = at_reader(begun(browser))
    page = answered(browser, reader, own(house, card, Use.SIGNING), by_card(house, card, Use.SIGNING))
    refused(system, page, 422, "certificate.purpose", "Bu sertifikat şəxsiyyətin təsdiqi üçün deyil.")


def test_expired_card_signs_nobody_in(browser: TestApp, system: Context) -> None:
    refused(system, sent(confirmed(browser, EXPIRED)), 422, "certificate.outside", "Sertifikatın müddəti bitib")


def test_card_on_hold_comes_in_again_when_it_is_resumed(house: House, browser: TestApp, system: Context) -> None:
    house.authority.suspend(house.serial(CARD))
    refused(system, sent(confirmed(browser)), 422, "certificate.on_hold", "Sertifikatın fəaliyyəti dayandırılıb.")
    house.authority.resume(house.serial(CARD))
    assert sent(confirmed(browser)).status_int == 303


def test_revoked_card_signs_nobody_in(house: House, browser: TestApp, system: Context) -> None:
    house.authority.revoke(house.serial(CARD), "keyCompromise")
    refused(system, sent(confirmed(browser)), 422, "certificate.revoked", "Sertifikat ləğv edilib.")


def test_card_of_another_centre_signs_nobody_in(browser: TestApp, system: Context) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = Subject.person(FIN, "Aysel", "Məmmədova").name()
    theirs = Centre("Yad").issue(PERSON_AUTHENTICATION, name, key)
    page = answered(browser, at_reader(begun(browser)), to_der(theirs), lambda digest: signature_of(key, digest))
    refused(system, page, 422, "certificate.untrusted", "portalın tanımadığı mərkəz")


def test_certificate_without_a_fin_is_of_nobody_here(house: House, browser: TestApp, system: Context) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = Subject("John Smith", "John", "Smith", "PASGB-123456789")
    certificate = to_der(house.authority.issue(PERSON_AUTHENTICATION, subject, key.public_key()))
    page = answered(browser, at_reader(begun(browser)), certificate, lambda digest: signature_of(key, digest))
    refused(system, page, 422, "certificate.no_pin", "Sertifikatda sahibinin FİN-i yoxdur")


@pytest.mark.parametrize(
    "changed",
    [
        {"certificate": "AAAA"},
        {"certificate": ""},
        {"certificate": "???"},
        {"signature": ""},
        {"signature": "AAAA"},
        {"signature": "A" * 100_000},
    ],
)
def test_broken_answer_signs_nobody_in(browser: TestApp, system: Context, changed: dict[str, str]) -> None:
    page = sent(confirmed(browser), **changed)
    assert page.status_int == 422
    assert system.session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_wrong_state_is_of_no_ceremony(browser: TestApp, system: Context) -> None:
    page = sent(confirmed(browser), state="made-up")
    refused(system, page, 404, "ceremony.unknown", "Belə təsdiq cəhdi yoxdur.")


def test_another_browser_cannot_answer(browser: TestApp, portal: Flask, system: Context) -> None:
    mine, stranger = confirmed(browser), a_browser(portal)
    values = {name: form_with(mine, "signature")[name].value for name in ("state", "certificate", "signature")}
    page = sent(confirmed(stranger), **values)
    refused(system, page, 404, "ceremony.unknown", "Belə təsdiq cəhdi yoxdur.")
    assert stranger.get(f"/login/e-signature/{values['state']}", expect_errors=True).status_int == 404
    assert sent(mine).status_int == 303


def test_time_for_the_card_ends(browser: TestApp, system: Context, clock: FixedClock) -> None:
    waiting = begun(browser)
    page = with_pin(at_reader(waiting))
    clock.advance(timedelta(minutes=5))
    refused(system, sent(page), 422, "ceremony.expired", "Təsdiq üçün ayrılan vaxt bitdi.")
    late = browser.get(waiting.request.path_qs, expect_errors=True)
    assert (late.status_int, "Təsdiq üçün ayrılan vaxt bitdi." in shown(late)) == (422, True)


def test_card_that_is_not_used_signs_nobody_in(browser: TestApp, system: Context) -> None:
    reader = at_reader(begun(browser, "?next=/documents"))
    page = form_with(reader, "cancelled").submit("cancelled", expect_errors=True)
    refused(system, page, 422, "card.cancelled", "Kartla təsdiq ləğv edildi.")
    assert system.session.scalars(select(Ceremony.outcome)).one() == "cancelled"
    assert page.html.main.find("a", string="Yenidən başla")["href"] == "/login/e-signature?next=%2Fdocuments"
    assert "ceremony.used" in sent(with_pin(reader))


def test_nobody_comes_in_while_the_responder_is_away(browser: TestApp, system: Context, portal: Flask) -> None:
    with_responder_at(portal, f"http://127.0.0.1:{free_port()}/ocsp")
    page = sent(confirmed(browser))
    refused(system, page, 503, "certificate.away", "Sertifikatları yoxlayan xidmət hazırda cavab vermir.")
    assert page.headers["Retry-After"]


def test_nobody_comes_in_while_the_lists_are_away(browser: TestApp, system: Context, portal: Flask) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/crl"
    trust = trust_services(replace(portal.extensions["settings"], crl_urls=(nowhere,)))
    portal.extensions["ports"] = replace(portal.extensions["ports"], trust=trust)
    page = sent(confirmed(browser))
    refused(system, page, 503, "certificate.away", "Sertifikatları yoxlayan xidmət hazırda cavab vermir.")


def test_killed_after_the_answer_was_taken_nobody_is_in(
    browser: TestApp, system: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is spent with the process that took it, and one begins anew."""
    page = confirmed(browser)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(card_operations, "holder_of", killed)
        with pytest.raises(SystemExit):
            sent(page)
    refused(system, sent(page), 409, "ceremony.used", "Bu təsdiqə artıq cavab verilib. Yenidən başlayın.")
    assert sent(confirmed(browser)).status_int == 303


def test_whoever_lost_the_answer_on_its_way_back_begins_anew(browser: TestApp, portal: Flask, system: Context) -> None:
    """He was let in and does not know it: what he sends again is none, and his next card opens a session of its own."""
    page = confirmed(browser)
    cookies = dict(browser.cookies)
    sent(page)
    lost = a_browser(portal)
    for name, value in cookies.items():
        lost.set_cookie(name, value)
    page.test_app = lost
    again = sent(page)
    assert (again.status_int, "Yenidən başlayın." in shown(again)) == (409, True)
    assert "Aysel" not in name_on(lost)
    assert sent(confirmed(lost)).status_int == 303
    assert "Aysel Məmmədova" in name_on(lost)


def with_responder_at(portal: Flask, url: str) -> None:
    trust = trust_services(replace(portal.extensions["settings"], ocsp_url=url))
    portal.extensions["ports"] = replace(portal.extensions["ports"], trust=trust)


def test_of_two_answers_at_once_one_comes_in(browser: TestApp, portal: Flask, system: Context) -> None:
    form = form_with(confirmed(browser), "signature")
    values = {name: form[name].value for name in ("csrf_token", "state", "certificate", "signature")}
    together, found = Barrier(2), []

    def answer() -> None:
        mine = a_browser(portal)
        for cookie, value in browser.cookies.items():
            mine.set_cookie(cookie, value)
        together.wait()
        found.append(mine.post(form.action, values, expect_errors=True).status_int)

    threads = [Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [303, 409]
    assert system.session.scalar(select(func.count()).select_from(SignInSession)) == 1
    assert sorted(outcomes(system)) == [("completed", ""), ("refused", "ceremony.used")]


def test_three_wrong_pins_lock_the_card_and_the_puk_opens_it(browser: TestApp) -> None:
    page = at_reader(begun(browser))
    for left in (2, 1):
        page = with_pin(page, pin="9999")
        assert f"PIN1 yanlışdır. Qalan cəhdlərin sayı: {left}." in shown(page)
    page = with_pin(page, pin="9999")
    assert "PIN1 bloklanıb." in shown(page)
    assert "PIN1 bloklanıb." in shown(with_pin(page))
    assert "Aysel" not in name_on(browser)
    form = form_with(browser.get(f"/emulators/card/{CARD.number}"), "puk")
    form["puk"] = CARD.puk
    form.submit(status=303)
    assert sent(confirmed(browser)).status_int == 303


def test_disabled_person_stays_outside(browser: TestApp, system: Context) -> None:
    sent(confirmed(browser))
    with write_transaction(system.session):
        system.session.execute(update(Person).values(disabled_at=system.clock.now()))
    assert "Aysel" not in name_on(browser)
    page = sent(confirmed(browser))
    assert (page.status_int, "accounts.disabled" in page) == (403, True)


def test_many_attempts_from_one_address_must_wait(browser: TestApp) -> None:
    form = next(form for form in browser.get("/login/e-signature").forms.values() if "e-signature" in form.action)
    found = [form.submit(expect_errors=True).status_int for _ in range(61)]
    assert found == [303] * 60 + [429]


def test_sign_in_is_no_signature_of_a_document(house: House, browser: TestApp) -> None:
    """A reader that is handed a document in the place of the challenge gets nobody in, and the other way round."""
    prepared = prepare(house.cards.certificate(CARD.number, Use.SIGNING), files(), SystemClock().now(), ())
    reader = at_reader(begun(browser))
    page = answered(browser, reader, own(house, CARD), lambda _: by_card(house, CARD)(prepared.digest))
    assert (page.status_int, "certificate.signature" in page) == (422, True)
    begins = card_operations.PREFIX
    assert begins[0] != ord("<")
    assert b"\0" in begins  # Which no XML holds, so that no canonical form of one begins like this.


def test_means_on_the_choice_leads_to_the_card(browser: TestApp) -> None:
    page = browser.get("/login?next=/documents")
    links = [link["href"] for link in page.html.main.find_all("a", string="Davam et")]
    assert "/login/e-signature?next=/documents" in links


@pytest.mark.parametrize(("language", "text"), [("en", "Control code"), ("ru", "Контрольный код")])
def test_card_page_speaks_three_languages(browser: TestApp, language: str, text: str) -> None:
    browser.get("/", {"lang": language})
    assert text in shown(begun(browser))
