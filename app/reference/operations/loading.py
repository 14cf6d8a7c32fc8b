"""Filling the code lists from the product's own files."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from app.core.context import Context
from app.core.db import insert
from app.core.operation import operation
from app.reference.models import HolidayRow, OfficeRow
from app.reference.rules import load_holidays, load_offices

# Since when the offices of the product's files are there: before anything that the portal holds.
ALWAYS = date(1992, 1, 1)


@dataclass(frozen=True, slots=True)
class LoadReference:
    pass


@dataclass(frozen=True, slots=True)
class LoadedReference:
    holidays: int
    offices: int


@operation(repeatable=False)
def load_reference(context: Context, _command: LoadReference) -> LoadedReference:
    """Adds what is new in the files; what an administrator has entered, changed or taken back stays."""
    session = context.session
    days = [asdict(holiday) for holiday in load_holidays()]
    added = insert(session, HolidayRow).on_conflict_do_nothing(index_elements=["on"]).returning(HolidayRow.on)
    holidays = len(session.scalars(added, days).all())
    known = set(session.scalars(select(OfficeRow.code)))
    new = [asdict(office) | {"valid_from": ALWAYS} for office in load_offices() if office.code not in known]
    if new:
        # Two that start at once would both add them; the second finds them there.
        session.execute(insert(session, OfficeRow).on_conflict_do_nothing(), new)
    return LoadedReference(holidays, len(new))
