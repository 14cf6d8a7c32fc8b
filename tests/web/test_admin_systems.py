"""Systems on the administrator's pages: registered, given certificates, changed, closed; refused with a reason."""

from datetime import timedelta

import pytest
from flask import Flask
from webtest import TestResponse, Upload

from app.core.context import Context
from app.core.errors import NotAllowed
from app.core.roles import Role
from app.systems.queries import find_system
from app.systems.rules import OperationPage
from tests.conftest import NOW
from tests.soap.signed import system as made
from tests.web.admins import People, Someone, press, send

OFFERED = tuple(OperationPage(name, name, "", True, False, "", "", (), ()) for name in ("ListServices", "Ping"))
BANK = {"code": "bank-1", "name": "Bank", "kind": "bank", "valid_until": "31.12.2026"}


@pytest.fixture
def admin(portal: Flask, system: Context) -> Someone:
    portal.extensions["soap_operations"] = OFFERED
    return People(portal, system).open("admin", Role.ADMIN, pin="3QR5S9T")


def ticked(someone: Someone, path: str, names: tuple[str, ...], **typed: str) -> TestResponse:
    form = next(form for form in someone.browser.get(path).forms.values() if form.action == path)
    for box in form.fields["operations"]:
        box.checked = box._value in names
    for name, value in typed.items():
        form[name] = value
    return form.submit(expect_errors=True)


def certified(someone: Someone, content: bytes) -> TestResponse:
    form = next(
        form for form in someone.browser.get("/admin/systems/bank-1").forms.values() if "certificate" in form.fields
    )
    form["certificate"] = Upload("bank.pem", content)
    return form.submit(expect_errors=True)


def known(system: Context, page: TestResponse) -> frozenset[str] | str:
    """What the system may call whose certificate the page shows, or why it may not."""
    system.session.rollback()
    try:
        return find_system(system.session, page.html.find("code").text, NOW.date()).operations
    except NotAllowed as refused:
        return refused.code


def test_system_is_registered_certified_changed_and_closed(admin: Someone, system: Context) -> None:
    assert ticked(admin, "/admin/systems/new", ("Ping",), **BANK).status_int == 303
    assert "sistem müraciət edə bilməz" in admin.browser.get("/admin/systems/bank-1")
    bank = made("bank", NOW - timedelta(days=1), NOW + timedelta(days=30), "ec")
    page = certified(admin, bank.certificate).follow()
    assert known(system, page) == frozenset({"Ping"})
    assert ticked(admin, "/admin/systems/bank-1/change", ("ListServices",)).status_int == 303
    assert known(system, page) == frozenset({"ListServices"})
    assert "bank-1" in admin.browser.get("/admin/systems")
    assert send(admin, "/admin/systems/bank-1/close").status_int == 303
    assert known(system, page) == "systems.closed"
    assert "Bağlanıb" in admin.browser.get("/admin/systems")


def test_certificate_is_revoked(admin: Someone, system: Context) -> None:
    ticked(admin, "/admin/systems/new", ("Ping",), **BANK)
    page = certified(admin, made("bank", NOW - timedelta(days=1), NOW + timedelta(days=1), "ec").certificate).follow()
    assert "Ləğv edilib" in press(page, "/revoke").follow()
    assert known(system, page) == "systems.revoked"


def test_what_is_wrong_is_said_beside_its_field(admin: Someone) -> None:
    assert "Ən azı bir əməliyyat seçin." in ticked(admin, "/admin/systems/new", (), **BANK)
    assert "Kod 2–40" in ticked(admin, "/admin/systems/new", ("Ping",), **(BANK | {"code": "Bank 1"}))
    assert ticked(admin, "/admin/systems/new", ("Ping",), **BANK).status_int == 303
    assert "artıq qeydiyyatdadır" in ticked(admin, "/admin/systems/new", ("Ping",), **BANK)
    assert "Fayl X.509 sertifikatı deyil." in certified(admin, b"no certificate")
    over = made("bank", NOW - timedelta(days=9), NOW - timedelta(days=1), "ec")
    assert "Sertifikatın müddəti bitib." in certified(admin, over.certificate)


def test_operation_that_is_not_offered_is_not_opened(admin: Someone) -> None:
    page = admin.browser.get("/admin/systems/new")
    token = page.html.find("input", {"name": "csrf_token"})["value"]
    sent = BANK | {"operations": "DropTables", "csrf_token": token}
    assert admin.browser.post("/admin/systems/new", sent, expect_errors=True).status_int == 422


def test_others_and_unsure_sign_ins_register_nothing(portal: Flask, system: Context, admin: Someone) -> None:
    officer = People(portal, system).open("officer", Role.OFFICER, pin="7YZ9A4B")
    assert officer.browser.get("/admin/systems", expect_errors=True).status_int == 403
    assert admin.browser.get("/admin/systems/none", expect_errors=True).status_int == 404
