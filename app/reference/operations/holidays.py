"""Holidays added and taken back: parts of operations that two administrators have agreed on."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import update

from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid
from app.reference import queries
from app.reference.models import HolidayRow
from app.reference.rules import Holiday


def check_new_holiday(context: Context, on: date) -> None:
    if queries.find_holiday(context.session, on) is not None:
        raise Invalid("reference.holiday_known", N_("Bu gün təqvimdə artıq var."), field="on")


def check_known_holiday(context: Context, on: date) -> None:
    if queries.find_holiday(context.session, on) is None:
        raise Invalid("reference.holiday_unknown", N_("Bu gün təqvimdə yoxdur."), field="on")


def add_holiday(context: Context, holiday: Holiday) -> None:
    """Every process reads the calendar anew, so that it holds at once."""
    check_new_holiday(context, holiday.on)
    values = asdict(holiday) | {"kind": str(holiday.kind), "removed_at": None}
    made = insert(context.session, HolidayRow).values(**values)
    context.session.execute(made.on_conflict_do_update(index_elements=["on"], set_=values))


def remove_holiday(context: Context, on: date) -> None:
    check_known_holiday(context, on)
    standing = update(HolidayRow).where(HolidayRow.on == on, HolidayRow.removed_at.is_(None))
    context.session.execute(standing.values(removed_at=context.clock.now()))
