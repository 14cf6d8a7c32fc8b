"""Terms are counted in working days and office hours of Baku."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.clock import BAKU, baku_time
from app.core.errors import Invalid
from app.core.working_time import (
    Calendar,
    OfficeHours,
    add_months,
    add_working_days,
    add_working_hours,
    due_end_of_working_day,
    is_working_day,
    next_working_day,
    working_day_from,
    working_hours_between,
)

HOURS = OfficeHours(time(9), time(18), (time(13), time(14)))
# The spring of 2025: Novruz, days exchanged, Ramazan; and a Saturday worked in June.
CALENDAR = Calendar(
    holidays=frozenset({date(2025, 1, 1), *(date(2025, 3, day) for day in range(20, 32)), date(2025, 6, 27)}),
    working_weekends=frozenset({date(2025, 6, 21)}),
    hours=HOURS,
    years=frozenset({2025}),
)
THURSDAY_BEFORE_NOVRUZ = date(2025, 3, 13)
WEDNESDAY_BEFORE_NOVRUZ = date(2025, 3, 19)
TUESDAY_AFTER_RAMAZAN = date(2025, 4, 1)

days = st.dates(date(2025, 1, 1), date(2025, 8, 31))
instants = st.datetimes(datetime(2025, 1, 1, 4), datetime(2025, 8, 31), timezones=st.just(UTC))  # noqa: DTZ001
stretches = st.timedeltas(timedelta(0), timedelta(hours=200))


def baku(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=BAKU)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 3, 19), True),
        (date(2025, 3, 20), False),
        (date(2025, 3, 15), False),
        (date(2025, 6, 21), True),
        (date(2025, 6, 22), False),
        (date(2025, 6, 27), False),
    ],
)
def test_working_day_by_weekday_holiday_and_exchange(day: date, worked: bool) -> None:
    assert is_working_day(CALENDAR, day) is worked


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2026, 1, 1)])
def test_year_without_a_list_of_holidays_is_never_guessed(day: date) -> None:
    with pytest.raises(Invalid) as refused:
        is_working_day(CALENDAR, day)
    assert (refused.value.code, refused.value.facts) == ("calendar.year_unknown", {"year": day.year})


def test_next_working_day_passes_over_days_off() -> None:
    assert next_working_day(CALENDAR, WEDNESDAY_BEFORE_NOVRUZ) == TUESDAY_AFTER_RAMAZAN
    assert next_working_day(CALENDAR, date(2025, 6, 20)) == date(2025, 6, 21)


def test_term_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert working_day_from(CALENDAR, date(2025, 3, 20)) == TUESDAY_AFTER_RAMAZAN
    assert working_day_from(CALENDAR, WEDNESDAY_BEFORE_NOVRUZ) == WEDNESDAY_BEFORE_NOVRUZ


def test_working_days_are_counted_from_the_day_after() -> None:
    assert add_working_days(CALENDAR, THURSDAY_BEFORE_NOVRUZ, 1) == date(2025, 3, 14)
    assert add_working_days(CALENDAR, THURSDAY_BEFORE_NOVRUZ, 5) == TUESDAY_AFTER_RAMAZAN
    assert add_working_days(CALENDAR, date(2025, 3, 20), 0) == TUESDAY_AFTER_RAMAZAN


@pytest.mark.parametrize(
    ("lodged", "due"),
    [
        (baku(3, 18, 10), baku(3, 18, 18)),
        (baku(3, 18, 7), baku(3, 18, 18)),
        (baku(3, 18, 17, 59), baku(3, 18, 18)),
        (baku(3, 18, 18), baku(3, 19, 18)),
        (baku(3, 19, 23, 30), baku(4, 1, 18)),
        (baku(3, 22, 11), baku(4, 1, 18)),
        (baku(6, 21, 11), baku(6, 21, 18)),
        (datetime(2025, 3, 18, 21, tzinfo=UTC), baku(3, 19, 18)),
    ],
)
def test_lodged_declaration_is_due_at_the_close_of_its_working_day(lodged: datetime, due: datetime) -> None:
    assert due_end_of_working_day(CALENDAR, lodged) == due


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (baku(3, 18, 10), 2, baku(3, 18, 12)),
        (baku(3, 18, 12), 2, baku(3, 18, 15)),
        (baku(3, 18, 13, 30), 1, baku(3, 18, 15)),
        (baku(3, 18, 16), 2, baku(3, 18, 18)),
        (baku(3, 18, 16), 3, baku(3, 19, 10)),
        (baku(3, 19, 17), 9, baku(4, 1, 18)),
        (baku(3, 20, 12), 0, baku(4, 1, 9)),
        (baku(3, 18, 7), 0, baku(3, 18, 9)),
        (baku(3, 18, 13), 0, baku(3, 18, 14)),
        (baku(3, 18, 18), 0, baku(3, 19, 9)),
    ],
)
def test_working_hours_run_only_while_the_office_is_open(start: datetime, hours: int, end: datetime) -> None:
    assert add_working_hours(CALENDAR, start, timedelta(hours=hours)) == end


def test_working_hours_between_counts_office_time() -> None:
    assert working_hours_between(CALENDAR, baku(3, 18, 10), baku(3, 19, 10)) == timedelta(hours=8)
    assert working_hours_between(CALENDAR, baku(3, 19, 13, 30), baku(4, 1, 9, 30)) == timedelta(hours=4.5)
    assert working_hours_between(CALENDAR, baku(3, 19, 12), baku(3, 18, 12)) == timedelta(0)


def test_working_hours_without_lunch_run_through() -> None:
    calendar = Calendar(frozenset(), frozenset(), OfficeHours(time(9), time(17)), frozenset({2025}))
    assert add_working_hours(calendar, baku(3, 18, 12), timedelta(hours=3)) == baku(3, 18, 15)


def test_last_evening_of_the_last_known_year_can_still_be_counted() -> None:
    assert working_hours_between(CALENDAR, baku(12, 31, 17), baku(12, 31, 23)) == timedelta(hours=1)
    with pytest.raises(Invalid):
        due_end_of_working_day(CALENDAR, baku(12, 31, 23))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2025, 2, 28), 1, date(2025, 3, 28)),
        (date(2025, 11, 15), 2, date(2026, 1, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 12, 1), 0, date(2025, 12, 1)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
    ],
)
def test_months_keep_the_day_or_end_with_the_month(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


def test_terms_run_forwards_and_from_aware_instants() -> None:
    naive = baku(3, 18, 10).replace(tzinfo=None)
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(CALENDAR, THURSDAY_BEFORE_NOVRUZ, -1)
    with pytest.raises(ValueError, match="forwards"):
        add_working_hours(CALENDAR, baku(3, 18, 10), timedelta(hours=-1))
    with pytest.raises(ValueError, match="time zone"):
        due_end_of_working_day(CALENDAR, naive)


@pytest.mark.parametrize(
    "hours",
    [(time(18), time(9), None), (time(9), time(18), (time(14), time(13))), (time(9), time(18), (time(8), time(10)))],
)
def test_office_hours_in_the_wrong_order_are_refused(hours: tuple[time, time, tuple[time, time] | None]) -> None:
    with pytest.raises(ValueError, match="opening over lunch"):
        OfficeHours(*hours)


@given(days, st.integers(0, 40))
@settings(deadline=None)
def test_term_in_days_ends_on_a_working_day_and_has_its_length(start: date, count: int) -> None:
    end = add_working_days(CALENDAR, start, count)
    between = [start + timedelta(passed) for passed in range(1, (end - start).days + 1)]
    worked = [day for day in between if is_working_day(CALENDAR, day)]
    assert is_working_day(CALENDAR, end)
    assert len(worked) == count or (count == 0 and worked in ([], [end]))


@given(days, days, st.integers(0, 40))
@settings(deadline=None)
def test_later_start_never_ends_earlier_in_days(one: date, other: date, count: int) -> None:
    first, last = sorted((one, other))
    assert add_working_days(CALENDAR, first, count) <= add_working_days(CALENDAR, last, count)
    assert add_months(first, count) <= add_months(last, count)


@given(instants, instants, stretches)
@settings(deadline=None)
def test_later_start_never_ends_earlier_in_hours(one: datetime, other: datetime, hours: timedelta) -> None:
    first, last = sorted((one, other))
    assert add_working_hours(CALENDAR, first, hours) <= add_working_hours(CALENDAR, last, hours)
    assert due_end_of_working_day(CALENDAR, first) <= due_end_of_working_day(CALENDAR, last)


@given(instants, stretches)
@settings(deadline=None)
def test_hours_between_undo_hours_added(start: datetime, hours: timedelta) -> None:
    end = add_working_hours(CALENDAR, start, hours)
    assert end >= start
    assert working_hours_between(CALENDAR, start, end) == hours


@given(instants, stretches)
@settings(deadline=None)
def test_hours_end_while_the_office_is_open(start: datetime, hours: timedelta) -> None:
    end = baku_time(add_working_hours(CALENDAR, start, hours))
    opening, lunch_from, lunch_to, closing = HOURS.marks
    assert is_working_day(CALENDAR, end.date())
    assert opening <= end.time() <= lunch_from or lunch_to <= end.time() <= closing


@given(instants, instants, instants)
@settings(deadline=None)
def test_hours_between_add_up(one: datetime, two: datetime, three: datetime) -> None:
    a, b, c = sorted((one, two, three))
    whole = working_hours_between(CALENDAR, a, c)
    assert working_hours_between(CALENDAR, a, b) + working_hours_between(CALENDAR, b, c) == whole


@given(instants)
@settings(deadline=None)
def test_due_is_a_closing_after_the_start(start: datetime) -> None:
    due = due_end_of_working_day(CALENDAR, start)
    assert due > start
    assert baku_time(due).time() == HOURS.end
    assert working_hours_between(CALENDAR, start, due) <= timedelta(hours=8)
