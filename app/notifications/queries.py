"""What a person was told, and what of it goes out by mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.paging import place
from app.notifications.models import MailRefusal, Notification
from app.notifications.rules import KINDS, Kind

PAGE = 25


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the inbox; its words are those of its kind."""

    id: int
    public_id: str
    person_id: int
    kind: str
    facts: Mapping[str, Any]
    link: str
    created_at: datetime
    read_at: datetime | None

    @property
    def words(self) -> Kind:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Inbox:
    notices: list[Notice]
    older: str  # Where the next page begins; empty on the last one.


NOTICE = select(
    Notification.id,
    Notification.public_id,
    Notification.person_id,
    Notification.kind,
    Notification.facts,
    Notification.link,
    Notification.created_at,
    Notification.read_at,
)


def inbox(context: Context, older: str, *, only_unread: bool, number: int = PAGE) -> Inbox:
    """One's own, the newest first."""
    mine = NOTICE.where(Notification.person_id == context.actor.person_id, Notification.kind.in_(list(KINDS)))
    if only_unread:
        mine = mine.where(Notification.read_at.is_(None))
    if older:
        last = select(Notification.id).where(
            Notification.public_id == older, Notification.person_id == context.actor.person_id
        )
        mine = mine.where(Notification.id < place(context.session, last))
    rows = context.session.execute(mine.order_by(Notification.id.desc()).limit(number + 1)).all()
    notices = [Notice(*row) for row in rows[:number]]
    return Inbox(notices, notices[-1].public_id if len(rows) > number else "")


def find_notice(session: Session, public_id: str) -> Notice | None:
    row = session.execute(NOTICE.where(Notification.public_id == public_id)).one_or_none()
    return Notice(*row) if row else None


def refused_kinds(session: Session, person_id: int | None) -> frozenset[str]:
    return frozenset(session.scalars(select(MailRefusal.kind).where(MailRefusal.person_id == person_id)))
