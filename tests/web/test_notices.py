"""The inbox and its settings: one's own notices alone, read one by one or all, by mail or not, at which address."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Person
from app.accounts.operations import WarnOfGuesses, warn_of_guesses
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.outbox import OutboxRow
from app.core.roles import Role
from app.notifications.models import MailRefusal, Notification
from app.notifications.operations import NOTICE, notify
from app.notifications.queries import PAGE
from tests.web.admins import People, Someone, press, send
from tests.web.test_principals import all_prove, entered, form_with

SETTINGS = "/notifications/settings"


@pytest.fixture
def aysel(portal: Flask, system: Context) -> Someone:
    return People(portal, system).open("aysel", Role.CITIZEN, pin="7EF9G4H", email="old@example.az")


def tell(system: Context, someone: Someone, *numbers: int) -> None:
    with write_transaction(system.session):
        for number in numbers:
            facts = {"number": f"990000{number:04}"}
            notify(system, someone.person_id, "accounts.power_given", link="/principal/powers", **facts)


def kinds_of(system: Context, person_id: int | None = None) -> list[str]:
    system.session.rollback()
    mine = select(Notification.kind).order_by(Notification.id)
    return list(system.session.scalars(mine.where(Notification.person_id == person_id) if person_id else mine))


def outgoing(system: Context, topic: str) -> list[dict[str, Any]]:
    system.session.rollback()
    return list(system.session.scalars(select(OutboxRow.payload).where(OutboxRow.topic == topic)))


def test_empty_inbox_says_so(aysel: Someone) -> None:
    assert "Hələ bildiriş yoxdur." in aysel.browser.get("/notifications")
    assert "Oxunmamış bildiriş yoxdur." in aysel.browser.get("/notifications?unread=1")


def test_newest_notice_stands_first_and_the_header_counts_the_unread(aysel: Someone, system: Context) -> None:
    tell(system, aysel, 1, 2)
    page = aysel.browser.get("/notifications")
    assert [card.text.count("9900000002") for card in page.html.main.find_all(class_="card")] == [1, 0]
    assert "Bildirişlər (2)" in page.html.header.text
    answer = press(page, "/read")
    assert answer.location.endswith("/principal/powers")
    assert "Bildirişlər (1)" in aysel.browser.get("/notifications").html.header.text
    assert "9900000002" not in aysel.browser.get("/notifications?unread=1")
    press(page, "/read-all")
    assert "Bildirişlər (" not in aysel.browser.get("/").html.header.text


def test_every_notice_stands_on_one_page(aysel: Someone, system: Context) -> None:
    tell(system, aysel, *range(2 * PAGE + 1))
    seen: list[str] = []
    path = "/notifications"
    while path:
        page = aysel.browser.get(path)
        seen += [card.find_all("p")[1].text.split()[0] for card in page.html.main.find_all(class_="card")]
        more = page.html.main.find("a", {"rel": "next"})
        path = more["href"] if more else ""
    assert seen == [f"990000{number:04}" for number in reversed(range(2 * PAGE + 1))]


def test_notice_of_somebody_else_is_not_there(portal: Flask, aysel: Someone, system: Context) -> None:
    tell(system, aysel, 1)
    stranger = People(portal, system).open("nigar", Role.CITIZEN, pin="9JK2L6M")
    assert "9900000001" not in stranger.browser.get("/notifications")
    number = system.session.scalars(select(Notification.public_id)).one()
    token = stranger.browser.get("/sessions").html.find("input", {"name": "csrf_token"})["value"]
    answer = stranger.browser.post(f"/notifications/{number}/read", {"csrf_token": token}, expect_errors=True)
    assert answer.status_int == 404
    assert "Bildirişlər (1)" in aysel.browser.get("/").html.header.text


def test_words_are_in_the_language_of_the_page(aysel: Someone, system: Context) -> None:
    tell(system, aysel, 1)
    assert "Power of attorney given" in aysel.browser.get("/notifications?lang=en")


def test_kinds_are_refused_by_mail_and_wanted_again(aysel: Someone, system: Context) -> None:
    form = next(form for form in aysel.browser.get(SETTINGS).forms.values() if form.action == SETTINGS)
    assert all(box.checked for box in form.fields["kinds"])
    form.fields["kinds"][0].checked = False
    assert form.submit().status_int == 303
    assert len(list(system.session.scalars(select(MailRefusal.kind)))) == 1
    system.session.rollback()
    form = next(form for form in aysel.browser.get(SETTINGS).forms.values() if form.action == SETTINGS)
    form.fields["kinds"][0].checked = True
    form.submit()
    assert list(system.session.scalars(select(MailRefusal.kind))) == []


def test_what_protects_cannot_be_refused(aysel: Someone) -> None:
    page = aysel.browser.get(SETTINGS)
    assert "accounts.signed_in" not in page
    form = next(form for form in page.forms.values() if form.action == SETTINGS)
    form.fields["kinds"][0].force_value("accounts.signed_in")
    form.fields["kinds"][0].checked = True
    assert form.submit(expect_errors=True).status_int == 422


def test_language_of_notices_is_chosen(aysel: Someone, system: Context) -> None:
    assert send(aysel, SETTINGS, f"{SETTINGS}/language", notice_language="ru").status_int == 303
    assert system.session.scalar(select(Person.language).where(Person.id == aysel.person_id)) == "ru"


def email_of(system: Context, someone: Someone) -> str | None:
    system.session.rollback()
    return system.session.scalar(select(Person.email).where(Person.id == someone.person_id))


def test_address_changes_when_its_letter_is_answered_and_the_old_one_is_told(
    aysel: Someone, system: Context, browser: TestApp
) -> None:
    assert send(aysel, SETTINGS, f"{SETTINGS}/email", email="new@example.az").status_int == 303
    assert email_of(system, aysel) == "old@example.az"
    (letter,) = outgoing(system, "mail.email_link")
    assert letter["to"] == "new@example.az"
    path = letter["link"].removeprefix("http://localhost")
    page = browser.get(path)  # Opened on another machine, by nobody who is signed in; asking changes nothing.
    assert email_of(system, aysel) == "old@example.az"
    press(page, path)
    assert email_of(system, aysel) == "new@example.az"
    (told,) = outgoing(system, "mail.email_changed")
    assert told["to"] == "old@example.az"
    assert browser.get(path, expect_errors=True).status_int == 404


def test_old_link_to_confirm_an_address_is_dead(
    aysel: Someone, system: Context, browser: TestApp, clock: FixedClock
) -> None:
    from app.accounts.rules import EMAIL_LIFE

    send(aysel, SETTINGS, f"{SETTINGS}/email", email="new@example.az")
    path = outgoing(system, "mail.email_link")[0]["link"].removeprefix("http://localhost")
    page = browser.get(path)
    clock.advance(EMAIL_LIFE)
    assert press(page, path).status_int == 404
    assert email_of(system, aysel) == "old@example.az"


@pytest.mark.parametrize("text", ["", "aysel", "a@b", "ə@example.az", "a@example.az,b@example.az", "old@example.az"])
def test_address_that_cannot_be_is_said_at_its_field(aysel: Someone, text: str, system: Context) -> None:
    page = send(aysel, SETTINGS, f"{SETTINGS}/email", email=text)
    assert page.status_int == 422
    assert page.html.find(id="email-error")
    assert outgoing(system, "mail.email_link") == []


def test_address_is_changed_only_with_a_fresh_proof(portal: Flask, account: Callable[..., str]) -> None:
    browser = entered(portal, account(Role.CITIZEN))
    page = browser.get(SETTINGS)
    assert page.html.find(id="email") is None
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    answer = browser.post(f"{SETTINGS}/email", {"csrf_token": token, "email": "a@example.az"}, expect_errors=True)
    assert answer.status_int == 403


def test_first_sign_in_and_a_known_browser_are_not_told_but_a_new_one_is(
    portal: Flask, account: Callable[..., str], system: Context
) -> None:
    name = account(Role.CITIZEN)
    for _ in range(2):
        entered(portal, name)
    assert kinds_of(system) == []
    elsewhere = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "198.51.100.7"})
    form = form_with(elsewhere.get("/login/password"), "password")
    form["username"], form["password"] = name, "dörd yaşıl gəmi limanda"
    form.submit(status=303)
    assert kinds_of(system) == ["accounts.signed_in"]
    text = elsewhere.get("/notifications").html.main.text
    assert "20.11.2026 12:00" in text
    assert "198.51.100.0/24" in text
    assert len(outgoing(system, NOTICE)) == 1


def test_changed_password_is_told(portal: Flask, account: Callable[..., str], system: Context) -> None:
    browser = entered(portal, account(Role.CITIZEN))
    form = form_with(browser.get("/login/password/change"), "new_password")
    form["password"], form["new_password"] = "dörd yaşıl gəmi limanda", "beş qırmızı qayıq dənizdə"
    form.submit(status=303)
    assert kinds_of(system) == ["accounts.password_changed"]


def test_power_given_and_revoked_is_told_to_both(portal: Flask, account: Callable[..., str], system: Context) -> None:
    importer = entered(portal, account(Role.PARTICIPANT, pin="7EF9G4H"))
    account(Role.CITIZEN, pin="8GH1J5K")
    all_prove(system)
    form = form_with(importer.get("/principal/powers"), "holder")
    form["holder"], form["valid_from"], form["valid_until"] = "8GH1J5K", "20.11.2026", "20.11.2027"
    form.submit(status=303)
    press(importer.get("/principal/powers"), "/revoke")
    for pin in ("7EF9G4H", "8GH1J5K"):
        person_id = system.session.scalars(select(Person.id).where(Person.pin == pin)).one()
        assert kinds_of(system, person_id) == ["accounts.power_given", "accounts.power_revoked"]


def guess(portal: Flask, username: str, times: int) -> None:
    for number in range(times):
        browser = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": f"203.0.113.{number}"})
        form = form_with(browser.get("/login/password"), "password")
        form["username"], form["password"] = username, "yanlış şifrə"
        form.submit(expect_errors=True)


def test_owner_is_told_of_guesses_once_a_day(
    portal: Flask, account: Callable[..., str], system: Context, clock: FixedClock
) -> None:
    name = account(Role.CITIZEN)
    guess(portal, name, 4)
    guess(portal, "nobody.at.all", 6)
    assert warn_of_guesses(system, WarnOfGuesses()).number == 0
    guess(portal, name, 1)
    assert warn_of_guesses(system, WarnOfGuesses()).number == 1
    assert warn_of_guesses(replace(system, reference="again"), WarnOfGuesses()).number == 0
    assert kinds_of(system) == ["accounts.guessed"]
