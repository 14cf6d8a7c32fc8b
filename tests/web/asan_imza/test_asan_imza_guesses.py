"""Guesses at phones and user IDs: few ring, none locks the owner out."""

import pytest
from flask import Flask

from app.core.clock import FixedClock
from tests.signing.emulated import PHONE
from tests.thoroughness import IS_WHOLE
from tests.web.asan_imza.steps import House, ask, begin, go_on, new_browser

GUESSES, ADDRESSES = (1000, 20) if IS_WHOLE else (45, 3)
A_DAY = 10  # So many IDs are tried at one phone from one address.


@pytest.mark.trust
def test_ids_are_throttled_by_where_they_are_guessed_from(
    house: House, portal: Flask, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    let_in = 0
    for number in range(GUESSES):
        stranger = new_browser(portal, f"203.0.113.{number % ADDRESSES}")
        status = ask(stranger, PHONE.number, f"{600000 + number}").status_int
        assert status == (303 if number // ADDRESSES < A_DAY else 429)
        let_in += status == 303
    assert let_in == A_DAY * ADDRESSES
    assert house.emulated.devices.phones.ringing(PHONE.number) is None
    owner = new_browser(portal, "192.0.2.10")
    page = begin(owner)
    house.confirm()
    assert go_on(page).status_int == 303
    with capsys.disabled():
        print(
            f"\nAsan imza: {GUESSES} guesses from {ADDRESSES} addresses: {let_in} let in, {GUESSES - let_in} throttled"
        )
