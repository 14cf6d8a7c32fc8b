"""A post registers goods, and puts right what it registered."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select

from app.accounts.operations.opening import participant
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
from app.border_goods.rules import Goods, Outcome, State, changes, checked, doubts
from app.core.clock import baku_date
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid
from app.core.identifiers import PayerKind, payer_kind
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.gooen.models import Gooen
from app.reference.queries import list_offices
from app.reference.rules import load_currencies

CONSIGNEE = frozenset({"consignee", "consignee_name", "consignee_address"})


@dataclass(frozen=True, slots=True)
class RegisterGoods:
    goods: tuple[Goods, ...]


@operation(service="border-goods")
def register(context: Context, command: RegisterGoods) -> Batch:
    """A row that is there already, word for word, is no new one: a batch may be sent again."""
    office = post_of(context)
    check_size(command.goods)
    results, clean = _checked(context, command.goods)
    known = standing(context, (goods.barcode for goods in clean.values()))
    new: dict[int, Goods] = {}
    for place, goods in clean.items():
        row = known.get(goods.barcode)
        if row is None:
            new[place] = goods
        elif row.office == office and goods_of(row) == goods:
            results[place] = Result(goods.barcode, Outcome.UNCHANGED, doubts=doubts(goods))
        else:
            results[place] = _taken(goods.barcode)
    results |= _insert(context, office, new)
    return _answered(context, office, results)


def _insert(context: Context, office: str, new: Mapping[int, Goods]) -> dict[int, Result]:
    if not new:
        return {}
    session, trail = context.session, Trail(context, office)
    participants = _participants(context, new.values())
    ids = {place: new_public_id() for place in new}
    # In one order, lest two batches wait for each other.
    ordered = sorted(new.items(), key=lambda one: one[1].barcode)
    rows = [_row(office, goods, participants[goods.consignee], ids[place]) for place, goods in ordered]
    session.execute(insert(session, BorderRecord).on_conflict_do_nothing(index_elements=["barcode"]), rows)
    made = select(BorderRecord.public_id, BorderRecord.id).where(BorderRecord.public_id.in_(ids.values()))
    found = dict(iter(session.execute(made)))
    results = {}
    for place, goods in new.items():
        if (record_id := found.get(ids[place])) is None:  # Another post was faster by a moment.
            results[place] = _taken(goods.barcode)
            continue
        trail.add(record_id, participants[goods.consignee], Outcome.REGISTERED, {})
        trail.tell(Outcome.REGISTERED, participants[goods.consignee], goods.due_at)
        results[place] = Result(goods.barcode, Outcome.REGISTERED, doubts=doubts(goods))
    trail.keep({payer: number for number, payer in participants.items()})
    return results


@dataclass(frozen=True, slots=True)
class CorrectGoods:
    """Whole rows: what a record shall be from now on."""

    goods: tuple[Goods, ...]


@operation(service="border-goods")
def correct(context: Context, command: CorrectGoods) -> Batch:
    """Only what the same office registered and nobody has ended; whoever is no longer the consignee is told so."""
    office = post_of(context)
    check_size(command.goods)
    results, clean = _checked(context, command.goods)
    known = standing(context, (goods.barcode for goods in clean.values()))
    trail, participants = Trail(context, office), _participants(context, clean.values())
    # Those of before and those of now: whoever it is not any more is told too.
    numbers = {record.participant_id: record.consignee for record in known.values()}
    numbers |= {payer: number for number, payer in participants.items()}
    for place, goods in clean.items():
        row = known.get(goods.barcode)
        if row is None or row.office != office or row.state is not State.OPEN:
            results[place] = unknown(goods.barcode)
            continue
        results[place] = _correct(row, goods, participants[goods.consignee], trail)
    context.session.flush()
    trail.keep(numbers)
    return _answered(context, office, results)


def _correct(row: BorderRecord, goods: Goods, payer: int, trail: Trail) -> Result:
    changed = changes(goods_of(row), goods)
    if not changed:
        return Result(goods.barcode, Outcome.UNCHANGED, doubts=doubts(goods))
    first = row.participant_id
    for name, value in _facts(goods).items():
        setattr(row, name, value)
    row.participant_id = payer
    if first == payer:
        trail.add(row.id, payer, Outcome.CORRECTED, {"changed": changed})
        trail.tell(Outcome.CORRECTED, payer, goods.due_at)
    else:
        # Neither of the two reads who the other one is.
        shown = {name: pair for name, pair in changed.items() if name not in CONSIGNEE}
        trail.add(row.id, first, Outcome.CANCELLED, {})
        trail.tell(Outcome.CANCELLED, first, goods.due_at)
        trail.add(row.id, payer, Outcome.REGISTERED, {"changed": shown} if shown else {})
        trail.tell(Outcome.REGISTERED, payer, goods.due_at)
    return Result(goods.barcode, Outcome.CORRECTED, doubts=doubts(goods))


def goods_of(row: BorderRecord) -> Goods:
    return Goods(**{field.name: getattr(row, field.name) for field in fields(Goods)})


def _checked(context: Context, goods: Iterable[Goods]) -> tuple[dict[int, Result], dict[int, Goods]]:
    """By their places: the results of the rows that are wrong in themselves, and the others in canonical form."""
    now = context.clock.now()
    offices = frozenset(office.code for office in list_offices(context.session, baku_date(now)))
    currencies = frozenset(load_currencies())
    results, clean, seen = dict[int, Result](), dict[int, Goods](), set[str]()
    for place, one in enumerate(goods):
        try:
            good = checked(one, now, offices, currencies)
        except Invalid as error:
            results[place] = Result(one.barcode, Outcome.REFUSED, error.problems)
            continue
        if good.barcode in seen:
            results[place] = twice(good.barcode)
        else:
            clean[place] = good
        seen.add(good.barcode)
    for place in _not_issued(context, clean):
        message = N_("Bu GÖÖEN heç kimə verilməyib.")
        results[place] = refused(clean.pop(place).barcode, "gooen.not_issued", message, field="consignee")
    return results, clean


def _not_issued(context: Context, clean: Mapping[int, Goods]) -> list[int]:
    named = {place: goods.consignee for place, goods in clean.items() if payer_kind(goods.consignee) is PayerKind.GOOEN}
    if not named:
        return []
    issued = set(context.session.scalars(select(Gooen.number).where(Gooen.number.in_(set(named.values())))))
    return [place for place, number in named.items() if number not in issued]


def _participants(context: Context, goods: Iterable[Goods]) -> dict[str, int]:
    """Of all consignees, made in one order where they are new."""
    about = {one.consignee: (one.consignee_name, one.consignee_address) for one in goods}
    return {number: participant(context, number, *about[number]) for number in sorted(about)}


def _row(office: str, goods: Goods, payer: int, public_id: str) -> dict[str, Any]:
    return _facts(goods) | {
        "public_id": public_id,
        "participant_id": payer,
        "office": office,
        "state": State.OPEN,
        "declaration": "",
    }


def _facts(goods: Goods) -> dict[str, Any]:
    return asdict(goods) | {"due_at": goods.due_at, "folded": goods.folded}


def _taken(barcode: str) -> Result:
    message = N_("Bu barkod başqa məlumatla artıq qeydə alınıb. Qeydi dəyişmək üçün düzəliş göndərin.")
    return refused(barcode, "border_goods.taken", message)


def _answered(context: Context, office: str, results: Mapping[int, Result]) -> Batch:
    batch = Batch(tuple(results[place] for place in sorted(results)))
    context.about("border_goods", office, rows=len(batch.results), refused=batch.refused)
    return batch
