"""Moves a contract by the table, and nothing else does: the row is held, the move allowed, written down and told."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, select

from app.accounts.queries import person_of
from app.contracts.machine import IN_HAND, By, Event, move_of, moved_on
from app.contracts.models import Contract, ContractEvent
from app.contracts.operations.telling import tell_applicant
from app.contracts.queries import Key, officer_sees, theirs_or_mine
from app.contracts.queries.cases import unknown
from app.contracts.schedule import Dates, plan
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, NotAllowed


def own(context: Context, key: Key) -> Contract:
    """The applicant's, held until the commit."""
    return held(context, theirs_or_mine(context.actor, key, context.clock.now()))


def officers(context: Context, public_id: str, version: int) -> Contract:
    """The officer's who has seen this version of it."""
    row = held(context, (Contract.public_id == public_id) & officer_sees(context.actor))
    if row.version != version:
        raise moved_on()
    return row


def held(context: Context, which: ColumnElement[bool]) -> Contract:
    chosen = select(Contract).where(which).with_for_update(of=Contract)
    row = context.session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise unknown()
    context.about("contract", row.public_id, state=str(row.state))
    return row


def move(
    context: Context,
    row: Contract,
    event: Event,
    *,
    reason: str = "",
    faults: Mapping[str, str] | None = None,
    quietly: bool = False,
) -> None:
    """Whatever else the event changes in the row is set before it."""
    allowed, now = move_of(row.state, event), context.clock.now()
    officer_id = person_of(context) if allowed.by in {By.OFFICER, By.SECOND} else None
    if allowed.by is By.SECOND:
        refuse_whoever_had_it(context, row)
    row.state, row.since, row.version = allowed.after, now, row.version + 1
    schedule(row)
    values = {
        "contract_id": row.id,
        "event": event,
        "at": now,
        "officer_id": officer_id,
        "reason": reason,
        "faults": dict(faults or {}),
    }
    context.session.flush()
    context.session.execute(insert(context.session, ContractEvent).values(**values))
    context.about("contract", row.public_id, event=str(event), state=str(row.state))
    if allowed.tells and not quietly:
        tell_applicant(context, row, allowed.tells)


def schedule(row: Contract) -> None:
    """When the portal has to look at it next."""
    coming = plan(dates_of(row))
    row.act_at = coming[0].at if coming else None


def dates_of(row: Contract) -> Dates:
    return Dates(row.state, row.since, row.due_on, row.alarm_on, row.valid_until)


def refuse_whoever_had_it(context: Context, row: Contract) -> None:
    """Four eyes: who has checked, approved or recorded does not finish."""
    had = select(ContractEvent.id).where(
        ContractEvent.contract_id == row.id,
        ContractEvent.officer_id == person_of(context),
        ContractEvent.event.in_(IN_HAND),
    )
    if context.session.scalar(had.limit(1)) is not None:
        message = N_("Bu müraciət sizin əlinizdən keçib. Giriş məlumatlarını başqa əməkdaş verməlidir.")
        raise NotAllowed("contracts.four_eyes", message)
