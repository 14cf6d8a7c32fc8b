"""Reads of the code lists."""

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import extract, func, or_, select
from sqlalchemy.orm import Session

from app.core.working_time import Calendar
from app.reference.models import HolidayRow, OfficeRow
from app.reference.rules import Holiday, HolidayKind, Office, calendar_for

HOLIDAY = select(*(getattr(HolidayRow, field.name) for field in fields(Holiday))).where(HolidayRow.removed_at.is_(None))


def working_calendar(session: Session) -> Calendar:
    """The calendar by which terms of the law run, as the administrators keep it."""
    rows = session.execute(HOLIDAY.order_by(HolidayRow.on))
    return calendar_for(Holiday(row.on, HolidayKind(row.kind), *row[2:]) for row in rows)


def list_holidays(session: Session, year: int) -> list[Holiday]:
    rows = session.execute(HOLIDAY.where(extract("year", HolidayRow.on) == year).order_by(HolidayRow.on))
    return [Holiday(row.on, HolidayKind(row.kind), *row[2:]) for row in rows]


def find_holiday(session: Session, on: date) -> Holiday | None:
    row = session.execute(HOLIDAY.where(HolidayRow.on == on)).one_or_none()
    return Holiday(row.on, HolidayKind(row.kind), *row[2:]) if row else None


@dataclass(frozen=True, slots=True)
class OfficeTerm:
    """An office under one of its names, with the first and the last day of that name."""

    code: str
    name_az: str
    name_en: str
    name_ru: str
    valid_from: date
    valid_until: date | None


TERM = select(*(getattr(OfficeRow, field.name) for field in fields(OfficeTerm)))


def list_offices(session: Session, on: date | None = None) -> list[Office]:
    """Those that work on this day, as they are called then; without a day each under its newest name."""
    columns = (OfficeRow.code, OfficeRow.name_az, OfficeRow.name_en, OfficeRow.name_ru)
    statement = select(*columns).order_by(OfficeRow.code)
    if on is None:
        newest = (
            select(OfficeRow.code, func.max(OfficeRow.valid_from).label("since")).group_by(OfficeRow.code).subquery()
        )
        same = (newest.c.code == OfficeRow.code) & (newest.c.since == OfficeRow.valid_from)
        statement = statement.join(newest, same)
    else:
        statement = statement.where(
            OfficeRow.valid_from <= on, or_(OfficeRow.valid_until.is_(None), OfficeRow.valid_until >= on)
        )
    return [Office(*row) for row in session.execute(statement)]


def office_terms(session: Session, code: str | None = None) -> list[OfficeTerm]:
    """All names of all offices, or of one, in the order of time."""
    statement = TERM if code is None else TERM.where(OfficeRow.code == code)
    return [OfficeTerm(*row) for row in session.execute(statement.order_by(OfficeRow.code, OfficeRow.valid_from))]
