"""For whom one acts: one's own principals, powers of attorney with scope and end, nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from webtest import TestApp

from app.accounts.models import Person, Representation, SignInSession
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Assurance, Role

PASSWORD = "dörd yaşıl gəmi limanda"
BROKER_PIN = "8GH1J5K"


def entered(portal: Flask, username: str) -> TestApp:
    browser = TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.30"})
    form = form_with(browser.get("/login/password"), "password")
    form["username"], form["password"] = username, PASSWORD
    form.submit(status=303)
    return browser


def all_prove(system: Context) -> None:
    """Whoever is signed in has just shown his card."""
    proven = {"assurance": int(Assurance.STRONG), "proven_at": system.clock.now()}
    with write_transaction(system.session):
        system.session.execute(update(SignInSession).values(**proven))


def form_with(page: Any, *names: str) -> Any:
    return next(form for form in page.forms.values() if set(names) <= set(form.fields))


@pytest.fixture
def importer(portal: Flask, account: Callable[..., str], system: Context) -> TestApp:
    """Who has just shown his card, as giving a power of attorney asks for."""
    browser = entered(portal, account(Role.PARTICIPANT, pin="7EF9G4H"))
    all_prove(system)
    return browser


@pytest.fixture
def broker(portal: Flask, account: Callable[..., str]) -> TestApp:
    return entered(portal, account(Role.CITIZEN, pin=BROKER_PIN))


def give(browser: TestApp, pin: str = BROKER_PIN, until: str = "20.11.2027", **more: object) -> Any:
    form = form_with(browser.get("/principal/powers"), "holder")
    form["holder"], form["valid_from"], form["valid_until"] = pin, "20.11.2026", until
    for code in more.get("scope", ()):  # type: ignore[attr-defined]
        next(box for box in form.fields["scope"] if box._value == code).checked = True
    return form.submit(expect_errors=True)


def choose(browser: TestApp) -> Any:
    return form_with(browser.get("/principal"), "principal").submit(expect_errors=True)


def test_only_principal_is_chosen_by_itself_and_shown(importer: TestApp) -> None:
    assert "9900000141" in importer.get("/").html.find("header").text
    assert "Seçilib" in importer.get("/principal")


def test_power_makes_a_broker_who_chooses_whom_he_acts_for(importer: TestApp, broker: TestApp) -> None:
    assert "Adından fəaliyyət göstərə biləcəyiniz şəxs yoxdur." in broker.get("/principal")
    assert give(importer).status_int == 303
    page = broker.get("/principal")
    assert "Xəzər İdxal MMC" in page
    assert "Etibarnamə, 20.11.2027" in " ".join(page.html.main.text.split())
    number = broker.cookies["sid"]
    assert choose(broker).status_int == 303
    assert broker.cookies["sid"] != number
    assert "9900000141" in broker.get("/").html.find("header").text
    broker.get("/documents", status=200)


def test_old_session_number_is_worth_nothing_after_the_choice(importer: TestApp, broker: TestApp) -> None:
    give(importer)
    number = broker.cookies["sid"]
    choose(broker)
    broker.set_cookie("sid", number)
    assert broker.get("/principal").status_int == 303


def test_foreign_principal_cannot_be_chosen(importer: TestApp, broker: TestApp, system: Context) -> None:
    foreign = system.session.scalars(select(Representation.public_id)).one()
    give(importer)
    form = form_with(broker.get("/principal"), "principal")
    form.fields["principal"][0].force_value(foreign)
    assert form.submit(expect_errors=True).status_int == 404
    assert "9900000141" not in broker.get("/").html.find("header").text


def test_revoked_power_is_over_with_the_next_request(importer: TestApp, broker: TestApp) -> None:
    give(importer)
    choose(broker)
    page = importer.get("/principal/powers")
    next(form for form in page.forms.values() if form.action.endswith("/revoke")).submit(status=303)
    assert "9900000141" not in broker.get("/").html.find("header").text
    assert "Etibarnamə yoxdur." in importer.get("/principal/powers")


def test_holder_may_give_his_power_back_and_a_stranger_cannot_revoke_it(
    importer: TestApp, broker: TestApp, portal: Flask, account: Callable[..., str]
) -> None:
    give(importer)
    page = broker.get("/principal/powers")
    form = next(form for form in page.forms.values() if form.action.endswith("/revoke"))
    stranger = entered(portal, account(Role.BROKER, pin="5AB7C2D"))
    token = stranger.get("/principal/powers").html.find("input", {"name": "csrf_token"})["value"]
    assert stranger.post(form.action, {"csrf_token": token}, expect_errors=True).status_int == 404
    assert form.submit().status_int == 303
    assert "Etibarnamə yoxdur." in importer.get("/principal/powers")


def test_power_ends_with_its_last_day_in_baku(importer: TestApp, broker: TestApp, clock: FixedClock) -> None:
    give(importer, until="20.11.2026")
    choose(broker)
    clock.set(clock.now() + timedelta(hours=11, minutes=59))  # 23:59 of the last day
    broker.get("/documents", status=303)  # The session itself has ended by then.
    again = entered(broker.app, "citizen")
    assert "9900000141" in again.get("/").html.find("header").text
    clock.advance(timedelta(minutes=2))
    assert "9900000141" not in again.get("/").html.find("header").text


def test_power_covers_what_it_names_and_nothing_else(importer: TestApp, broker: TestApp) -> None:
    give(importer, scope=["statistics"])
    choose(broker)
    refused = broker.get("/documents", expect_errors=True)
    assert refused.status_int == 403
    assert "Etibarnaməniz bu əməliyyatı əhatə etmir." in refused


def test_power_cannot_be_passed_on(importer: TestApp, broker: TestApp) -> None:
    give(importer)
    choose(broker)
    assert give(broker, pin="5AB7C2D").status_int == 403


@pytest.mark.parametrize(
    ("pin", "until", "text"),
    [
        ("7EF9G4H", "20.11.2027", "Özünüzə etibarnamə verə bilməzsiniz."),
        ("8GH1J5", "20.11.2027", "FİN 7 simvoldan ibarət olmalıdır."),
        (BROKER_PIN, "19.11.2026", "Son gün birinci gündən əvvəl ola bilməz."),
        (BROKER_PIN, "22.11.2029", "Etibarnamə ən çoxu üç il müddətinə verilir."),
        (BROKER_PIN, "31.02.2027", "«31.02.2027» tarix deyil."),
        ("", "20.11.2027", "Etibarnamə alan şəxsin FİN-ini yazın."),
    ],
)
def test_wrong_power_is_said_at_its_field_and_loses_nothing(importer: TestApp, pin: str, until: str, text: str) -> None:
    page = give(importer, pin=pin, until=until, scope=["payments"])
    assert page.status_int == 422
    assert text in page
    form = form_with(page, "holder")
    assert (form["holder"].value, form["valid_until"].value) == (pin, until)
    assert [box._value for box in form.fields["scope"] if box.checked] == ["payments"]


def test_second_power_for_the_same_person_is_refused_until_the_first_is_revoked(importer: TestApp) -> None:
    give(importer)
    page = give(importer)
    assert page.status_int == 409 or "Bu şəxsin artıq etibarnaməsi var." in page


def test_power_for_somebody_who_never_signed_in_waits_for_him(
    importer: TestApp, portal: Flask, account: Callable[..., str], system: Context
) -> None:
    assert give(importer, pin="9JK2L6M").status_int == 303
    assert "9JK2L6M" in importer.get("/principal/powers")
    late = entered(portal, account(Role.CITIZEN, pin="9JK2L6M"))
    assert "Xəzər İdxal MMC" in late.get("/principal")
    assert late.get("/").html.find("header").text.count("Aysel citizen") == 1


def test_disabled_person_is_out_with_the_next_request(importer: TestApp, system: Context) -> None:
    with write_transaction(system.session):
        system.session.execute(update(Person).values(disabled_at=system.clock.now()))
    assert importer.get("/documents").location.endswith("/login?next=%2Fdocuments")


def test_what_is_done_for_others_leaves_a_trace_without_names(importer: TestApp, system: Context) -> None:
    give(importer)
    entry = system.session.scalars(select(AuditEntry).where(AuditEntry.operation == "accounts.give_power")).one()
    assert (entry.outcome, entry.object_kind) == ("completed", "representation")
    assert entry.participant_id is not None
    assert BROKER_PIN not in str(entry.facts)
