"""Working days and hours, by which the regulations count their terms. All days and hours are Baku's."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from app.core.clock import BAKU, baku_date
from app.core.errors import N_, Invalid

_DAY = timedelta(days=1)
_NONE = timedelta(0)
_SATURDAY = 5


@dataclass(frozen=True)
class OfficeHours:
    start: time
    end: time
    lunch: tuple[time, time] | None = None

    def __post_init__(self) -> None:
        if any(earlier >= later for earlier, later in pairwise(self.marks)):
            raise ValueError("office hours run from opening over lunch to closing")

    @property
    def marks(self) -> tuple[time, ...]:
        """Opening and closing times in turn."""
        return (self.start, *(self.lunch or ()), self.end)


@dataclass(frozen=True)
class Calendar:
    """Days off besides weekends, weekend days that are worked, and the years for which both are known."""

    holidays: frozenset[date]
    working_weekends: frozenset[date]
    hours: OfficeHours
    years: frozenset[int]


def is_working_day(calendar: Calendar, day: date) -> bool:
    if day.year not in calendar.years:
        raise Invalid(
            "calendar.year_unknown", N_("{year} ili üçün iş günləri təqvimi hələ daxil edilməyib."), year=day.year
        )
    if day in calendar.working_weekends:
        return True
    return day.weekday() < _SATURDAY and day not in calendar.holidays


def working_day_from(calendar: Calendar, day: date) -> date:
    """The day itself when it is worked, else the next working day: where a term that ends on a day off really ends."""
    while not is_working_day(calendar, day):
        day += _DAY
    return day


def next_working_day(calendar: Calendar, day: date) -> date:
    """The first working day after this one."""
    return working_day_from(calendar, day + _DAY)


def add_working_days(calendar: Calendar, day: date, days: int) -> date:
    """Count working days from the day after; none at all still ends on a working day."""
    if days < 0:
        raise ValueError("terms run forwards")
    if days == 0:
        return working_day_from(calendar, day)
    for _ in range(days):
        day = next_working_day(calendar, day)
    return day


def add_months(start: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def due_end_of_working_day(calendar: Calendar, start: datetime) -> datetime:
    """The close of the working day on which something was lodged; what comes after hours belongs to the next one."""
    day = working_day_from(calendar, baku_date(start))
    close = _closing(calendar, day)
    return close if start < close else _closing(calendar, next_working_day(calendar, day))


def add_working_hours(calendar: Calendar, start: datetime, hours: timedelta) -> datetime:
    """The instant at which that much office time has passed; none at all ends at the start or the next opening."""
    if hours < _NONE:
        raise ValueError("terms run forwards")
    left = hours
    day = working_day_from(calendar, baku_date(start))
    while True:
        for opening, closing in _spans(calendar, day, start):
            if left <= closing - opening:
                return opening + left
            left -= closing - opening
        day = next_working_day(calendar, day)


def working_hours_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The office time from start to end; zero when the end comes first."""
    total = _NONE
    day, last = baku_date(start), baku_date(end)
    while day <= last:
        if is_working_day(calendar, day):
            stretches = (min(closing, end) - opening for opening, closing in _spans(calendar, day, start))
            total += sum((max(stretch, _NONE) for stretch in stretches), _NONE)
        day += _DAY
    return total


def _spans(calendar: Calendar, day: date, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The day's stretches of office time that are not over at the start; one under way begins there."""
    instants = [_instant(day, mark) for mark in calendar.hours.marks]
    for opening, closing in zip(instants[::2], instants[1::2], strict=True):
        if start < closing:
            yield max(opening, start.astimezone(UTC)), closing


def _closing(calendar: Calendar, day: date) -> datetime:
    return _instant(day, calendar.hours.end)


def _instant(day: date, clock_time: time) -> datetime:
    return datetime.combine(day, clock_time, BAKU).astimezone(UTC)
