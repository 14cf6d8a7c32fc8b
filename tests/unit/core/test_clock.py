"""Instants are UTC, days are Baku's."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.core.clock import BAKU, Clock, FixedClock, SystemClock, baku_date, baku_time

EVENING = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)


def test_system_clock_tells_utc() -> None:
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.now() <= clock.now()


def test_fixed_clock_moves_only_when_moved() -> None:
    clock = FixedClock(EVENING.astimezone(BAKU))
    assert (clock.now(), clock.now().tzinfo) == (EVENING, UTC)
    clock.advance(timedelta(hours=2))
    assert clock.now() == EVENING + timedelta(hours=2)
    clock.set(EVENING)
    assert clock.now() == EVENING


def test_day_begins_in_baku_four_hours_before_utc() -> None:
    assert baku_date(EVENING) == date(2026, 11, 21)
    assert baku_date(EVENING - timedelta(minutes=31)) == date(2026, 11, 20)
    assert baku_time(EVENING).isoformat() == "2026-11-21T00:30:00+04:00"


def test_naive_time_is_refused() -> None:
    naive = EVENING.replace(tzinfo=None)
    for use in (FixedClock, baku_date, baku_time):
        with pytest.raises(ValueError, match="time zone"):
            use(naive)
