"""The officers' queue: what is due first on top."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from app.contracts.machine import WAITING, State
from app.contracts.models import Contract
from app.contracts.queries.access import officer_sees
from app.contracts.rules import Variant
from app.core.clock import baku_date
from app.core.context import Context

PAGE = 50
SORTS: Mapping[str, tuple[ColumnElement[object], ...]] = {
    "due": (func.coalesce(Contract.due_on, date.max), Contract.id),  # type: ignore[dict-item]
    "newest": (Contract.id.desc(),),  # type: ignore[dict-item]
    "number": (Contract.number,),  # type: ignore[dict-item]
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`state` is one of the states, or empty for whatever waits for the committee, or "all"."""

    state: str = ""
    text: str = ""
    sort: str = "due"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    public_id: str
    number: str
    variant: Variant
    state: State
    payer: str
    name: str
    since: datetime
    due_on: date | None
    is_late: bool
    is_pressing: bool


@dataclass(frozen=True, slots=True)
class Queue:
    lines: list[Waiting]
    total: int
    counts: Mapping[str, int]  # By state.
    late: int


def queue(context: Context, wanted: QueueFilter) -> Queue:
    today, sees = baku_date(context.clock.now()), officer_sees(context.actor)
    late = Contract.state.in_(WAITING) & (Contract.due_on < today)
    counted = select(Contract.state, func.count(), func.count().filter(late)).where(sees).group_by(Contract.state)
    counts, overdue = {}, 0
    for state, number, behind in context.session.execute(counted):
        counts[str(state)], overdue = number, overdue + behind
    columns = (
        Contract.public_id,
        Contract.number,
        Contract.variant,
        Contract.state,
        Contract.payer,
        Contract.firm,
        Contract.name,
        Contract.since,
        Contract.due_on,
        Contract.alarm_on,
        func.count().over().label("total"),
    )
    chosen = select(*columns).where(sees, *_conditions(wanted)).order_by(*SORTS[wanted.sort])
    rows = context.session.execute(chosen.limit(PAGE).offset((wanted.page - 1) * PAGE)).all()
    lines = [
        Waiting(
            row.public_id,
            row.number,
            row.variant,
            row.state,
            row.payer,
            row.firm or row.name,
            row.since,
            row.due_on,
            row.state in WAITING and row.due_on is not None and row.due_on < today,
            row.state in WAITING and row.alarm_on is not None and row.alarm_on <= today,
        )
        for row in rows
    ]
    return Queue(lines, rows[0].total if rows else 0, counts, overdue)


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if not wanted.state:
        found.append(Contract.state.in_(WAITING))
    elif wanted.state in set(State):
        found.append(Contract.state == State(wanted.state))
    if wanted.text:
        text = wanted.text.strip()
        like = Contract.firm.icontains(text, autoescape=True) | Contract.name.icontains(text, autoescape=True)
        found.append(or_(Contract.number == text.upper(), Contract.payer == text, like))
    return found
