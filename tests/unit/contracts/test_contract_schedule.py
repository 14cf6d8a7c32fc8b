"""Terms by the calendar: one month, twenty days, the last day, and what the portal does at each."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.contracts.machine import FINAL, State
from app.contracts.schedule import Act, Dates, alarm, due, is_renewable, last_day, plan

NOON = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "ends"),
    [
        (date(2026, 11, 20), date(2026, 12, 20)),
        (date(2027, 1, 31), date(2027, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_a_month_is_one_of_the_calendar(began: date, ends: date) -> None:
    assert due(began) == ends


def test_the_alarm_comes_after_twenty_days() -> None:
    assert alarm(date(2026, 11, 20)) == date(2026, 12, 10)


def test_a_contract_of_a_year_ends_the_day_before_its_day() -> None:
    assert last_day(date(2026, 11, 20)) == date(2027, 11, 19)
    assert last_day(date(2027, 11, 20)) == date(2028, 11, 19)


@pytest.mark.parametrize(
    ("today", "renewable"),
    [
        (date(2027, 9, 19), False),
        (date(2027, 9, 20), True),
        (date(2027, 11, 19), True),
        (date(2027, 11, 20), False),
    ],
)
def test_it_is_renewed_in_its_last_days(today: date, renewable: bool) -> None:
    assert is_renewable(date(2027, 11, 19), today) is renewable


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.APPROVED])
def test_what_the_applicant_leaves_undone_is_reminded_of_and_then_closed(state: State) -> None:
    coming = plan(Dates(state, NOON))
    assert [(one.act, one.at.date()) for one in coming] == [
        (Act.TELL_APPLICANT, date(2026, 12, 13)),
        (Act.LAPSE, date(2026, 12, 20)),
    ]
    assert {one.at.hour for one in coming} == {9}  # Baku's morning.


@pytest.mark.parametrize("state", [State.APPLIED, State.PAPERS_CHECKED, State.CONTRACT_SIGNED])
def test_what_the_committee_leaves_undone_raises_the_alarm(state: State) -> None:
    coming = plan(Dates(state, NOON, due_on=date(2026, 12, 20), alarm_on=date(2026, 12, 10)))
    assert [(one.tells, one.at.date()) for one in coming] == [
        ("contracts.alarm", date(2026, 12, 10)),
        ("contracts.overdue", date(2026, 12, 21)),
    ]


def test_what_is_past_already_is_not_planned_again() -> None:
    late = NOON + timedelta(days=25)
    coming = plan(Dates(State.PAPERS_CHECKED, late, due_on=date(2026, 12, 20), alarm_on=date(2026, 12, 10)))
    assert [one.tells for one in coming] == ["contracts.overdue"]


def test_an_activation_link_is_reminded_of_two_days_before_it_dies() -> None:
    coming = plan(Dates(State.CREDENTIALS_ISSUED, NOON, valid_until=date(2027, 11, 19)))
    assert [(one.act, one.at - NOON) for one in coming[:2]] == [
        (Act.TELL_APPLICANT, timedelta(days=5)),
        (Act.TELL_OFFICERS, timedelta(days=7)),
    ]
    assert coming[-1].act is Act.EXPIRE


def test_a_contract_in_force_is_told_of_a_month_before_its_end() -> None:
    coming = plan(Dates(State.ACTIVATED, NOON, valid_until=date(2027, 11, 19)))
    assert [(one.act, one.at.isoformat()) for one in coming] == [
        (Act.TELL_APPLICANT, "2027-10-20T09:00:00+04:00"),
        (Act.EXPIRE, "2027-11-20T00:00:00+04:00"),
    ]


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_is_over_is_left_in_peace(state: State) -> None:
    assert plan(Dates(state, NOON, date(2026, 12, 20), date(2026, 12, 10), date(2027, 11, 19))) == ()
