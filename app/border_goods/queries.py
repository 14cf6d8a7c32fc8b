"""What is read of records: by their consignee, and by the offices on either side."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, true, tuple_

from app.accounts.models import Participant
from app.border_goods.models import BorderEvent, BorderRecord
from app.border_goods.rules import SOON, Deadline, Outcome, Sort, State, TimeLeft, time_left
from app.core.context import Context
from app.core.errors import N_, Invalid, NotFound
from app.core.text import fold

PAGE = 50
MOST_COUNTED = 1000
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """`state` open, or ended for the history; `side` is what an officer looks from."""

    state: str = "open"
    text: str = ""
    destination: str = ""
    deadline: str = ""
    sort: str = Sort.DUE
    after: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    public_id: str
    barcode: str
    consignee: str
    code: str
    description: str
    amount: Decimal
    currency: str
    weight: Decimal
    packages: int
    exporter: str
    carnet: str
    waybill: str
    container: str
    vehicle: str
    office: str
    destination: str
    registered_at: datetime
    hours: int
    due_at: datetime
    arrived_at: datetime | None
    state: State
    ended_at: datetime | None
    declaration: str
    left: TimeLeft

    @property
    def is_overdue(self) -> bool:
        return self.state is State.OPEN and self.arrived_at is None and self.left.is_late


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose goods a list shows."""

    number: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """`total` and `overdue` are counted to a thousand and no further."""

    records: list[Record]
    following: str | None
    total: int
    overdue: int
    payer: Payer | None = None


_FACTS = (
    BorderRecord.public_id,
    BorderRecord.barcode,
    BorderRecord.consignee,
    BorderRecord.code,
    BorderRecord.description,
    BorderRecord.amount,
    BorderRecord.currency,
    BorderRecord.weight,
    BorderRecord.packages,
    BorderRecord.exporter,
    BorderRecord.carnet,
    BorderRecord.waybill,
    BorderRecord.container,
    BorderRecord.vehicle,
    BorderRecord.office,
    BorderRecord.destination,
    BorderRecord.registered_at,
    BorderRecord.hours,
    BorderRecord.due_at,
    BorderRecord.arrived_at,
    BorderRecord.state,
    BorderRecord.ended_at,
    BorderRecord.declaration,
)
_PAYER = (Participant.number, Participant.name, Participant.address)
# Whether a list falls, and by what; the key of the row decides between equals.
_ORDERS: dict[str, tuple[bool, Any]] = {
    Sort.DUE: (False, BorderRecord.due_at),
    Sort.NEWEST: (True, BorderRecord.registered_at),
    Sort.CODE: (False, BorderRecord.code),
    Sort.WEIGHT: (True, BorderRecord.weight),
}
_ENDED = (True, BorderRecord.ended_at)


def own(context: Context) -> ColumnElement[bool]:
    """Only of the principal for whom he acts; whoever acts for none has no goods."""
    return BorderRecord.participant_id == context.actor.participant_id


def of_office(context: Context, side: str) -> ColumnElement[bool]:
    """Registered by the officer's office, or on the way to it."""
    column = BorderRecord.destination if side == "destination" else BorderRecord.office
    return column == (context.actor.office or "")


def list_own(context: Context, wanted: Filter, number: int = PAGE) -> RecordPage:
    return _page(context, own(context), wanted, number)


def list_of_office(context: Context, side: str, wanted: Filter) -> RecordPage:
    return _page(context, of_office(context, side), wanted, PAGE)


def every_own(context: Context, wanted: Filter) -> Iterator[Record]:
    """All that the list would show, page after page, for a file."""
    now = context.clock.now()
    while True:
        rows = context.session.execute(_chosen(context, own(context), wanted, now, CHUNK)).all()
        for row in rows:
            yield _record(row, now)
        if len(rows) < CHUNK:
            return
        wanted = replace(wanted, after=rows[-1].public_id)


def _page(context: Context, mine: ColumnElement[bool], wanted: Filter, number: int) -> RecordPage:
    """The rows, both counts and whose they are by one statement, which has a row also where the list is empty."""
    now = context.clock.now()
    page = _chosen(context, mine, wanted, now, number + 1).subquery()
    counted = _counted([mine, *_conditions(wanted, now)]).label("total")
    late = _counted([mine, *_conditions(Filter(deadline=Deadline.OVERDUE), now)]).label("overdue")
    of_payer = Participant.id == context.actor.participant_id
    about = (select(column).where(of_payer).scalar_subquery().label(f"payer_{column.key}") for column in _PAYER)
    counts = select(counted, late, *about).subquery()
    falls, column = _order(wanted)
    shown = page.c[column.key]
    order = (shown.desc(), page.c.id.desc()) if falls else (shown, page.c.id)
    rows = context.session.execute(
        select(counts, page).select_from(counts.outerjoin(page, true())).order_by(*order)
    ).all()
    records = [_record(row, now) for row in rows if row.public_id is not None]
    following = records[number - 1].public_id if len(records) > number else None
    first = rows[0]
    payer = Payer(first.payer_number, first.payer_name, first.payer_address) if first.payer_number else None
    return RecordPage(records[:number], following, first.total, first.overdue, payer)


