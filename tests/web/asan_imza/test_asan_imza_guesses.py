"""Guesses at phones and user IDs: few ring, none locks the owner out, and he is told once that somebody tries."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import WarnOfGuesses, warn_of_guesses
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.roles import Role
from app.notifications.models import Notification
from tests.signing.emulated import FIN, PHONE
from tests.thoroughness import IS_WHOLE
from tests.web.asan_imza.steps import House, ask, begin, go_on, new_browser

GUESSES, ADDRESSES = (1500, 20) if IS_WHOLE else (45, 3)
A_DAY = 10  # So many IDs are tried at one phone from one address.


@pytest.fixture
def owner(account: Callable[..., str]) -> None:
    """The holder of the phone, known to the portal by his number and his FİN."""
    account(Role.CITIZEN, pin=FIN, phone=PHONE.number)


def told(system: Context) -> Counter[str]:
    """By the worker, three times over: nobody is told twice."""
    for _ in range(3):
        warn_of_guesses(system, WarnOfGuesses())
    system.session.rollback()
    rows = select(Notification.kind).join(Person, Person.id == Notification.person_id).where(Person.pin == FIN)
    found = Counter(kind for kind in system.session.scalars(rows) if "signed_in" not in kind)
    system.session.rollback()
    return found


@pytest.mark.trust
def test_ids_are_throttled_by_where_they_are_guessed_from_and_the_owner_is_told_once(
    house: House, portal: Flask, system: Context, owner: None, capsys: pytest.CaptureFixture[str]
) -> None:
    let_in = 0
    for number in range(GUESSES):
        stranger = new_browser(portal, f"203.0.113.{number % ADDRESSES}")
        status = ask(stranger, PHONE.number, f"{600000 + number}").status_int
        assert status == (303 if number // ADDRESSES < A_DAY else 429)
        let_in += status == 303
    assert let_in == A_DAY * ADDRESSES
    assert house.emulated.devices.phones.ringing(PHONE.number) is None
    assert told(system) == {"accounts.phone_guessed": 1}
    page = begin(new_browser(portal, "192.0.2.10"))
    house.confirm()
    assert go_on(page).status_int == 303
    with capsys.disabled():
        print(
            f"\nAsan imza: {GUESSES} guesses from {ADDRESSES} addresses: {let_in} let in, {GUESSES - let_in} "
            "throttled, 1 owner told once, not locked out"
        )


def test_whoever_said_no_on_his_phone_is_told_that_somebody_knows_his_number(
    house: House, portal: Flask, system: Context, owner: None, clock: FixedClock
) -> None:
    page = begin(new_browser(portal))
    assert told(system) == {}
    house.cancel()
    assert go_on(page).status_int == 422
    assert told(system) == {"accounts.phone_refused": 1}
    clock.advance(timedelta(days=1, seconds=1))
    page = begin(new_browser(portal))
    house.cancel()
    go_on(page)
    assert told(system) == {"accounts.phone_refused": 2}


def test_three_wrong_pins_on_the_phone_are_told(house: House, portal: Flask, system: Context, owner: None) -> None:
    begin(new_browser(portal))
    page = new_browser(portal).get(f"/emulators/phone/{PHONE.number}")
    form = next(form for form in page.forms.values() if "pin" in form.fields)
    for wrong in ("0000", "0001", "0002", "0003"):
        form["pin"] = wrong
        form.submit(expect_errors=True)
    house.emulated.devices.phones.chips.unblock(PHONE.number, PHONE.puk)
    assert told(system) == {"accounts.pin_locked": 1}
