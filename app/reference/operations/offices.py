"""Customs offices: opened, renamed and closed by date. What was in force on a day can always be read again."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update

from app.core.clock import baku_date
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict, Invalid, NotFound
from app.core.operation import operation
from app.reference.models import OfficeRow
from app.reference.rules import check_office_code


@dataclass(frozen=True, slots=True)
class OpenOffice:
    code: str
    name_az: str
    name_en: str
    name_ru: str
    since: date


@operation()
def open_office(context: Context, command: OpenOffice) -> None:
    """A new code, or one that was closed and works again."""
    check_office_code(command.code)
    last = _last(context, command.code)
    if last is not None and (last.valid_until is None or last.valid_until >= command.since):
        raise Invalid("reference.office_works", N_("Bu kodla gömrük orqanı artıq var."), field="code")
    _add(context, command)


@dataclass(frozen=True, slots=True)
class RenameOffice:
    code: str
    name_az: str
    name_en: str
    name_ru: str
    since: date


@operation()
def rename_office(context: Context, command: RenameOffice) -> None:
    """From a day on; until the day before it keeps its name."""
    last = _open(context, command.code)
    if command.since <= last.valid_from:
        message = N_("Yeni ad yalnız hazırkı adın ilk günündən ({first}) sonra qüvvəyə minə bilər.")
        raise Invalid("reference.office_order", message, field="since", first=f"{last.valid_from:%d.%m.%Y}")
    _refuse_past(context, command.since, "since")
    _end(context, last, command.since - timedelta(days=1))
    _add(context, command)


@dataclass(frozen=True, slots=True)
class CloseOffice:
    code: str
    last_day: date


@operation()
def close_office(context: Context, command: CloseOffice) -> None:
    """It works on its last day; people who belong to it keep it in their papers."""
    last = _open(context, command.code)
    _refuse_past(context, command.last_day, "last_day")
    if command.last_day < last.valid_from:
        message = N_("Gömrük orqanı açıldığı gündən ({first}) əvvəl bağlana bilməz.")
        raise Invalid("reference.office_closing", message, field="last_day", first=f"{last.valid_from:%d.%m.%Y}")
    context.about("office", command.code, until=command.last_day.isoformat())
    _end(context, last, command.last_day)


def _last(context: Context, code: str) -> OfficeRow | None:
    newest = select(OfficeRow).where(OfficeRow.code == code).order_by(OfficeRow.valid_from.desc()).limit(1)
    return context.session.scalars(newest.with_for_update()).one_or_none()


def _open(context: Context, code: str) -> OfficeRow:
    last = _last(context, code)
    if last is None:
        raise NotFound("reference.office", N_("Belə gömrük orqanı yoxdur."))
    if last.valid_until is not None:
        raise Conflict("reference.office_closed", N_("Bu gömrük orqanının bağlanma günü artıq təyin edilib."))
    return last


def _refuse_past(context: Context, day: date, field: str) -> None:
    """What was shown yesterday is not changed today."""
    if day < baku_date(context.clock.now()):
        raise Invalid("reference.office_past", N_("Gün keçmişdə ola bilməz."), field=field)


def _end(context: Context, last: OfficeRow, day: date) -> None:
    mine = (OfficeRow.code == last.code) & (OfficeRow.valid_from == last.valid_from)
    context.session.execute(update(OfficeRow).where(mine).values(valid_until=day))


def _add(context: Context, command: OpenOffice | RenameOffice) -> None:
    context.about("office", command.code, since=command.since.isoformat())
    values = {
        "code": command.code,
        "valid_from": command.since,
        "name_az": command.name_az,
        "name_en": command.name_en,
        "name_ru": command.name_ru,
    }
    made = insert(context.session, OfficeRow).values(**values).on_conflict_do_nothing().returning(OfficeRow.code)
    if context.session.execute(made).one_or_none() is None:
        raise Invalid("reference.office_works", N_("Bu kodla gömrük orqanı artıq var."), field="code")