def _counted(conditions: list[ColumnElement[bool]]) -> Any:  # noqa: ANN401  (a scalar subquery)
    few = select(literal(1)).select_from(BorderRecord).where(*conditions).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def _chosen(context: Context, mine: ColumnElement[bool], wanted: Filter, now: datetime, number: int) -> Any:  # noqa: ANN401  (a statement of as many columns as the list has)
    falls, column = _order(wanted)
    order = (column.desc(), BorderRecord.id.desc()) if falls else (column, BorderRecord.id)
    chosen = select(BorderRecord.id, *_FACTS).where(mine, *_conditions(wanted, now))
    if wanted.after:
        last = context.session.execute(
            select(column, BorderRecord.id).where(mine, BorderRecord.public_id == wanted.after)
        ).one_or_none()
        if last is None:
            text = N_("Siyahıda belə bir səhifə yoxdur. Siyahını əvvəldən açın.")
            raise Invalid("paging.token", text, field="pageToken")
        here, there = tuple_(column, BorderRecord.id), tuple_(literal(last[0], column.type), literal(last[1]))
        chosen = chosen.where(here < there if falls else here > there)
    return chosen.order_by(*order).limit(number)


def _order(wanted: Filter) -> tuple[bool, Any]:
    return _ENDED if wanted.state == "ended" else _ORDERS[wanted.sort]


def _conditions(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    is_open = BorderRecord.ended_at.is_(None)
    found: list[ColumnElement[bool]] = [is_open if wanted.state == "open" else BorderRecord.ended_at.is_not(None)]
    if wanted.text:
        found.append(BorderRecord.folded.contains(fold(wanted.text), autoescape=True))
    if wanted.destination:
        found.append(BorderRecord.destination == wanted.destination)
    if wanted.deadline == Deadline.ARRIVED:
        found.append(BorderRecord.arrived_at.is_not(None))
    elif wanted.deadline:
        found += [BorderRecord.arrived_at.is_(None), *_between(wanted.deadline, now)]
    return found


def _between(deadline: str, now: datetime) -> list[ColumnElement[bool]]:
    if deadline == Deadline.OVERDUE:
        return [BorderRecord.due_at < now]
    return [BorderRecord.due_at >= now, BorderRecord.due_at < now + SOON]


def _record(row: Any, now: datetime) -> Record:  # noqa: ANN401
    facts = {column.key: getattr(row, column.key) for column in _FACTS}
    return Record(**facts, left=time_left(row.due_at, now))


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    outcome: Outcome
    office: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(self.facts.get("reason", ""))

    @property
    def late_minutes(self) -> int:
        return int(self.facts.get("late_minutes", 0))

    @property
    def changed(self) -> dict[str, tuple[str, str]]:
        return dict(self.facts.get("changed", {}))


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """One record with its consignee and with what happened to it, the newest first."""

    record: Record
    consignee_name: str
    consignee_address: str
    events: list[Happened]


def get_own(context: Context, public_id: str) -> WholeRecord:
    return whole(context, public_id, own(context))


def whole(context: Context, public_id: str, mine: ColumnElement[bool]) -> WholeRecord:
    """A record of somebody else is as one that does not exist."""
    columns = (*_FACTS, BorderRecord.id, BorderRecord.consignee_name, BorderRecord.consignee_address)
    row = context.session.execute(
        select(*columns, BorderRecord.participant_id).where(BorderRecord.public_id == public_id, mine)
    ).one_or_none()
    if row is None:
        raise NotFound("border_goods.unknown", N_("Belə qeyd yoxdur."))
    # Whoever got the record by a correction does not read what stood there for another one.
    told = BorderEvent.record_id == row.id, BorderEvent.participant_id == row.participant_id
    events = context.session.execute(
        select(BorderEvent.at, BorderEvent.outcome, BorderEvent.office, BorderEvent.facts)
        .where(*told)
        .order_by(BorderEvent.id.desc())
    )
    now = context.clock.now()
    return WholeRecord(
        _record(row, now), row.consignee_name, row.consignee_address, [Happened(*event) for event in events]
    )
