"""How often each service was asked: by day in Baku, by door, by outcome, whoever counts at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app.core.db import write_transaction
from app.core.service_counts import SHARDS, Outcome, ServiceCount, count, count_opening, most_used
from tests.core.register import break_off

NOON = datetime(2026, 11, 20, 8, tzinfo=UTC)
THREADS = 8
EACH = 25
AMONG = ("appeals", "gooen", "tariff", "payments")


def counted(session: Session) -> dict[tuple[str, date, str, str], int]:
    session.rollback()
    key = (ServiceCount.service, ServiceCount.counted_on, ServiceCount.channel, ServiceCount.outcome)
    rows = session.execute(select(*key, func.sum(ServiceCount.requests)).group_by(*key))
    return {(service, day, channel, outcome): int(number) for service, day, channel, outcome, number in rows}


def test_counts_add_up_over_their_shards(session: Session) -> None:
    with write_transaction(session):
        for _ in range(100):
            count(session, "gooen", "web", Outcome.COMPLETED, NOON)
    assert counted(session) == {("gooen", date(2026, 11, 20), "web", "completed"): 100}
    rows = session.scalar(select(func.count()).select_from(ServiceCount))
    assert rows is not None
    assert 1 < rows <= SHARDS


def test_day_is_the_day_in_baku(session: Session) -> None:
    with write_transaction(session):
        count(session, "gooen", "web", Outcome.COMPLETED, datetime(2026, 11, 20, 19, 59, tzinfo=UTC))
        count(session, "gooen", "web", Outcome.COMPLETED, datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
    assert sorted(day.day for _, day, _, _ in counted(session)) == [20, 21]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("channel", ["web", "soap"])
def test_door_and_outcome_are_counted_apart(session: Session, channel: str, outcome: Outcome) -> None:
    with write_transaction(session):
        count(session, "gooen", channel, outcome, NOON)
        count(session, "gooen", "cli", Outcome.COMPLETED, NOON)
    assert counted(session)[("gooen", date(2026, 11, 20), channel, str(outcome))] == 1


def test_opening_of_a_page_is_counted_by_itself(session: Session) -> None:
    count_opening(session, "gooen", "web", NOON)
    assert counted(session) == {("gooen", date(2026, 11, 20), "web", "opened"): 1}


def test_count_that_is_not_committed_is_none(session: Session) -> None:
    with pytest.raises(ZeroDivisionError):
        break_off(session, lambda: count(session, "gooen", "web", Outcome.COMPLETED, NOON))
    assert counted(session) == {}


def test_many_counters_at_once_lose_nothing(engine: Engine, session: Session) -> None:
    def opened(_: int) -> None:
        with Session(engine) as own:
            for _ in range(EACH):
                count_opening(own, "gooen", "web", NOON)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(opened, range(THREADS)))
    assert list(counted(session).values()) == [THREADS * EACH]


def test_most_used_come_first_and_equals_by_name(session: Session) -> None:
    with write_transaction(session):
        for service, times in (("tariff", 2), ("gooen", 3), ("appeals", 2), ("contracts", 9)):
            for _ in range(times):
                count(session, service, "web", Outcome.OPENED, NOON)
    assert most_used(session, 3, NOON.date(), AMONG) == ["gooen", "appeals", "tariff"]
    assert most_used(session, 3, NOON.date() + timedelta(days=1), AMONG) == []
