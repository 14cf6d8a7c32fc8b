"""Offices by date and holidays by two administrators: what was in force stays, what is new holds at once."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestResponse

from app.core.context import Context
from app.core.roles import Role
from app.core.working_time import is_working_day
from app.reference.models import HolidayRow
from app.reference.operations import LoadReference, load_reference
from app.reference.queries import list_offices, working_calendar
from tests.web.admins import WHY, People, Someone, press, send

CHRISTMAS = date(2026, 12, 25)
NAMES = {"name_az": "Yeni gömrük postu", "name_en": "New customs post", "name_ru": "Новый таможенный пост"}


@pytest.fixture
def people(portal: Flask, system: Context) -> People:
    load_reference(system, LoadReference())
    return People(portal, system)


@pytest.fixture
def first(people: People) -> Someone:
    return people.open("first.admin", Role.ADMIN, pin="3QR5S9T")


@pytest.fixture
def second(people: People) -> Someone:
    return people.open("second.admin", Role.ADMIN, pin="7YZ9A4B")


def named(system: Context, on: date) -> dict[str, str]:
    system.session.rollback()
    return {office.code: office.name_en for office in list_offices(system.session, on)}


def test_office_is_opened_on_its_day(first: Someone, system: Context) -> None:
    assert send(first, "/admin/offices/new", code="01099", since="01.12.2026", **NAMES).status_int == 303
    assert "01099" not in named(system, date(2026, 11, 30))
    assert named(system, date(2026, 12, 1))["01099"] == "New customs post"
    assert "Yeni gömrük postu" in first.browser.get("/admin/offices")


def test_office_is_renamed_from_a_day_and_keeps_its_old_name_before(first: Someone, system: Context) -> None:
    before = named(system, date(2026, 12, 31))["01000"]
    form = {**NAMES, "since": "01.01.2027"}
    assert send(first, "/admin/offices/01000/rename", **form).status_int == 303
    assert named(system, date(2026, 12, 31))["01000"] == before
    assert named(system, date(2027, 1, 1))["01000"] == "New customs post"


def test_office_is_closed_after_its_last_day_and_may_open_again(first: Someone, system: Context) -> None:
    assert send(first, "/admin/offices/01000/close", last_day="30.11.2026").status_int == 303
    assert "01000" in named(system, date(2026, 11, 30))
    assert "01000" not in named(system, date(2026, 12, 1))
    assert send(first, "/admin/offices/new", code="01000", since="01.03.2027", **NAMES).status_int == 303
    assert "01000" not in named(system, date(2027, 2, 28))
    assert "01000" in named(system, date(2027, 3, 1))


@pytest.mark.parametrize(
    ("path", "typed", "text"),
    [
        ("/admin/offices/new", {"code": "0109", "since": "01.12.2026", **NAMES}, "5 rəqəmdən"),
        ("/admin/offices/new", {"code": "01000", "since": "01.12.2026", **NAMES}, "Bu kodla gömrük orqanı artıq var."),
        ("/admin/offices/01000/rename", {"since": "19.11.2026", **NAMES}, "Gün keçmişdə ola bilməz."),
        ("/admin/offices/01000/close", {"last_day": "19.11.2026"}, "Gün keçmişdə ola bilməz."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(first: Someone, path: str, typed: dict[str, str], text: str) -> None:
    page = send(first, path, **typed)
    assert page.status_int == 422
    assert text in page


def test_closed_office_takes_nobody_in(first: Someone, people: People) -> None:
    send(first, "/admin/offices/02000/close", last_day="20.11.2026")
    page = first.browser.get("/admin/offices")
    assert "/admin/offices/02000/close" not in page
    assert send(first, "/admin/offices/02000/close", last_day="21.11.2026").status_int == 409


def test_installing_again_brings_no_old_name_back(first: Someone, system: Context) -> None:
    send(first, "/admin/offices/01000/rename", **{**NAMES, "since": "21.11.2026"})
    assert load_reference(system, LoadReference()).offices == 0
    assert named(system, date(2026, 11, 21))["01000"] == "New customs post"


def propose_day(by: Someone, **more: str) -> TestResponse:
    typed = {"on": "25.12.2026", "kind": "day_off_in_exchange", **NAMES, "source": "NK qərarı № 5", "reason": WHY}
    return send(by, "/admin/holidays/new", **(typed | more))


def works(system: Context, day: date) -> bool:
    system.session.rollback()
    return is_working_day(working_calendar(system.session), day)


def test_day_counts_when_the_second_has_confirmed_it(first: Someone, second: Someone, system: Context) -> None:
    path = propose_day(first).location
    assert works(system, CHRISTMAS)
    assert "NK qərarı № 5" in second.browser.get(path)
    assert press(second.browser.get(path), "/confirm").status_int == 303
    assert not works(system, CHRISTMAS)
    assert "NK qərarı № 5" in first.browser.get("/admin/holidays?year=2026")


def test_day_is_taken_back_by_two_and_no_installation_brings_it_back(
    first: Someone, second: Someone, system: Context
) -> None:
    day = date(2026, 12, 31)
    assert not works(system, day)
    path = send(first, f"/admin/holidays/{day}/remove", reason=WHY).location
    assert not works(system, day)
    press(second.browser.get(path), "/confirm")
    assert works(system, day)
    load_reference(system, LoadReference())
    assert works(system, day)
    assert system.session.scalars(select(HolidayRow.name_en).where(HolidayRow.on == day)).one()


def test_day_taken_back_may_be_added_again(first: Someone, second: Someone, system: Context) -> None:
    path = send(first, "/admin/holidays/2026-12-31/remove", reason=WHY).location
    press(second.browser.get(path), "/confirm")
    press(second.browser.get(propose_day(first, on="31.12.2026", kind="holiday").location), "/confirm")
    assert not works(system, date(2026, 12, 31))


def test_known_day_is_not_proposed_again(first: Someone) -> None:
    page = propose_day(first, on="31.12.2026")
    assert page.status_int == 422
    assert "Bu gün təqvimdə artıq var." in page


def test_year_that_is_being_entered_is_not_reckoned_with(first: Someone, second: Someone, system: Context) -> None:
    press(second.browser.get(propose_day(first, on="01.01.2028", kind="holiday").location), "/confirm")
    assert 2028 not in working_calendar(system.session).years
    assert "Bu ilin təqvimi hələ tam deyil" in first.browser.get("/admin/holidays?year=2028")
    assert "Bu ilin təqvimi hələ tam deyil" not in first.browser.get("/admin/holidays?year=2026")


@pytest.mark.parametrize("path", ["/admin/holidays/none/remove", "/admin/holidays/2026-11-20/remove"])
def test_day_that_is_not_there_is_not_found(first: Someone, path: str) -> None:
    assert first.browser.get(path, expect_errors=True).status_int == 404
