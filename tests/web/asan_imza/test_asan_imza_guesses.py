"""Guesses at phones and user IDs: few ring, none locks the owner out, and he is told once that somebody tries."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import WarnOfGuesses, end_all_unheard, warn_of_guesses
from app.adapters.phones import phones as phones_at
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.roles import Role
from app.notifications.models import Notification
from app.worker import STEPS
from signing.errors import Unreachable
from tests.signing.emulated import FIN, PHONE
from tests.thoroughness import IS_WHOLE
from tests.web.asan_imza.steps import House, ask, begin, go_on, new_browser, shown

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


def wrong_pins(portal: Flask) -> None:
    """Until the phone takes none any more."""
    page = new_browser(portal).get(f"/emulators/phone/{PHONE.number}")
    form = next(form for form in page.forms.values() if "pin" in form.fields)
    for wrong in ("0000", "0001", "0002", "0003"):
        form["pin"] = wrong
        form.submit(expect_errors=True)


def test_locked_pin_of_the_phone_is_said_and_its_owner_told(
    house: House, portal: Flask, system: Context, owner: None
) -> None:
    """By the answer of the service, for of PINs the portal sees nothing."""
    page = begin(new_browser(portal))
    wrong_pins(portal)
    assert told(system) == {}
    answer = go_on(page)
    house.emulated.devices.phones.chips.unblock(PHONE.number, PHONE.puk)
    assert (answer.status_int, "PIN kodu üç dəfə yanlış yazılıb" in shown(answer)) == (422, True)
    assert told(system) == {"accounts.pin_locked": 1}


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("what", ["locked", "refused"])
def test_owner_is_told_though_whoever_guessed_has_closed_the_page(
    house: House, portal: Flask, system: Context, clock: FixedClock, what: str
) -> None:
    """The worker asks what became of phones whose answer nobody fetched."""
    begin(new_browser(portal))
    if what == "locked":
        wrong_pins(portal)
    else:
        house.cancel()
    assert end_all_unheard(system) == 0  # It may still be fetched.
    clock.advance(timedelta(minutes=2))
    assert [end_all_unheard(system) for _ in range(2)] == [1, 0]
    house.emulated.devices.phones.chips.unblock(PHONE.number, PHONE.puk)
    assert told(system) == {f"accounts.{'pin_locked' if what == 'locked' else 'phone_refused'}": 1}
    row = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "accounts.end_unheard")).one()
    assert row.facts["outcome"] == f"asan_imza.{'pin_locked' if what == 'locked' else 'cancelled'}"
    assert ask(new_browser(portal)).status_int == (303 if what == "locked" else 429)


def test_unfetched_answers_are_asked_for_again_when_the_service_is_back(
    house: House, portal: Flask, system: Context, owner: None, clock: FixedClock
) -> None:
    begin(new_browser(portal))
    wrong_pins(portal)
    clock.advance(timedelta(minutes=2))
    away = phones_at(replace(house.settings, mobile_signature_url="http://127.0.0.1:9/phone"))
    with pytest.raises(Unreachable):
        end_all_unheard(replace(system, ports=replace(system.ports, phones=away)))
    assert end_all_unheard(system) == 1
    house.emulated.devices.phones.chips.unblock(PHONE.number, PHONE.puk)
    assert told(system) == {"accounts.pin_locked": 1}
    assert any(step.run is end_all_unheard and step.every == timedelta(minutes=1) for step in STEPS)
