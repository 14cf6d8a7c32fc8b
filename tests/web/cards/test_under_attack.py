"""While strangers guess at somebody's password and PIN, he himself comes in by his card."""

import pytest
from flask import Flask

from app.accounts.operations import OpenAccount, open_account
from app.core.context import Context
from app.core.roles import Role
from tests.web.cards.house import (
    CARD,
    FIN,
    OTHER,
    House,
    a_browser,
    at_reader,
    begun,
    confirmed,
    name_on,
    sent,
    with_pin,
)
from tests.web.contracting import PASSWORD, form_with, new_browser


def test_card_opens_while_the_password_is_guessed_at(house: House, portal: Flask, system: Context) -> None:
    open_account(system, OpenAccount("aysel.owner", PASSWORD, "Aysel Məmmədova", (Role.CITIZEN,), pin=FIN))
    for number in range(8):
        form = form_with(new_browser(portal, f"203.0.113.{number}").get("/login/password"), "username", "password")
        form["username"], form["password"] = "aysel.owner", "guess"
        answer = form.submit(expect_errors=True)
    assert answer.status_int == 429
    browser = a_browser(portal)
    assert sent(confirmed(browser)).status_int == 303
    assert "Aysel Məmmədova" in name_on(browser)


@pytest.mark.parametrize("card", [CARD, OTHER], ids=["first", "second"])
def test_three_guesses_at_a_pin_close_this_card_alone(house: House, portal: Flask, card: object) -> None:
    guessed, left = (CARD, OTHER) if card is CARD else (OTHER, CARD)
    page = at_reader(begun(a_browser(portal)))
    for _ in range(20):
        page = with_pin(page, guessed, "0000")
    assert "PIN1 bloklanıb." in page
    assert "signature" not in {name for form in page.forms.values() for name in form.fields}
    assert "PIN1 bloklanıb." in with_pin(page, guessed)
    browser = a_browser(portal)
    assert sent(confirmed(browser, left)).status_int == 303
