"""Showing anew, with the phone, who is signed in."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import SignInSession
from app.core.context import Context
from app.core.roles import Assurance
from app.demo.means import hand_out, means
from tests.signing.emulated import FIN, PHONE
from tests.web.asan_imza.steps import ENTRY, House, begin, form_of, go_on, shown

PROVE = f"{ENTRY}?purpose=prove&next=/sessions"


@pytest.fixture
def signed_in(sign_in: Callable[..., TestApp]) -> TestApp:
    return sign_in(pin=FIN, phone=PHONE.number)


def session(system: Context) -> SignInSession:
    system.session.rollback()
    return system.session.scalars(select(SignInSession)).one()


def test_number_of_who_is_signed_in_is_filled_in(signed_in: TestApp) -> None:
    page = signed_in.get(PROVE)
    assert form_of(page)["phone"].value == PHONE.number.removeprefix("+994")
    assert "yenidən təsdiq edin" in shown(page)


def test_session_counts_as_fresh_under_a_new_number(house: House, signed_in: TestApp, system: Context) -> None:
    before, public_id = signed_in.cookies["sid"], session(system).public_id
    page = begin(signed_in, path=PROVE)
    ringing = house.emulated.devices.phones.ringing(PHONE.number)
    assert ringing
    assert ringing.question.text == "e-Gömrük: şəxsiyyətin təkrar təsdiqi"
    house.confirm()
    answer = go_on(page)
    assert (answer.status_int, answer.location) == (303, "/sessions")
    assert signed_in.cookies["sid"] != before
    proven = session(system)
    assert (proven.public_id, proven.assurance) == (public_id, Assurance.STRONG)
    assert proven.proven_at == house.emulated.clock.now()


def test_phone_of_somebody_else_proves_nothing(house: House, signed_in: TestApp, system: Context) -> None:
    hand_out(house.settings)
    held = means()["leyla.citizen"].phone
    page = begin(signed_in, held.number, held.user_id, PROVE)
    house.confirm(held.number, held.pin1)
    assert "Təsdiq başqa şəxsindir." in shown(go_on(page))
    assert session(system).proven_at is None


def test_whoever_has_signed_out_meanwhile_proves_nothing(
    house: House, signed_in: TestApp, system: Context, portal: Flask
) -> None:
    page = begin(signed_in, path=PROVE)
    house.confirm()
    browser_number = signed_in.cookies["browser"]
    signed_in.post("/logout", {"csrf_token": form_of(page)["csrf_token"].value})
    signed_in.set_cookie("browser", browser_number)
    form = form_of(signed_in.get(ENTRY))
    form.action = page.request.path
    assert "Belə təsdiq cəhdi yoxdur." in shown(form.submit(expect_errors=True))
    assert session(system).ended_at


def test_stranger_cannot_prove_without_a_sign_in(browser: TestApp) -> None:
    """Whoever is not signed in simply signs in."""
    assert "yenidən təsdiq edin" not in shown(browser.get(PROVE))
