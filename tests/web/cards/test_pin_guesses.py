"""Guesses at the PINs of cards: three each, whoever guesses from wherever, and each holder is told once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.operations import WarnOfGuesses, warn_of_guesses
from app.adapters.emulators.chips import Medium, NewChip, Use
from app.core.context import Context
from app.core.roles import Role
from app.notifications.models import Notification
from tests.thoroughness import IS_WHOLE
from tests.web.cards.house import CARD, FIN, House, a_browser, at_reader, begun, confirmed, sent, shown, with_pin
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
    reader = at_reader(begun(a_browser(portal)))
    wrong = locked = 0
    for number in range(GUESSES):
        card = made[number % CARDS]
        answer = with_pin(reader, card, f"{2000 + number}")
        if number // CARDS < 2:
            wrong += "PIN1 yanlışdır." in shown(answer)
        else:
            locked += "PIN1 bloklanıb." in shown(answer)
    assert (wrong, locked) == (2 * CARDS, GUESSES - 2 * CARDS)
    # Nobody guesses on, not even right; nobody's other means is touched.
    assert "PIN1 bloklanıb." in shown(with_pin(reader, made[0]))
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
