"""Batches: who may send one, what became of each row, who is told, and the trail that each row leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.queries import people_of
from app.border_goods.models import BorderEvent, BorderRecord
from app.border_goods.rules import MOST_ROWS, Outcome
from app.core.clock import baku_date, baku_time
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid, NotAllowed, Problem
from app.notifications.operations import notify
from app.reference.queries import list_offices

ABOUT = "border_goods"
LONGEST_TOLD_BY = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row; `problems` say why it was refused, `doubts` what the post may want to look at again."""

    barcode: str
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """The answer to a batch, in the order of its rows."""

    results: tuple[Result, ...]

    @property
    def refused(self) -> int:
        return sum(one.outcome is Outcome.REFUSED for one in self.results)


@dataclass(slots=True)
class Trail:
    """What happens in one batch: kept as events, told to the people of each consignee once a kind."""

    context: Context
    office: str
    events: list[dict[str, Any]] = field(default_factory=list)
    told: dict[tuple[str, int], list[datetime]] = field(default_factory=dict)

    def add(self, record_id: int, participant_id: int, outcome: Outcome, facts: Mapping[str, Any]) -> None:
        context = self.context
        self.events.append(
            {
                "record_id": record_id,
                "participant_id": participant_id,
                "at": context.clock.now(),
                "outcome": outcome,
                "office": self.office,
                "told_by": (context.through or context.actor.reference)[:LONGEST_TOLD_BY],
                "facts": dict(facts),
            }
        )

    def tell(self, kind: Outcome, participant_id: int, due_at: datetime) -> None:
        self.told.setdefault((str(kind), participant_id), []).append(due_at)

    def keep(self, numbers: Mapping[int, str]) -> None:
        """`numbers` are the VÖEN or GÖÖEN of the participants."""
        context = self.context
        if self.events:
            context.session.execute(insert(context.session, BorderEvent), self.events)
        people = people_of(context.session, {participant for _, participant in self.told}, ABOUT, context.clock.now())
        for (kind, participant_id), dues in sorted(self.told.items()):
            facts = {
                "number": numbers[participant_id],
                "count": str(len(dues)),
                "due": f"{baku_time(min(dues)):%d.%m.%Y %H:%M}",
            }
            for person_id in people.get(participant_id, ()):
                notify(context, person_id, f"border_goods.{kind}", link="/border-goods", **facts)


def post_of(context: Context) -> str:
    """The office whose system this is. People register nothing: a post is known by its certificate."""
    if context.actor.office is None or context.actor.person_id is not None:
        raise NotAllowed(
            "border_goods.not_a_post",
            N_("Bu əməliyyatı yalnız gömrük orqanının qeydiyyatdan keçmiş sistemi edə bilər."),
        )
    return context.actor.office


def check_office(context: Context, code: str) -> None:
    """Whether such an office works today, where it is named by somebody and not by its certificate."""
    if code not in {office.code for office in list_offices(context.session, baku_date(context.clock.now()))}:
        raise Invalid(
            "border_goods.office", N_("«{value}» kodlu gömrük orqanı yoxdur."), field="office", value=code[:20]
        )


def check_size(rows: Sequence[object]) -> None:
    if not 1 <= len(rows) <= MOST_ROWS:
        raise Invalid(
            "border_goods.batch",
            N_("Bir dəfəyə 1–{most} sətir göndərilir, sizdə {given}."),
            most=MOST_ROWS,
            given=len(rows),
        )


def refused(barcode: str, code: str, message: str, *, field: str = "barcode") -> Result:
    return Result(barcode, Outcome.REFUSED, (Problem(code, message, field),))


def unknown(barcode: str) -> Result:
    return refused(barcode, "border_goods.unknown", N_("Bu barkodla açıq qeyd yoxdur."))


def twice(barcode: str) -> Result:
    return refused(barcode, "border_goods.twice", N_("Bu barkod göndərilən siyahıda artıq var."))


def standing(context: Context, barcodes: Iterable[str]) -> dict[str, BorderRecord]:
    """The records of these barcodes, held in one order until the batch is done."""
    found = select(BorderRecord).where(BorderRecord.barcode.in_(set(barcodes))).order_by(BorderRecord.id)
    return {row.barcode: row for row in context.session.scalars(found.with_for_update())}
