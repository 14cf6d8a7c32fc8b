"""Messages after the commit: nobody sends what another holds, nothing is lost with a worker, failures pause and end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.outbox import GIVEN_UP_AFTER, LEASE, Delivery, Message, OutboxRow, pause_after
from app.operate.operations import ReviveMessages, revive_messages
from app.worker import work_once

MINUTE = timedelta(minutes=1)
WORKERS = 8
MESSAGES = 200


def put(session: Session, now: datetime, *keys: str) -> None:
    with write_transaction(session):
        messages = [Message("mail.email_changed", {"to": "a@example.az", "name": key}, key) for key in keys]
        outbox.write(session, messages, None, now)


def row(session: Session, key: str) -> OutboxRow:
    session.rollback()
    return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one()


def keys(deliveries: list[Delivery]) -> list[str]:
    return [delivery.key for delivery in deliveries]


def fail(session: Session, now: datetime, worker: str = "a") -> bool:
    (delivery,) = outbox.lease(session, worker, now)
    return outbox.mark_failed(session, delivery, worker, "SMTPServerDisconnected", now)


def test_due_messages_are_taken_oldest_first_and_once(session: Session, now: datetime) -> None:
    put(session, now, "second")
    put(session, now - MINUTE, "first")
    put(session, now + MINUTE, "later")
    assert sorted(keys(outbox.lease(session, "a", now))) == ["first", "second"]
    assert outbox.lease(session, "a", now) == outbox.lease(session, "b", now) == []


def test_batch_takes_the_oldest(session: Session, now: datetime) -> None:
    put(session, now, "second")
    put(session, now - MINUTE, "first")
    assert keys(outbox.lease(session, "a", now, number=1)) == ["first"]


def test_lease_of_a_dead_worker_ends(session: Session, now: datetime) -> None:
    put(session, now, "k")
    assert keys(outbox.lease(session, "dead", now)) == ["k"]
    assert outbox.lease(session, "heir", now + LEASE - timedelta(seconds=1)) == []
    assert keys(outbox.lease(session, "heir", now + LEASE)) == ["k"]


def test_worker_that_lost_its_lease_changes_nothing_anymore(session: Session, now: datetime) -> None:
    put(session, now, "k")
    (lost,) = outbox.lease(session, "slow", now)
    (held,) = outbox.lease(session, "heir", now + LEASE)
    outbox.mark_failed(session, lost, "slow", "TimeoutError", now + LEASE)
    assert row(session, "k").attempts == 0
    outbox.mark_sent(session, held, "heir", now + LEASE)
    assert row(session, "k").sent_at == now + LEASE


def test_workers_at_once_never_hold_the_same(engine: Engine, session: Session, now: datetime) -> None:
    put(session, now, *(str(number) for number in range(MESSAGES)))
    start = Barrier(WORKERS)

    def work(worker: int) -> list[str]:
        with Session(engine) as own:
            taken: list[str] = []
            start.wait()
            while batch := outbox.lease(own, f"worker {worker}", now, number=5):
                for delivery in batch:
                    outbox.mark_sent(own, delivery, f"worker {worker}", now)
                taken += keys(batch)
            return taken

    with ThreadPoolExecutor(WORKERS) as threads:
        taken = [key for batch in threads.map(work, range(WORKERS)) for key in batch]
    assert len(taken) == len(set(taken))
    # One that others hold at the moment is passed over and may be left; nothing that was taken is taken again.
    left = outbox.lease(session, "last", now, number=MESSAGES)
    assert len(taken) + len(left) == MESSAGES


def test_slow_world_leaves_the_rest_of_a_batch_to_others(
    system: Context, clock: FixedClock, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(session, clock.now(), "1", "2", "3", "4")
    sent: list[str] = []

    def slowly(_context: Context, delivery: Delivery) -> None:
        sent.append(delivery.key)
        clock.advance(LEASE / 3)

    monkeypatch.setattr("app.worker.HANDLERS", {"mail.email_changed": slowly})
    assert work_once(system, "slow") == 2
    clock.advance(LEASE)
    assert work_once(system, "heir") == 2
    assert sorted(sent) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 64), (8, 128), (9, 256), (10, 360), (50, 360), (10**6, 360)],
)
def test_pause_doubles_from_a_minute_to_six_hours_and_is_a_little_random(attempts: int, minutes: int) -> None:
    assert pause_after(attempts, lambda: 1.0) == minutes * MINUTE
    assert pause_after(attempts, lambda: 0.0) == minutes * MINUTE / 2
    assert minutes * MINUTE / 2 <= pause_after(attempts) <= minutes * MINUTE


def test_failure_puts_the_message_back_with_its_reason(session: Session, now: datetime) -> None:
    put(session, now, "k")
    assert not fail(session, now)
    found = row(session, "k")
    assert (found.attempts, found.last_error, found.leased_by, found.leased_until) == (
        1,
        "SMTPServerDisconnected",
        "",
        None,
    )
    assert now + MINUTE / 2 <= found.due_at <= now + MINUTE
    session.rollback()
    assert outbox.lease(session, "a", now + MINUTE / 3) == []
    assert keys(outbox.lease(session, "a", now + MINUTE)) == ["k"]


def test_message_is_tried_for_three_days_and_then_given_up(session: Session, clock: FixedClock) -> None:
    began = clock.now()
    put(session, began, "k")
    attempts = 1
    while not fail(session, clock.now()):
        clock.set(row(session, "k").due_at)
        attempts += 1
    assert clock.now() - began >= GIVEN_UP_AFTER
    assert row(session, "k").dead_at == clock.now()
    assert 20 <= attempts <= 50
    clock.advance(timedelta(days=365))
    session.rollback()
    assert outbox.lease(session, "a", clock.now()) == []
    assert [letter.key for letter in outbox.dead_letters(session)] == ["k"]


def test_revived_message_is_new_again(system: Context, session: Session, clock: FixedClock) -> None:
    put(session, clock.now(), "k", "other")
    clock.advance(GIVEN_UP_AFTER)
    for delivery in outbox.lease(session, "a", clock.now()):
        assert outbox.mark_failed(session, delivery, "a", "TimeoutError", clock.now())
    revive_messages(system, ReviveMessages((row(session, "k").id,)))
    assert [letter.key for letter in outbox.dead_letters(session)] == ["other"]
    session.rollback()
    (again,) = outbox.lease(session, "a", clock.now())
    assert (again.key, again.attempts, again.created_at) == ("k", 0, clock.now())


def test_message_that_still_waits_is_not_touched_by_reviving(system: Context, session: Session, now: datetime) -> None:
    put(session, now, "k")
    fail(session, now)
    due = row(session, "k").due_at
    revive_messages(system, ReviveMessages((row(session, "k").id,)))
    assert row(session, "k").due_at == due


def test_content_is_forgotten_when_it_was_delivered(session: Session, now: datetime) -> None:
    put(session, now, "k")
    (delivery,) = outbox.lease(session, "a", now)
    assert delivery.payload["to"] == "a@example.az"
    outbox.mark_sent(session, delivery, "a", now)
    found = row(session, "k")
    assert (found.payload, found.sent_at) == ({}, now)
    session.rollback()
    assert outbox.lease(session, "a", now + timedelta(days=1)) == []


def test_second_message_of_a_key_does_not_leave_even_after_the_first(session: Session, now: datetime) -> None:
    put(session, now, "k", "k")
    put(session, now, "k")
    (delivery,) = outbox.lease(session, "a", now)
    outbox.mark_sent(session, delivery, "a", now)
    put(session, now, "k")
    assert outbox.lease(session, "a", now) == []


def test_message_of_an_unknown_topic_is_kept_and_named(system: Context, session: Session, now: datetime) -> None:
    with write_transaction(session):
        outbox.write(session, [Message("pigeon.post", {}, "k")], None, now)
    assert work_once(system, "a") == 1
    found = row(session, "k")
    assert (found.attempts, found.last_error, found.sent_at) == (1, "KeyError", None)


def test_one_bad_message_does_not_hold_up_the_others(
    system: Context, session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(session, now, "1", "bad", "2")
    sent: list[str] = []

    def deliver(_context: Context, delivery: Delivery) -> None:
        if delivery.key == "bad":
            raise TimeoutError
        sent.append(delivery.key)

    monkeypatch.setattr("app.worker.HANDLERS", {"mail.email_changed": deliver})
    assert work_once(system, "a") == 3
    assert sent == ["1", "2"]
    assert row(session, "bad").attempts == 1


def test_state_counts_the_waiting_the_dead_and_the_delay(session: Session, now: datetime) -> None:
    assert outbox.state(session, now) == (0, 0, 0.0)
    put(session, now - timedelta(hours=1), "late")
    put(session, now + MINUTE, "early")
    assert outbox.state(session, now) == (2, 0, 3600.0)
    session.rollback()
    (late,) = outbox.lease(session, "a", now)
    outbox.mark_failed(session, replace(late, created_at=now - GIVEN_UP_AFTER), "a", "TimeoutError", now)
    assert outbox.state(session, now) == (1, 1, 0.0)
