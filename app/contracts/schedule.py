"""When the portal does something by itself: reminders, the alarm, the last day of a term. Days are Baku's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources

from app.accounts.rules import ACTIVATION_LIFE
from app.contracts.machine import WAITING, State
from app.contracts.rules import Term, terms
from app.core.clock import BAKU, baku_date
from app.core.working_time import add_months

ALARM_AFTER = timedelta(days=20)
UNFINISHED = timedelta(days=30)  # So long an applicant may leave something undone.
WEEK = timedelta(days=7)
LAST_CALL = timedelta(days=2)
MONTH_BEFORE = timedelta(days=30)
MORNING = time(9)


class Act(StrEnum):
    TELL_APPLICANT = "tell_applicant"
    TELL_OFFICERS = "tell_officers"
    LAPSE = "lapse"
    EXPIRE = "expire"


@dataclass(frozen=True, slots=True)
class Planned:
    at: datetime
    act: Act
    tells: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """What the plan of a contract depends on."""

    state: State
    since: datetime
    due_on: date | None = None
    alarm_on: date | None = None
    valid_until: date | None = None


def due(began: date) -> date:
    """One month by the calendar."""
    return add_months(began, 1)


def alarm(began: date) -> date:
    return began + ALARM_AFTER


@cache
def _terms_text() -> str:
    return resources.files("app.contracts").joinpath("terms.csv").read_text("utf-8")


def term_of(signed_on: date) -> Term:
    return terms(signed_on, _terms_text())


def last_day(began: date) -> date:
    """A contract of a year from the 5th of March ends with the 4th of March."""
    return add_months(began, term_of(began).months) - timedelta(days=1)


def is_renewable(valid_until: date, today: date) -> bool:
    return valid_until - timedelta(days=term_of(today).renewable_days) <= today <= valid_until


def plan(dates: Dates) -> tuple[Planned, ...]:
    """What is still to come in this state, the next first."""
    return tuple(sorted((one for one in _planned(dates) if one.at > dates.since), key=lambda one: one.at))


def _planned(dates: Dates) -> Iterator[Planned]:
    began = baku_date(dates.since)
    if dates.state in {State.DRAFT, State.RETURNED, State.APPROVED}:
        yield Planned(_morning(began + UNFINISHED - WEEK), Act.TELL_APPLICANT, "contracts.unfinished")
        yield Planned(_morning(began + UNFINISHED), Act.LAPSE)
    if dates.state in WAITING and dates.due_on and dates.alarm_on:
        yield Planned(_morning(dates.alarm_on), Act.TELL_OFFICERS, "contracts.alarm")
        yield Planned(_morning(dates.due_on + timedelta(days=1)), Act.TELL_OFFICERS, "contracts.overdue")
    if dates.state is State.CREDENTIALS_ISSUED:
        dead = dates.since + ACTIVATION_LIFE
        yield Planned(dead - LAST_CALL, Act.TELL_APPLICANT, "contracts.not_activated")
        yield Planned(dead, Act.TELL_OFFICERS, "contracts.link_dead")
    if dates.state in {State.CREDENTIALS_ISSUED, State.ACTIVATED} and dates.valid_until:
        yield Planned(_morning(dates.valid_until - MONTH_BEFORE), Act.TELL_APPLICANT, "contracts.ends_soon")
        yield Planned(_midnight(dates.valid_until + timedelta(days=1)), Act.EXPIRE)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING, BAKU)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BAKU)
