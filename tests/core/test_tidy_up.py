"""What has served its time is removed; what must be kept is kept, however old it is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, PasswordLink, SignInSession
from app.accounts.operations import LINK_ASKED
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import Model
from app.core.idempotency import IdempotencyKey
from app.core.limits import RateTally
from app.core.outbox import OutboxRow
from app.documents.models import Document
from app.operate.operations import TidyUp, tidy_up
from app.worker import work_once

SHORT_LIVED: tuple[type[Model], ...] = (RateTally, IdempotencyKey, SignInSession, PasswordLink)
KEPT: tuple[type[Model], ...] = (Account, Document, AuditEntry)


def number(session: Session, table: type[Model]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.usefixtures("portal_life")
@pytest.mark.parametrize(("days", "goes"), [(1, False), (32, True)])
def test_what_only_serves_the_running_goes_after_its_time(
    system: Context, session: Session, clock: FixedClock, days: int, goes: bool
) -> None:
    before = {table: number(session, table) for table in SHORT_LIVED}
    assert all(before.values())
    clock.advance(timedelta(days=days))
    tidy_up(system, TidyUp())
    assert {table: number(session, table) for table in SHORT_LIVED} == {
        table: 0 if goes else had for table, had in before.items()
    }


@pytest.mark.usefixtures("portal_life")
def test_accounts_documents_and_the_trail_stay_for_ever(system: Context, session: Session, clock: FixedClock) -> None:
    before = {table: number(session, table) for table in KEPT}
    clock.advance(timedelta(days=10_000))
    tidy_up(system, TidyUp())
    assert {table: number(session, table) for table in KEPT} == before | {AuditEntry: before[AuditEntry] + 1}


@pytest.mark.usefixtures("portal_life")
def test_message_that_was_not_delivered_stays(system: Context, session: Session, clock: FixedClock) -> None:
    clock.advance(timedelta(days=10_000))
    tidy_up(system, TidyUp())
    assert number(session, OutboxRow) == 2


@pytest.mark.usefixtures("portal_life")
def test_delivered_message_goes_a_month_later(
    system: Context, session: Session, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "app.worker.HANDLERS", dict.fromkeys((LINK_ASKED, "mail.password_link"), lambda _context, _delivery: None)
    )
    assert work_once(system, "a") == 2
    clock.advance(timedelta(days=29))
    tidy_up(system, TidyUp())
    assert number(session, OutboxRow) == 2
    clock.advance(timedelta(days=2))
    assert tidy_up(system, TidyUp()).removed["outbox"] == 2
    assert number(session, OutboxRow) == 0


@pytest.mark.usefixtures("portal_life")
def test_trail_tells_how_much_went_and_never_what(system: Context, session: Session, clock: FixedClock) -> None:
    clock.advance(timedelta(days=32))
    removed = tidy_up(replace(system, reference="tidy"), TidyUp()).removed
    facts = session.scalars(select(AuditEntry.facts).where(AuditEntry.reference == "tidy")).one()
    assert facts == removed
    assert sum(removed.values()) > 0
