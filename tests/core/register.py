"""A made-up use case that the tests of the core carry out: it enters a participant into the register.

Its functions become operations in a test's hands only (see the fixture `enter`), so that the portal's own list of
operations stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Participant
from app.core.context import Context
from app.core.db import insert, write_transaction
from app.core.errors import Conflict
from app.core.limits import Limit

MakeContext = Callable[..., Context]
NAME = "core.enter"
SERVICE = "entering"


@dataclass(frozen=True, slots=True)
class Enter:
    number: str
    name: str = "Xəzər İdxal MMC"


@dataclass(frozen=True, slots=True)
class Entered:
    number: str
    place: int


def enter(context: Context, command: Enter) -> Entered:
    values: dict[str, object] = {
        "public_id": f"participant-{command.number}",
        "number": command.number,
        "name": command.name,
    }
    values |= {"address": "Bakı", "created_at": context.clock.now()}
    new = insert(context.session, Participant).values(**values).returning(Participant.id)
    place = context.session.scalars(new).one()
    context.about("participant", command.number, entered=True)
    context.send("mail.email_changed", {"to": "a@example.az", "language": "az", "name": command.name})
    return Entered(command.number, place)


def enter_and_refuse(context: Context, command: Enter) -> None:
    enter(context, command)
    raise Conflict("register.closed", "Reyestr bağlıdır.")


def enter_and_break(context: Context, command: Enter) -> None:
    enter(context, command)
    raise ZeroDivisionError(f"division of {command.name} by zero")


def enter_twice(context: Context, command: Enter, again: Callable[[Context, Enter], Entered]) -> Entered:
    enter(context, command)
    return again(context, Enter(f"{command.number}-again"))


def one_an_hour(context: Context, _command: object) -> list[Limit]:
    return [Limit("enter", context.actor.reference, 1, timedelta(hours=1))]


def break_off(session: Session, change: Callable[[], None]) -> None:
    """A transaction that fails after its change was made."""
    with write_transaction(session):
        change()
        raise ZeroDivisionError


def numbers(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Participant.number).order_by(Participant.number)))
