"""Emergency: one administrator closes a person, a device or a means at once; opening again takes two."""

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Bar
from app.accounts.rules import Means
from app.core.context import Context
from app.core.roles import Role
from app.notifications.models import Notification
from tests.web.admins import PASSWORD, WHY, People, Someone, device, is_in, press, send

CLOSE = "/admin/access/close"


@pytest.fixture
def people(portal: Flask, system: Context) -> People:
    return People(portal, system)


@pytest.fixture
def first(people: People) -> Someone:
    return people.open("first.admin", Role.ADMIN, means=Means.ASAN_IMZA, pin="3QR5S9T")


@pytest.fixture
def second(people: People) -> Someone:
    return people.open("second.admin", Role.ADMIN, means=Means.ASAN_IMZA, pin="7YZ9A4B")


@pytest.fixture
def aysel(people: People) -> Someone:
    return people.open("aysel", Role.PARTICIPANT, pin="7EF9G4H")


def with_password(portal: Flask, username: str) -> int:
    browser = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.41"})
    form = next(form for form in browser.get("/login/password").forms.values() if "password" in form.fields)
    form["username"], form["password"] = username, PASSWORD
    return int(form.submit(expect_errors=True).status_int)


def reopened(first: Someone, second: Someone, system: Context) -> None:
    bar = system.session.scalars(select(Bar.public_id).where(Bar.lifted_at.is_(None))).one()
    system.session.rollback()
    answer = send(first, f"/admin/access/{bar}/reopen", reason=WHY)
    assert answer.status_int == 303
    assert press(second.browser.get(answer.location), "/confirm").status_int == 303


def test_person_is_out_within_one_request_and_cannot_come_back(
    first: Someone, aysel: Someone, portal: Flask, system: Context
) -> None:
    assert send(first, f"{CLOSE}?kind=person&subject={aysel.public_id}", CLOSE, reason=WHY).status_int == 303
    assert not is_in(aysel)
    assert with_password(portal, "aysel") == 422
    assert "Aysel aysel" in first.browser.get("/admin/access")
    notice = select(Notification.kind).where(Notification.person_id == aysel.person_id)
    assert "accounts.disabled" in list(system.session.scalars(notice))


def test_opening_a_person_again_takes_two_and_brings_no_old_session_back(
    first: Someone, second: Someone, aysel: Someone, portal: Flask, system: Context
) -> None:
    send(first, f"{CLOSE}?kind=person&subject={aysel.public_id}", CLOSE, reason=WHY)
    bar = system.session.scalars(select(Bar.public_id)).one()
    path = send(first, f"/admin/access/{bar}/reopen", reason=WHY).location
    assert "/confirm" not in first.browser.get(path)
    assert with_password(portal, "aysel") == 422
    assert press(second.browser.get(path), "/confirm").status_int == 303
    assert not is_in(aysel)
    assert with_password(portal, "aysel") == 303
    assert "Bağlı giriş yoxdur." in first.browser.get("/admin/access")


def test_device_is_closed_wherever_it_is_used_and_nothing_else(first: Someone, people: People, aysel: Someone) -> None:
    other = people.open("nigar", Role.CITIZEN, pin="9JK2L6M")
    shown = ":".join(device("aysel").upper()[place : place + 2] for place in range(0, 64, 2))
    assert send(first, f"{CLOSE}?kind=device", CLOSE, subject=shown, reason=WHY).status_int == 303
    assert not is_in(aysel)
    assert is_in(other)
    assert device("aysel") in first.browser.get("/admin/access")


def test_holder_of_a_closed_device_cannot_confirm_its_opening(
    first: Someone, second: Someone, system: Context, people: People
) -> None:
    send(first, f"{CLOSE}?kind=device", CLOSE, subject=device("second.admin"), reason=WHY)
    bar = system.session.scalars(select(Bar.public_id)).one()
    path = send(first, f"/admin/access/{bar}/reopen", reason=WHY).location
    again = people.enter("second.admin")  # The session is barred as well: nobody is in.
    assert again.browser.get(path).status_int == 303


def test_means_is_closed_for_everybody_and_the_sign_in_page_says_so(
    first: Someone, second: Someone, aysel: Someone, portal: Flask, system: Context
) -> None:
    assert send(first, f"{CLOSE}?kind=means", CLOSE, subject="e_signature", reason=WHY).status_int == 303
    assert not is_in(aysel)
    assert is_in(first)
    page = TestApp(portal).get("/login", headers={"Host": "localhost"}).html.main
    assert "Müvəqqəti bağlanıb" in page.text
    assert "Elektron imza" in page.find(class_="banner").text
    reopened(first, second, system)
    page = TestApp(portal).get("/login", headers={"Host": "localhost"}).html.main
    assert "Müvəqqəti bağlanıb" not in page.text


def test_closed_password_is_refused_with_its_reason(first: Someone, aysel: Someone, portal: Flask) -> None:
    send(first, f"{CLOSE}?kind=means", CLOSE, subject="password", reason=WHY)
    assert with_password(portal, "aysel") == 403


def test_last_strong_means_stays_open(first: Someone) -> None:
    for means in ("e_signature", "e_gov"):
        send(first, f"{CLOSE}?kind=means", CLOSE, subject=means, reason=WHY)
    page = send(first, f"{CLOSE}?kind=means", CLOSE, subject="asan_imza", reason=WHY)
    assert page.status_int == 422
    assert "sonuncu güclü giriş vasitəsidir" in page
    assert is_in(first)


@pytest.mark.parametrize(
    ("query", "subject", "status", "text"),
    [
        ("kind=device", "12ab", 422, "64 onaltılıq rəqəmdən"),
        ("kind=device", "", 422, "Şəxsi, cihazı və ya vasitəni göstərin."),
        ("kind=means", "", 422, "Şəxsi, cihazı və ya vasitəni göstərin."),
    ],
)
def test_what_cannot_be_closed_is_said_at_its_field(
    first: Someone, query: str, subject: str, status: int, text: str
) -> None:
    page = send(first, f"{CLOSE}?{query}", CLOSE, subject=subject, reason=WHY)
    assert page.status_int == status
    assert text in page


def test_closing_twice_is_said(first: Someone, aysel: Someone) -> None:
    path = f"{CLOSE}?kind=person&subject={aysel.public_id}"
    send(first, path, CLOSE, reason=WHY)
    page = send(first, path, CLOSE, reason=f"{WHY} 2")
    assert page.status_int == 422
    assert "Giriş artıq bağlanıb." in page


def test_administrator_cannot_close_himself_out(first: Someone) -> None:
    assert send(first, f"{CLOSE}?kind=person&subject={first.public_id}", CLOSE, reason=WHY).status_int == 403
    assert is_in(first)


def test_unknown_person_cannot_be_closed(first: Someone) -> None:
    assert send(first, f"{CLOSE}?kind=person&subject=nobody", CLOSE, reason=WHY).status_int == 404
