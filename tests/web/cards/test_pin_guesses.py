"""Guesses at the PINs of cards: three each, whoever guesses from wherever, and each holder is told once."""

from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import func, select
from webtest import TestResponse

from app.accounts.models import Person, SignInSession
from app.accounts.operations import WarnOfGuesses, warn_of_guesses
from app.adapters.emulators.chips import Medium, NewChip, Use
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.roles import Role
from app.notifications.models import Notification
from signing.certificates import to_der
from signing.profiles import PERSON_AUTHENTICATION
from signing.subjects import Subject
from tests.signing.centre import Centre
from tests.thoroughness import IS_WHOLE
from tests.web.cards.house import (
    CARD,
    FIN,
    House,
    a_browser,
    at_reader,
    begun,
    confirmed,
    form_with,
    sent,
    shown,
    with_pin,
)
from tests.web.cards.test_client_certificates import handed
from tests.web.cards.test_client_certificates import sent as sent_by_proxy

CARDS, GUESSES = (50, 1000) if IS_WHOLE else (4, 20)


def told(system: Context, kind: str) -> dict[str, int]:
    system.session.rollback()
    rows = select(Person.pin, func.count()).join(Notification, Notification.person_id == Person.id)
    found = rows.where(Notification.kind == kind).group_by(Person.pin)
    return {str(pin): int(number) for pin, number in system.session.execute(found)}


@pytest.mark.trust
def test_three_guesses_at_each_card_and_each_holder_is_told_once(
    house: House, portal: Flask, system: Context, account: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    pins = [f"7AB{number:04d}" for number in range(CARDS)]
    made = [
        NewChip(f"ES7{number:05d}", Medium.CARD, pin, "Aysel", "Məmmədova", "1111", "22222", "33333333")
        for number, pin in enumerate(pins)
    ]
    house.cards.hand_out(made)
    for pin in pins:
        account(Role.CITIZEN, username=f"holder.{pin.lower()}", pin=pin)
    readers = [at_reader(begun(a_browser(portal))) for _ in range(CARDS)]
    wrong = locked = 0
    for number in range(GUESSES):
        card = made[number % CARDS]
        answer = readers[number % CARDS] = with_pin(readers[number % CARDS], card, f"{2000 + number}")
        if number // CARDS < 2:
            wrong += "PIN1 yanlışdır." in shown(answer)
        else:
            locked += "PIN1 bloklanıb." in shown(answer)
    assert (wrong, locked) == (2 * CARDS, GUESSES - 2 * CARDS)
    # Nobody guesses on, not even right; nobody's other means is touched.
    assert "PIN1 bloklanıb." in shown(with_pin(readers[0], made[0]))
    # The readers tell the portal, and the worker the holders.
    for page in readers:
        assert form_with(page, "locked").submit("locked", expect_errors=True).status_int == 422
    for _ in range(3):
        warn_of_guesses(system, WarnOfGuesses())
    assert told(system, "accounts.pin_locked") == dict.fromkeys(pins, 1)
    with capsys.disabled():
        print(
            f"\nPINs: {GUESSES} guesses at {CARDS} cards: 3 tried at each, {GUESSES - 3 * CARDS} refused unheard, "
            f"{CARDS} holders told once"
        )


def test_holder_of_a_revoked_card_is_told_once_that_somebody_uses_it(
    house: House, portal: Flask, system: Context, account: Callable[..., str]
) -> None:
    account(Role.CITIZEN, pin=FIN)
    house.authority.revoke(house.serial(CARD), "keyCompromise")
    certificate = handed(house.cards.certificate(CARD.number, Use.AUTHENTICATION))
    for _ in range(2):
        assert sent(confirmed(a_browser(portal))).status_int == 422
        assert sent_by_proxy(a_browser(portal), certificate).status_int == 422
        warn_of_guesses(system, WarnOfGuesses())
    assert told(system, "accounts.worthless_used") == {FIN: 1}


def locked(page: TestResponse) -> TestResponse:
    """The reader's page after the third wrong PIN."""
    for _ in range(3):
        page = with_pin(page, pin="9999")
    return page


def back(page: TestResponse, **changed: str) -> TestResponse:
    form = form_with(page, "locked")
    for name, value in changed.items():
        form[name] = value
    return form.submit("locked", expect_errors=True)


def newest(system: Context) -> AuditEntry:
    system.session.rollback()
    return system.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_locked_card_signs_nobody_in_and_its_holder_is_told(
    portal: Flask, system: Context, account: Callable[..., str]
) -> None:
    account(Role.CITIZEN, pin=FIN)
    page = locked(at_reader(begun(a_browser(portal), "?next=/documents")))
    answer = back(page)
    assert (answer.status_int, "Kartın PIN kodu üç dəfə yanlış yazılıb və bloklanıb." in shown(answer)) == (422, True)
    assert answer.html.main.find("a", string="Yenidən başla")["href"] == "/login/e-signature?next=%2Fdocuments"
    assert system.session.scalars(select(SignInSession)).all() == []
    row = newest(system)
    assert (row.operation, row.outcome, row.code) == ("accounts.answer_card", "refused", "card.pin_locked")
    assert "ceremony.used" in back(page)
    for _ in range(2):
        warn_of_guesses(system, WarnOfGuesses())
    assert told(system, "accounts.pin_locked") == {FIN: 1}


def test_nobody_is_told_of_a_lock_by_a_certificate_of_another_centre(
    portal: Flask, system: Context, account: Callable[..., str]
) -> None:
    account(Role.CITIZEN, pin=FIN)
    name = Subject.person(FIN, "Aysel", "Məmmədova").name()
    theirs = to_der(Centre("Yad").issue(PERSON_AUTHENTICATION, name, ec.generate_private_key(ec.SECP256R1())))
    page = locked(at_reader(begun(a_browser(portal))))
    for certificate, code in (
        (b64encode(theirs).decode(), "certificate.untrusted"),
        ("AAAA", "certificate.unreadable"),
    ):
        assert back(page, certificate=certificate).status_int == 422
        assert newest(system).code == code
    assert back(page, state="made-up").status_int == 404
    warn_of_guesses(system, WarnOfGuesses())
    assert told(system, "accounts.pin_locked") == {}


def test_another_browser_reports_no_lock(portal: Flask, system: Context) -> None:
    mine, other = locked(at_reader(begun(a_browser(portal)))), at_reader(begun(a_browser(portal)))
    state = form_with(mine, "locked")["state"].value
    assert back(locked(other), state=state).status_int == 404
    assert newest(system).code == "ceremony.unknown"
