"""What happens to a record after it is registered: the goods arrive, are cleared, or were a mistake."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.border_goods.models import BorderRecord
from app.border_goods.operations.batches import (
    Batch,
    Result,
    Trail,
    check_size,
    post_of,
    refused,
    standing,
    twice,
    unknown,
)
from app.border_goods.rules import CLOCKS_DIFFER, Outcome, State
from app.core.context import Context
from app.core.errors import N_, Invalid
from app.core.operation import operation
from app.core.text import display_name, fold_code

LONGEST_REASON, LONGEST_DECLARATION = 300, 30


@dataclass(frozen=True, slots=True)
class CancelGoods:
    barcodes: tuple[str, ...]
    reason: str


@operation(service="border-goods")
def cancel(context: Context, command: CancelGoods) -> Batch:
    """What was registered by mistake; the row stays in the history of both sides."""
    reason = display_name(command.reason, LONGEST_REASON)
    if not reason:
        raise Invalid("border_goods.reason", N_("Ləğvin səbəbini yazın."), field="reason")
    work = _Work(context, Outcome.CANCELLED, of_registering_office=True)

    def end(row: BorderRecord) -> None:
        row.state, row.ended_at = State.CANCELLED, context.clock.now()
        work.note(row, reason=reason)

    return work.through(command.barcodes, end)


@dataclass(frozen=True, slots=True)
class Arrival:
    barcode: str
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class ReportArrivals:
    arrivals: tuple[Arrival, ...]


@operation(service="border-goods")
def report_arrivals(context: Context, command: ReportArrivals) -> Batch:
    """By either office; the first report counts."""
    work, now = _Work(context, Outcome.ARRIVED), context.clock.now()
    # Of two reports in one batch the first counts, as the answers to the rows say.
    moments = {fold_code(one.barcode): one.arrived_at for one in reversed(command.arrivals)}

    def arrive(row: BorderRecord) -> Result | None:
        moment = moments[row.barcode]
        if row.arrived_at is not None:
            return Result(row.barcode, Outcome.UNCHANGED)
        if not row.registered_at <= moment <= now + CLOCKS_DIFFER:
            message = N_("Çatma vaxtı qeydə alınmadan əvvəl və ya gələcəkdə ola bilməz.")
            return refused(row.barcode, "border_goods.arrival", message, field="arrivedAt")
        row.arrived_at = moment
        late = max(moment - row.due_at, timedelta())
        work.note(row, late_minutes=int(late / timedelta(minutes=1)))
        return None

    return work.through([one.barcode for one in command.arrivals], arrive)


@dataclass(frozen=True, slots=True)
class ClearGoods:
    """Released by a declaration of this number."""

    barcodes: tuple[str, ...]
    declaration: str


@operation(service="border-goods")
def clear(context: Context, command: ClearGoods) -> Batch:
    """By the office that the goods went to: cleared goods leave the list (source 2)."""
    declaration = display_name(command.declaration, LONGEST_DECLARATION + 1)
    if not 1 <= len(declaration) <= LONGEST_DECLARATION:
        raise Invalid("border_goods.declaration", N_("Bəyannamənin nömrəsini yazın."), field="declaration")
    work = _Work(context, Outcome.CLEARED, of_destination=True)

    def end(row: BorderRecord) -> None:
        row.state, row.ended_at, row.declaration = State.CLEARED, context.clock.now(), declaration
        work.note(row, declaration=declaration)

    return work.through(command.barcodes, end)


@dataclass(slots=True)
class _Work:
    """One step of many records, each looked up, checked for its office and noted."""

    context: Context
    outcome: Outcome
    of_registering_office: bool = False
    of_destination: bool = False
    trail: Trail = field(init=False)

    def __post_init__(self) -> None:
        self.trail = Trail(self.context, post_of(self.context))

    def through(self, barcodes: Sequence[str], step: Callable[[BorderRecord], Result | None]) -> Batch:
        check_size(barcodes)
        known = standing(self.context, map(fold_code, barcodes))
        results, seen = list[Result](), set[str]()
        for barcode in map(fold_code, barcodes):
            row = known.get(barcode)
            if barcode in seen:
                results.append(twice(barcode))
            elif row is None or not self._is_ours(row):
                results.append(unknown(barcode))
            elif row.state is not State.OPEN:
                results.append(self._ended(row))
            else:
                results.append(step(row) or Result(barcode, self.outcome))
            seen.add(barcode)
        self.context.session.flush()
        self.trail.keep({row.participant_id: row.consignee for row in known.values()})
        batch = Batch(tuple(results))
        self.context.about("border_goods", self.trail.office, rows=len(results), refused=batch.refused)
        return batch

    def note(self, row: BorderRecord, **facts: object) -> None:
        self.trail.add(row.id, row.participant_id, self.outcome, facts)
        self.trail.tell(self.outcome, row.participant_id, row.due_at)

    def _is_ours(self, row: BorderRecord) -> bool:
        office = self.trail.office
        if self.of_registering_office:
            return row.office == office
        return row.destination == office or (row.office == office and not self.of_destination)

    def _ended(self, row: BorderRecord) -> Result:
        """Done once already by the same step: sent again, it is answered as done."""
        same = {Outcome.CANCELLED: State.CANCELLED, Outcome.CLEARED: State.CLEARED}.get(self.outcome)
        return Result(row.barcode, Outcome.UNCHANGED) if row.state is same else unknown(row.barcode)
