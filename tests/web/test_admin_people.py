"""The list of people: found by what is asked, page by page; every look leaves a trace that names nobody."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestResponse

from app.accounts.models import Person
from app.accounts.operations.opening import person_known_as
from app.administration.queries.people import PAGE
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Role
from tests.web.admins import People, Someone, device, is_in, press, send


@pytest.fixture
def people(portal: Flask, system: Context) -> People:
    return People(portal, system)


@pytest.fixture
def admin(people: People) -> Someone:
    return people.open("orxan.admin", Role.ADMIN, name="Orxan Cəfərov", pin="3QR5S9T")


@pytest.fixture
def crowd(people: People, clock: FixedClock) -> None:
    people.open("nigar.officer", Role.OFFICER, name="Nigar Rzayeva", pin="9JK2L6M", office="01000")
    people.open("gunay.bank", Role.BANK, name="Günay İbrahimova", pin="4ST6U1V")
    people.open("aysel", Role.PARTICIPANT, name="Aysel Məmmədova", pin="7EF9G4H")


def names(page: TestResponse) -> list[str]:
    body = page.html.main.find("tbody")
    return [row.find("a").text for row in body.find_all("tr")] if body else []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Aysel Məmmədova", "Günay İbrahimova", "Nigar Rzayeva", "Orxan Cəfərov"]),
        ("q=memmedova", ["Aysel Məmmədova"]),
        ("q=G%C3%9CNAY", ["Günay İbrahimova"]),
        ("q=%25", []),
        ("pin=9jk2l6m", ["Nigar Rzayeva"]),
        ("pin=nonsense", []),
        ("username=gun", ["Günay İbrahimova"]),
        ("role=officer", ["Nigar Rzayeva"]),
        ("role=system", ["Aysel Məmmədova", "Günay İbrahimova", "Nigar Rzayeva", "Orxan Cəfərov"]),
        ("office=01000", ["Nigar Rzayeva"]),
        ("state=disabled", []),
        ("state=active&role=bank", ["Günay İbrahimova"]),
    ],
)
def test_people_are_found_by_what_is_asked(admin: Someone, crowd: None, query: str, found: list[str]) -> None:
    assert names(admin.browser.get(f"/admin/people?{query}")) == found


@pytest.mark.parametrize("sort", ["", "newest"])
def test_every_person_stands_on_one_page(admin: Someone, system: Context, clock: FixedClock, sort: str) -> None:
    with write_transaction(system.session):
        for number in range(2 * PAGE):
            clock.advance(timedelta(seconds=1))
            # Several of the same name: the order must still be one.
            person_known_as(system, f"7AAAA{number:02}", f"Əli {number % 3}")
    seen: list[str] = []
    page = admin.browser.get(f"/admin/people?sort={sort}")
    while True:
        seen += [row.find("a")["href"] for row in page.html.main.find("tbody").find_all("tr")]
        more = page.html.main.find("a", {"rel": "next"})
        if more is None:
            break
        page = admin.browser.get(more["href"])
    system.session.rollback()
    order = [Person.created_at.desc(), Person.id.desc()] if sort else [Person.folded, Person.id]
    expected = [f"/admin/people/{one}" for one in system.session.scalars(select(Person.public_id).order_by(*order))]
    assert seen == expected


def test_page_after_nobody_is_not_there(admin: Someone) -> None:
    assert admin.browser.get("/admin/people?after=none", expect_errors=True).status_int == 404


def test_what_was_asked_stays_in_the_form_and_in_the_next_page(admin: Someone, crowd: None) -> None:
    page = admin.browser.get("/admin/people?q=Nigar&role=officer")
    form = next(form for form in page.forms.values() if form.action == "/admin/people")
    assert (form["q"].value, form["role"].value) == ("Nigar", "officer")


def test_person_s_page_shows_all_that_is_known_of_his_rights(admin: Someone, people: People) -> None:
    firms = (("9900000141", "Xəzər İdxal MMC", "Bakı"),)
    aysel = people.open("aysel", Role.PARTICIPANT, name="Aysel M", pin="7EF9G4H", participants=firms)
    text = admin.browser.get(f"/admin/people/{aysel.public_id}").html.main.text
    for shown in ("7EF9G4H", "İştirakçı", "aysel", device("aysel"), "9900000141", "Öz firması"):
        assert shown in text
    assert "Açıq girişlər: 1" in text


def test_person_who_is_not_there_is_not_found_and_the_look_is_noted(admin: Someone, system: Context) -> None:
    assert admin.browser.get("/admin/people/none", expect_errors=True).status_int == 404
    entry = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "administration.read_person")).one()
    assert (entry.outcome, entry.object_id) == ("refused", "none")


def test_every_look_leaves_a_trace_that_names_what_was_asked_and_nobody(
    admin: Someone, crowd: None, system: Context
) -> None:
    admin.browser.get("/admin/people?q=Nigar&pin=9JK2L6M")
    nigar = system.session.scalars(select(Person.public_id).where(Person.pin == "9JK2L6M")).one()
    admin.browser.get(f"/admin/people/{nigar}")
    system.session.rollback()
    looks = select(AuditEntry).where(AuditEntry.actor == f"person:{admin.public_id}").order_by(AuditEntry.id)
    listed, read = system.session.scalars(looks)
    assert (listed.operation, listed.facts) == ("administration.search_people", {"asked": "name pin", "found": 1})
    assert (read.operation, read.object_kind, read.object_id) == ("administration.read_person", "person", nigar)
    assert "9JK2L6M" not in str(listed.facts)


def test_sessions_of_one_person_end_and_he_may_come_again(admin: Someone, people: People) -> None:
    aysel = people.open("aysel", Role.PARTICIPANT, pin="7EF9G4H")
    page = admin.browser.get(f"/admin/people/{aysel.public_id}/sessions")
    assert press(page, "/sessions").status_int == 303
    assert not is_in(aysel)
    assert is_in(admin)
    assert is_in(people.enter("aysel"))


def test_all_sessions_end_the_administrator_s_own_too(admin: Someone, people: People) -> None:
    aysel = people.open("aysel", Role.PARTICIPANT, pin="7EF9G4H")
    assert send(admin, "/admin/sessions").location.endswith("/")
    assert not is_in(aysel)
    assert not is_in(admin)


def test_first_page_counts_what_waits(admin: Someone) -> None:
    text = admin.browser.get("/admin").html.main.text
    for words in ("İstifadəçilər", "Təkliflər", "Bağlanmış girişlər", "Gömrük orqanları", "Bayram və iş günləri"):
        assert words in text
