"""The delivered reference data is whole and makes a working calendar."""

from datetime import date, time, timedelta

import pytest

from app.core.errors import Invalid
from app.core.working_time import OfficeHours, is_working_day
from app.reference.rules import HolidayKind, calendar_for, load_holidays, load_office_hours, load_offices

CALENDAR = calendar_for(load_holidays())


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 1, 3), False),  # a Friday, exchanged with a Sunday of the year before
        (date(2025, 3, 10), True),  # the rest day after 8 March, worked in exchange
        (date(2025, 3, 27), False),
        (date(2025, 6, 21), True),  # a Saturday, worked in exchange
        (date(2025, 6, 27), False),
        (date(2026, 1, 20), False),
        (date(2026, 3, 30), False),  # Ramazan met Novruz and moved on
        (date(2026, 11, 10), False),
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2027, 3, 9), False),
    ],
)
def test_calendar_knows_holidays_and_exchanged_days(day: date, worked: bool) -> None:
    assert is_working_day(CALENDAR, day) is worked


def test_calendar_covers_the_years_whose_holidays_are_listed() -> None:
    assert CALENDAR.years == {2025, 2026, 2027}
    assert CALENDAR.holidays.isdisjoint(CALENDAR.working_weekends)
    with pytest.raises(Invalid):
        is_working_day(CALENDAR, date(2024, 12, 29))


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_year_has_a_likely_number_of_working_days(year: int) -> None:
    first = date(year, 1, 1)
    worked = sum(is_working_day(CALENDAR, first + timedelta(passed)) for passed in range(365))
    assert 235 <= worked <= 250


def test_each_day_off_in_exchange_has_its_working_day() -> None:
    holidays = load_holidays()
    by_day = {holiday.on: holiday for holiday in holidays}
    exchanged = [day for day in holidays if day.kind is HolidayKind.DAY_OFF_IN_EXCHANGE]
    for day in exchanged:
        worked = next(
            other for other in holidays if other.name_az == f"İş günü ({day.on:%d.%m.%Y} ilə əvəz edilmişdir)"
        )
        assert by_day[worked.on].kind is HolidayKind.WORKING_DAY
        assert f"{worked.on:%d.%m.%Y}" in day.name_az
    assert len(exchanged) == sum(day.kind is HolidayKind.WORKING_DAY for day in holidays) == 4


def test_days_and_offices_are_named_once_in_each_language() -> None:
    holidays, offices = load_holidays(), load_offices()
    assert len({day.on for day in holidays}) == len(holidays) == 86
    assert len({office.code for office in offices}) == len(offices) == 24
    assert all(day.name_az and day.name_en and day.name_ru for day in holidays)
    assert all(office.name_az and office.name_en and office.name_ru for office in offices)
    assert {day.source for day in holidays} == {"published", "estimated"}


def test_calendar_takes_the_delivered_office_hours_or_others() -> None:
    assert CALENDAR.hours == load_office_hours() == OfficeHours(time(9), time(18), (time(13), time(14)))
    others = OfficeHours(time(0), time(23, 59))
    assert calendar_for(load_holidays(), others).hours == others
