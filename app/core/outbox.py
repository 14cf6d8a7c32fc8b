"""Messages that leave after the commit: written with the change, leased and delivered by any number of workers."""

import random
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, bindparam, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Id, Model, Prepared, write_transaction

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
BATCH = 20


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: Mapping[str, str]
    key: str | None = None


class OutboxRow(Model):
    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(128), unique=True)
    participant_id: Mapped[int | None] = mapped_column(Id, index=True)
    topic: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int]
    leased_by: Mapped[str] = mapped_column(String(40))
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "due_at",
            "id",
            sqlite_where=text("sent_at IS NULL AND dead_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND dead_at IS NULL"),
        ),
    )


WAITING = OutboxRow.sent_at.is_(None) & OutboxRow.dead_at.is_(None)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message in a worker's hands. Its key stays the same, so that a receiver can tell a repetition."""

    id: int
    key: str
    topic: str
    payload: Mapping[str, str]
    attempts: int
    created_at: datetime


_WRITE = Prepared(lambda insert: insert(OutboxRow).on_conflict_do_nothing(index_elements=["key"]))


def write(session: Session, messages: Iterable[Message], participant_id: int | None, at: datetime) -> None:
    rows = [
        {
            "key": message.key or secrets.token_hex(16),
            "participant_id": participant_id,
            "topic": message.topic,
            "payload": dict(message.payload),
            "created_at": at,
            "due_at": at,
            "attempts": 0,
            "leased_by": "",
            "last_error": "",
        }
        for message in messages
    ]
    if rows:
        _WRITE(session, rows)


def lease(session: Session, worker: str, now: datetime, number: int = BATCH) -> list[Delivery]:
    """Takes due messages that nobody holds; whoever dies with them loses them when the lease ends."""
    free = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until <= now)
    due = (
        select(OutboxRow.id)
        .where(WAITING, OutboxRow.due_at <= now, free)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(number)
        .with_for_update(skip_locked=True)
    )
    with write_transaction(session):
        ids = list(session.scalars(due))
        held = update(OutboxRow).where(OutboxRow.id.in_(ids)).values(leased_by=worker, leased_until=now + LEASE)
        session.execute(held.execution_options(synchronize_session=False))
        columns = (
            OutboxRow.id,
            OutboxRow.key,
            OutboxRow.topic,
            OutboxRow.payload,
            OutboxRow.attempts,
            OutboxRow.created_at,
        )
        rows = session.execute(select(*columns).where(OutboxRow.id.in_(ids)).order_by(OutboxRow.id)).all()
    return [Delivery(*row) for row in rows]


def mark_sent(session: Session, delivery: Delivery, worker: str, now: datetime) -> None:
    """Its content is forgotten with the delivery: it may hold what only the receiver should keep, such as a link."""
    _close(session, delivery, worker, {"sent_at": now, "payload": {}, "last_error": ""})


def mark_failed(session: Session, delivery: Delivery, worker: str, error: str, now: datetime) -> bool:
    """Puts the message back with a longer pause, or aside for good; True when it was given up."""
    dead = now - delivery.created_at >= GIVEN_UP_AFTER
    changes: dict[str, Any] = {"attempts": delivery.attempts + 1, "last_error": error[:200]}
    changes |= {"dead_at": now} if dead else {"due_at": now + pause_after(delivery.attempts + 1)}
    _close(session, delivery, worker, changes)
    return dead


def _close(session: Session, delivery: Delivery, worker: str, changes: Mapping[str, Any]) -> None:
    with write_transaction(session):
        mine = (OutboxRow.id == delivery.id) & (OutboxRow.leased_by == worker)
        session.execute(update(OutboxRow).where(mine).values(leased_by="", leased_until=None, **changes))


def pause_after(attempts: int, chance: Callable[[], float] = random.random) -> timedelta:
    """Doubles from a minute to six hours; somewhat random, lest a receiver that comes back is met by all at once."""
    longest: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 12), LONGEST_PAUSE)
    return longest * (0.5 + chance() / 2)


def dead_letters(session: Session, number: int = 100) -> list[OutboxRow]:
    return list(
        session.scalars(select(OutboxRow).where(OutboxRow.dead_at.is_not(None)).order_by(OutboxRow.id).limit(number))
    )


_REVIVE = Prepared(
    lambda _: (
        update(OutboxRow)
        .where(OutboxRow.id == bindparam("of_id"), OutboxRow.dead_at.is_not(None))
        .values(dead_at=None, due_at=bindparam("now"), created_at=bindparam("now"), attempts=0)
    )
)


def revive(session: Session, ids: Iterable[int], now: datetime) -> None:
    """Inside an operation: lets given-up messages be tried again, as if they were new."""
    if chosen := [{"of_id": one, "now": now} for one in ids]:
        _REVIVE(session, chosen)


def waiting(session: Session, now: datetime) -> tuple[int, float]:
    """How many messages wait, and how many seconds the oldest due one is late."""
    row = session.execute(select(func.count(), func.min(OutboxRow.due_at)).where(WAITING)).one()
    oldest: datetime | None = row[1]
    return row[0], 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())


def state(session: Session, now: datetime) -> tuple[int, int, float]:
    """How many messages wait, how many were given up, and how many seconds the oldest due one is late."""
    number, late = waiting(session, now)
    dead = session.scalar(select(func.count()).where(OutboxRow.dead_at.is_not(None))) or 0
    return number, dead, late
