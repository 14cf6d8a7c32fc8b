"""Renewal and end of a contract: what it gave is taken back with the next request."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import update

from app.accounts.models import Representation
from app.accounts.operations import shut_account
from app.accounts.queries import person_of
from app.contracts import schedule
from app.contracts.machine import Event, moved_on
from app.contracts.models import Contract
from app.contracts.operations import moving
from app.contracts.operations.applying import Own
from app.contracts.rules import SERVICE, check_reason
from app.core.clock import baku_date
from app.core.context import Context
from app.core.errors import N_, Conflict
from app.core.operation import operation


@dataclass(frozen=True, slots=True)
class Renewed:
    valid_until: date


@operation(service=SERVICE, repeatable=False)
def renew(context: Context, command: Own) -> Renewed:
    """For the same time again, as the contract says; renewed twice at once it is renewed once."""
    row, today = holders(context, command), baku_date(context.clock.now())
    if row.valid_until is None:
        raise moved_on()
    if not schedule.is_renewable(row.valid_until, today):
        message = N_("Müqavilənin müddətini yalnız onun son günlərində uzatmaq olar.")
        raise Conflict("contracts.not_yet", message)
    row.valid_until = schedule.last_day(row.valid_until + timedelta(days=1))
    moving.move(context, row, Event.RENEW)
    return Renewed(row.valid_until)


@operation(service=SERVICE, repeatable=False)
def leave(context: Context, command: Own) -> None:
    """By the participant himself."""
    row = holders(context, command)
    take_back(context, row)
    moving.move(context, row, Event.LEAVE)


def holders(context: Context, command: Own) -> Contract:
    """Only of whoever is signed in and holds the user name: a mailed link is not enough."""
    mine = (Contract.public_id == command.key.public_id) & (Contract.holder_id == person_of(context))
    return moving.held(context, mine)


@dataclass(frozen=True, slots=True)
class End:
    public_id: str
    version: int
    reason: str


@operation()
def end(context: Context, command: End) -> None:
    """By the committee, with its grounds."""
    row = moving.officers(context, command.public_id, command.version)
    reason = check_reason(command.reason)
    take_back(context, row)
    moving.move(context, row, Event.END, reason=reason)


def take_back(context: Context, row: Contract) -> None:
    """The account, and the right to act for the principal where this contract gave it."""
    if row.account_id is not None:
        shut_account(context, row.account_id)
    if row.representation_id is not None:
        mine = update(Representation).where(
            Representation.id == row.representation_id, Representation.revoked_at.is_(None)
        )
        context.session.execute(mine.values(revoked_at=context.clock.now()))
