"""Telling a person something: a line in his inbox, and a message that the worker may send him by mail."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from app.core.context import Context
from app.core.db import Prepared, insert
from app.core.errors import N_, Invalid, NotFound
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.notifications.models import MailRefusal, Notification
from app.notifications.rules import KINDS, refusable

NOTICE = "notice"
_IS_UNREAD = (Notification.person_id == bindparam("of_person")) & Notification.read_at.is_(None)
_READ_ALL = Prepared(lambda _: update(Notification).where(_IS_UNREAD).values(read_at=bindparam("read_at")))


def notify(context: Context, person_id: int, kind: str, *, link: str = "", **facts: str) -> None:
    """Part of the operation that tells: what is rolled back was never told."""
    if kind not in KINDS:
        raise KeyError(kind)
    public_id = new_public_id()
    values = {
        "public_id": public_id,
        "person_id": person_id,
        "kind": kind,
        "facts": facts,
        "link": link,
        "created_at": context.clock.now(),
    }
    context.session.execute(insert(context.session, Notification).values(**values))
    context.send(NOTICE, {"notification": public_id}, key=f"{NOTICE}/{public_id}")


@dataclass(frozen=True, slots=True)
class MarkRead:
    public_id: str


@dataclass(frozen=True, slots=True)
class MarkedRead:
    link: str


@operation()
def mark_read(context: Context, command: MarkRead) -> MarkedRead:
    """One of his own; gives where it leads."""
    mine = (Notification.public_id == command.public_id) & (Notification.person_id == context.actor.person_id)
    link = context.session.scalar(select(Notification.link).where(mine))
    if link is None:
        raise NotFound("notifications.unknown", N_("Belə bildiriş yoxdur."))
    context.about("notification", command.public_id)
    unread = update(Notification).where(mine, Notification.read_at.is_(None))
    context.session.execute(unread.values(read_at=context.clock.now()))
    return MarkedRead(link)


@dataclass(frozen=True, slots=True)
class MarkAllRead:
    pass


@operation()
def mark_all_read(context: Context, _command: MarkAllRead) -> None:
    _READ_ALL(context.session, {"of_person": context.actor.person_id, "read_at": context.clock.now()})


@dataclass(frozen=True, slots=True)
class ChooseMail:
    kinds: tuple[str, ...]


@operation()
def choose_mail(context: Context, command: ChooseMail) -> None:
    """Which of the kinds that may be refused come by mail too; the others always do."""
    offered = refusable()
    if set(command.kinds) - offered.keys():
        raise Invalid("choice.unknown", N_("Siyahıdan seçin."), field="kinds")
    session, me = context.session, context.actor.person_id
    session.execute(delete(MailRefusal).where(MailRefusal.person_id == me))
    refused = [{"person_id": me, "kind": kind} for kind in sorted(offered.keys() - set(command.kinds))]
    if refused:
        session.execute(insert(session, MailRefusal).on_conflict_do_nothing(), refused)
