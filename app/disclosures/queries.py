"""The looks at one's own data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.core.context import Context
from app.disclosures.models import DataLook
from app.disclosures.rules import Reason, subject_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Look:
    at: datetime
    reason: Reason
    is_own: bool
    is_officer: bool
    system: str
    office: str
    network: str
    reference: str


@dataclass(frozen=True, slots=True)
class Looks:
    looks: list[Look]
    has_more: bool


def my_looks(context: Context, page: int) -> Looks:
    """The newest first; whoever has no FİN here has none."""
    pin = context.session.scalar(select(Person.pin).where(Person.id == context.actor.person_id))
    if not pin:
        return Looks([], has_more=False)
    mine = select(DataLook).where(DataLook.subject == subject_of(pin)).order_by(DataLook.id.desc())
    rows = context.session.scalars(mine.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return Looks([_look(context, row) for row in rows[:PAGE]], len(rows) > PAGE)


def _look(context: Context, row: DataLook) -> Look:
    by = row.looked_by
    return Look(
        at=row.at,
        reason=row.reason,
        is_own=by == context.actor.reference,
        is_officer=by.startswith("person:"),
        system=by.removeprefix("system:") if by.startswith("system:") else "",
        office=row.office,
        network=row.network,
        reference=row.reference,
    )
