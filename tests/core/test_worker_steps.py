"""The worker's steps: each at its time, and none that fails keeps another from its turn."""

import threading
from datetime import timedelta

import pytest

from app import worker
from app.core.clock import FixedClock
from app.core.context import Context
from app.worker import Rounds, Step, work


class Counted:
    """A step that counts its turns, and fails as long as it is told to."""

    def __init__(self, fails: bool = False) -> None:
        self.turns, self.fails = 0, fails

    def __call__(self, _context: Context) -> None:
        self.turns += 1
        if self.fails:
            raise ZeroDivisionError


def test_each_step_comes_round_at_its_time(system: Context, clock: FixedClock) -> None:
    often, seldom = Counted(), Counted()
    rounds = Rounds((Step(often), Step(seldom, timedelta(minutes=5))))
    for _ in range(11):
        assert rounds.take(system) == 0
        clock.advance(timedelta(minutes=1))
    assert (often.turns, seldom.turns) == (11, 3)


def test_step_that_fails_comes_later_each_time_and_hinders_nobody(system: Context, clock: FixedClock) -> None:
    broken, sound = Counted(fails=True), Counted()
    rounds = Rounds((Step(broken), Step(sound)))
    failed = 0
    for _ in range(3600):
        failed += rounds.take(system)
        clock.advance(timedelta(seconds=1))
    assert sound.turns == 3600
    assert failed == broken.turns
    assert 5 <= broken.turns <= 8
    broken.fails = False
    clock.advance(timedelta(hours=6))
    for _ in range(10):
        assert rounds.take(system) == 0
    assert sound.turns == 3610
    assert broken.turns == failed + 10


def test_step_that_fails_leaves_no_transaction(system: Context) -> None:
    def read_and_fail(context: Context) -> None:
        context.session.connection()
        raise ZeroDivisionError

    assert Rounds((Step(read_and_fail),)).take(system) == 1
    assert not system.session.in_transaction()


def test_worker_takes_its_rounds_until_it_is_told_to_stop(system: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, steps = threading.Event(), Counted()

    def third_time(context: Context) -> None:
        steps(context)
        if steps.turns == 3:
            stop.set()

    monkeypatch.setattr(worker, "PAUSE", 0)
    monkeypatch.setattr(Rounds.__init__, "__defaults__", ((Step(third_time),),))
    work(system, stop)
    assert steps.turns == 3


def test_all_steps_of_the_portal_do_their_work_on_an_empty_one(system: Context) -> None:
    assert Rounds().take(system) == 0
