"""What time it is: always an argument, never a global; instants are UTC, days are Baku's."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BAKU = ZoneInfo("Asia/Baku")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware and in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved, for tests and demonstrations."""

    def __init__(self, instant: datetime) -> None:
        self.set(instant)

    def now(self) -> datetime:
        return self._instant

    def set(self, instant: datetime) -> None:
        self._instant = _aware(instant).astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._instant += by


def baku_time(instant: datetime) -> datetime:
    """The instant as clocks in Baku show it."""
    return _aware(instant).astimezone(BAKU)


def baku_date(instant: datetime) -> date:
    """The calendar day in Baku at that instant."""
    return baku_time(instant).date()


def _aware(instant: datetime) -> datetime:
    # Python would read a naive time as the server's local time, which is right only by luck.
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant
