"""What the portal does by itself at its time: reminds, raises the alarm, lets a term run out; each of it once."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.contracts.machine import Event, State, moved_on
from app.contracts.models import Contract
from app.contracts.operations import moving
from app.contracts.operations.applying import forget
from app.contracts.operations.ending import take_back
from app.contracts.operations.telling import tell_applicant, tell_officers
from app.contracts.schedule import Act, Planned, plan
from app.core.context import Context
from app.core.operation import operation

log = logging.getLogger(__name__)

BATCH = 100


@dataclass(frozen=True, slots=True)
class TakeStep:
    public_id: str
    at: datetime  # For which it was due: what another worker has done meanwhile is not done again.


@operation(repeatable=False)
def take_step(context: Context, command: TakeStep) -> None:
    row = moving.held(context, Contract.public_id == command.public_id)
    if row.act_at != command.at or command.at > context.clock.now():
        raise moved_on()
    planned = plan(moving.dates_of(row))
    row.act_at = next((one.at for one in planned if one.at > command.at), None)
    for step in planned:
        if step.at == command.at:
            _do(context, row, step)


def _do(context: Context, row: Contract, step: Planned) -> None:
    if step.act is Act.TELL_APPLICANT:
        _remind(context, row, step.tells)
    elif step.act is Act.TELL_OFFICERS:
        tell_officers(context, row, step.tells)
    elif step.act is Act.EXPIRE:
        take_back(context, row)
        moving.move(context, row, Event.EXPIRE)
    else:
        _let_lapse(context, row)


def _remind(context: Context, row: Contract, kind: str) -> None:
    """Nobody is written to a second time at an address that he has not confirmed."""
    if row.email_confirmed_at is not None:
        until = f"{row.valid_until:%d.%m.%Y}" if row.valid_until else ""
        tell_applicant(context, row, kind, until=until)


def _let_lapse(context: Context, row: Contract) -> None:
    if row.state is State.DRAFT:
        forget(context, row)
    moving.move(context, row, Event.LAPSE, quietly=row.email_confirmed_at is None)


def take_due_steps(context: Context) -> int:
    """A batch of what is due; one that fails is tried at the next round and hinders no other."""
    now = context.clock.now()
    due = select(Contract.public_id, Contract.act_at).where(Contract.act_at <= now).order_by(Contract.act_at)
    rows = [(row.public_id, row.act_at) for row in context.session.execute(due.limit(BATCH)) if row.act_at]
    context.session.rollback()
    done = 0
    for public_id, at in rows:
        try:
            take_step(context, TakeStep(public_id, at))
            done += 1
        except Exception:
            log.exception("a contract's step failed", extra={"contract": public_id})
            context.session.rollback()
    return done
