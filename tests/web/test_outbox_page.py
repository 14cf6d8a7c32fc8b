"""The operator's page of messages that could not be delivered."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.core import outbox
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.outbox import GIVEN_UP_AFTER, Message, OutboxRow
from app.core.roles import Role
from tests.web.admins import People


@pytest.fixture
def dead_letters(system: Context, clock: FixedClock) -> list[str]:
    """Two messages that no attempt could deliver for three days."""
    with write_transaction(system.session):
        outbox.write(system.session, [Message("mail.test", {}, key) for key in ("first", "second")], None, clock.now())
    clock.advance(GIVEN_UP_AFTER)
    for delivery in outbox.lease(system.session, "worker", clock.now()):
        outbox.mark_failed(system.session, delivery, "worker", "SMTPConnectError", clock.now())
    return ["first", "second"]


@pytest.fixture
def enter_admin(portal: Flask, system: Context) -> Callable[[], TestApp]:
    return lambda: People(portal, system).open("orxan.admin", Role.ADMIN).browser


def test_a_password_is_not_proof_enough_and_an_old_proof_sends_nothing(
    sign_in: Callable[..., TestApp], enter_admin: Callable[[], TestApp], clock: FixedClock, dead_letters: list[str]
) -> None:
    assert sign_in(Role.ADMIN).get("/admin/outbox").location == "/login/prove?next=%2Fadmin%2Foutbox"
    page = enter_admin().get("/admin/outbox")
    clock.advance(timedelta(minutes=6))
    form = next(form for form in page.forms.values() if "id" in form.fields)
    form.fields["id"][0].checked = True
    answer = form.submit(status=403)
    assert "Kim olduğunuzu təsdiq edin" in answer
    assert len(page.goto("/admin/outbox").html.main.tbody.find_all("tr")) == len(dead_letters)


def test_an_empty_list_says_so(enter_admin: Callable[[], TestApp]) -> None:
    page = enter_admin().get("/admin/outbox")
    assert "Belə bildiriş yoxdur." in page
    assert "Yenidən göndər" not in page


def test_the_list_says_what_failed_when_and_why(enter_admin: Callable[[], TestApp], dead_letters: list[str]) -> None:
    page = enter_admin().get("/admin/outbox")
    rows = page.html.main.tbody.find_all("tr")
    assert len(rows) == len(dead_letters)
    for row in rows:
        assert all(text in row.get_text() for text in ("mail.test", "20.11.2026 12:00", "SMTPConnectError"))


def test_only_the_chosen_message_is_tried_again(
    enter_admin: Callable[[], TestApp], system: Context, dead_letters: list[str]
) -> None:
    page = enter_admin().get("/admin/outbox")
    form = next(form for form in page.forms.values() if "id" in form.fields)
    form.fields["id"][0].checked = True
    again = form.submit(status=303).follow()
    assert len(again.html.main.tbody.find_all("tr")) == 1
    system.session.rollback()
    waiting = select(OutboxRow.key).where(OutboxRow.dead_at.is_(None), OutboxRow.sent_at.is_(None))
    assert list(system.session.scalars(waiting)) == dead_letters[:1]


def test_choosing_nothing_changes_nothing(enter_admin: Callable[[], TestApp], dead_letters: list[str]) -> None:
    page = enter_admin().get("/admin/outbox")
    form = next(form for form in page.forms.values() if "id" in form.fields)
    assert len(form.submit(status=303).follow().html.main.tbody.find_all("tr")) == len(dead_letters)


def test_a_late_queue_is_told_with_its_delay(
    enter_admin: Callable[[], TestApp], system: Context, clock: FixedClock
) -> None:
    with write_transaction(system.session):
        outbox.write(system.session, [Message("mail.test", {})], None, clock.now())
    clock.advance(timedelta(seconds=90))
    assert "Növbədə: 1. Ən köhnəsinin gecikməsi: 90 saniyə." in enter_admin().get("/admin/outbox")
