"""A sign-in that ends by itself: told beforehand, put off by one button, and nothing typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from webtest import TestApp, TestResponse

from app.core.clock import FixedClock
from app.core.context import Context
from app.core.roles import Role
from tests.web.admins import PASSWORD, People, press
from tests.web.test_principals import all_prove, entered, form_with

MINUTE = timedelta(minutes=1)
HERE = {"Sec-Fetch-Site": "same-origin"}
WARNING = "/sessions/warning"


@pytest.fixture
def aysel(portal: Flask, account: Callable[..., str]) -> TestApp:
    return entered(portal, account(Role.PARTICIPANT, pin="7EF9G4H"))


def idle(page: TestResponse) -> Any:
    return page.html.find(id="idle")


def is_in(browser: TestApp) -> bool:
    return bool(browser.get("/documents").status_int == 200)


def test_every_page_says_when_the_sign_in_ends_and_asks_two_minutes_before(aysel: TestApp) -> None:
    part = idle(aysel.get("/documents"))
    assert "20.11.2026 12:30" in part.text
    assert part["data-hx-trigger"] == f"load delay:{28 * 60}s"
    assert part["data-hx-get"] == WARNING


def test_administrator_is_asked_sooner(portal: Flask, system: Context) -> None:
    admin = People(portal, system).open("orxan.admin", Role.ADMIN, pin="3QR5S9T")
    assert idle(admin.browser.get("/admin"))["data-hx-trigger"] == f"load delay:{8 * 60}s"


def test_whoever_is_not_signed_in_is_told_nothing(browser: TestApp) -> None:
    assert idle(browser.get("/")) is None


def test_asking_how_long_it_lasts_does_not_make_it_last(aysel: TestApp, clock: FixedClock) -> None:
    for _ in range(29):
        clock.advance(MINUTE)
        assert "12:30" in idle(aysel.get(WARNING)).text
    clock.advance(MINUTE)
    assert "Girişiniz bağlanıb" in idle(aysel.get(WARNING)).text
    assert not is_in(aysel)


def test_another_tab_puts_the_question_off(aysel: TestApp, clock: FixedClock) -> None:
    clock.advance(20 * MINUTE)
    assert is_in(aysel)
    clock.advance(8 * MINUTE)
    part = idle(aysel.get(WARNING))
    assert part.find(role="alert") is None
    assert part["data-hx-trigger"] == f"load delay:{20 * 60}s"


def test_one_button_keeps_him_in(aysel: TestApp, clock: FixedClock) -> None:
    clock.advance(28 * MINUTE)
    page = aysel.get(WARNING)
    assert "Girişiniz tezliklə bağlanacaq" in idle(page).find(role="alert").text
    again = press(page, "/sessions/stay").follow()
    assert "20.11.2026 12:58" in idle(again).text
    clock.advance(29 * MINUTE)
    assert is_in(aysel)


def test_what_cannot_be_put_off_is_said(aysel: TestApp, clock: FixedClock) -> None:
    for _ in range(12 * 60 // 20 - 1):
        clock.advance(20 * MINUTE)
        assert is_in(aysel)
    clock.advance(19 * MINUTE)
    page = aysel.get(WARNING)
    assert "Bu giriş daha uzadıla bilməz" in idle(page).text
    assert "/sessions/stay" not in page


def typed_late(browser: TestApp, clock: FixedClock) -> TestResponse:
    """Long after the sign-in has ended, a form full of answers is sent."""
    form = form_with(browser.get("/principal/powers"), "holder")
    form["holder"], form["valid_from"], form["valid_until"] = "8GH1J5K", "20.11.2026", "20.11.2027"
    for code in ("payments", "statistics"):
        next(box for box in form.fields["scope"] if box._value == code).checked = True
    clock.advance(31 * MINUTE)
    return form.submit(headers=HERE, expect_errors=True)


def test_form_sent_after_the_end_keeps_what_was_typed_until_it_can_be_sent(
    aysel: TestApp, clock: FixedClock, system: Context
) -> None:
    page = typed_late(aysel, clock)
    assert page.status_int == 403
    assert "Girişiniz başa çatıb" in page.html.h1.text
    form = form_with(page, "valid_from")
    assert (form["valid_from"].value, form["valid_until"].value) == ("20.11.2026", "20.11.2027")
    assert [field.value for field in form.fields["scope"]] == ["payments", "statistics"]
    assert form["holder"].value.strip() == "8GH1J5K"
    assert page.html.main.find("a", target="_blank")["href"] == "/login"
    again = form_with(aysel.get("/login/password"), "password")  # On another tab.
    again["username"], again["password"] = "participant", "dörd yaşıl gəmi limanda"
    again.submit(status=303)
    all_prove(system)
    assert form.submit(headers=HERE, expect_errors=True).status_int == 303
    assert "20.11.2027" in aysel.get("/principal/powers")


def test_page_that_waited_is_sent_at_once_by_whoever_signed_in_again_and_by_nobody_else(
    portal: Flask, system: Context, clock: FixedClock
) -> None:
    """Its form token is his in this browser; with that of somebody else nothing is done and nothing is lost."""
    people = People(portal, system)
    mine = people.open("aysel.importer", Role.PARTICIPANT, participants=(("9900000141", "Xəzər İdxal MMC", "Bakı"),))
    people.open("leyla.citizen", Role.CITIZEN)
    form = form_with(mine.browser.get("/notifications/settings"), "notice_language")
    form["notice_language"] = "en"
    for username, status in (("leyla.citizen", 400), ("aysel.importer", 400), ("aysel.importer", 303)):
        clock.advance(31 * MINUTE)
        again = form_with(mine.browser.get("/login/password"), "password")  # On another tab.
        again["username"], again["password"] = username, PASSWORD
        again.submit(status=303)
        assert form.submit(headers=HERE, expect_errors=True).status_int == status
        if status == 400:
            form = form_with(mine.browser.get("/notifications/settings"), "notice_language")


def test_answers_are_shown_to_no_other_site(aysel: TestApp, clock: FixedClock) -> None:
    form = form_with(aysel.get("/principal/powers"), "holder")
    form["holder"], form["valid_from"], form["valid_until"] = "8GH1J5K", "20.11.2026", "20.11.2027"
    form["csrf_token"] = "made-up"
    clock.advance(31 * MINUTE)
    answer = form.submit(expect_errors=True)
    assert (answer.status_int, "8GH1J5K" in answer, "20.11.2027" in answer) == (400, False, False)


def test_script_gets_the_whole_part_of_the_page(aysel: TestApp, clock: FixedClock) -> None:
    form = form_with(aysel.get("/principal/powers"), "holder")
    form["valid_from"] = "20.11.2026"
    clock.advance(31 * MINUTE)
    answer = form.submit(headers=HERE | {"HX-Request": "true"}, expect_errors=True)
    assert answer.status_int == 422
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#main", "#main")


def test_proof_that_went_stale_loses_nothing(portal: Flask, system: Context, clock: FixedClock) -> None:
    people = People(portal, system)
    admin, nigar = people.open("orxan.admin", Role.ADMIN, pin="3QR5S9T"), people.open("nigar", Role.CITIZEN)
    form = form_with(admin.browser.get(f"/admin/people/{nigar.public_id}/rights"), "reason")
    form["change"], form["role"], form["reason"] = "give_role", "bank", "Müqavilə 12, bankın nümayəndəsi."
    clock.advance(6 * MINUTE)
    page = form.submit(headers=HERE, expect_errors=True)
    assert page.status_int == 403
    assert form_with(page, "reason")["reason"].value == "Müqavilə 12, bankın nümayəndəsi."
