"""What is answered on the spot, and what goes to a thread."""

import pytest

from app.server import pace
from app.server.pace import LONGEST_WAIT_SECONDS, LONGEST_WORK_SECONDS, MOST_KINDS, PROBATION, WAIT_FOR_WORK, Pace

QUICK = (0.0005, 0.0)


class Clock:
    """Stands still until there is work or waiting."""

    def __init__(self) -> None:
        self.worked = 0.0
        self.waited = 0.0

    def pass_time(self, worked: float, waited: float) -> None:
        self.worked += worked
        self.waited += waited


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "thread_time", lambda: made.worked)
    monkeypatch.setattr(pace, "perf_counter", lambda: made.worked + made.waited)
    return made


def spend(known: Pace, clock: Clock, kind: str | None, worked: float, waited: float, *, times: int = 1) -> None:
    for _ in range(times):
        known.measured(kind, lambda: clock.pass_time(worked, waited))


def test_new_kind_is_not_trusted_to_be_quick() -> None:
    assert not Pace().is_quick("/new")


@pytest.mark.parametrize(
    ("worked", "waited", "quick"),
    [
        (LONGEST_WORK_SECONDS / 2, 0, True),
        (LONGEST_WORK_SECONDS, 0, False),
        (1.0, 0, False),
        (0.0001, LONGEST_WAIT_SECONDS / 2, True),
        (0.0001, LONGEST_WAIT_SECONDS, False),
        (0.0001, 1.0, False),
        # As on a machine that is busy with something else.
        (LONGEST_WORK_SECONDS / 2, LONGEST_WORK_SECONDS / 2 * WAIT_FOR_WORK * 0.9, True),
        (LONGEST_WORK_SECONDS / 2, LONGEST_WORK_SECONDS / 2 * WAIT_FOR_WORK * 1.1, False),
    ],
)
def test_kind_is_judged_by_its_work_and_its_waiting(clock: Clock, worked: float, waited: float, quick: bool) -> None:
    known = Pace()
    spend(known, clock, "/page", worked, waited)
    assert known.is_quick("/page") is quick


@pytest.mark.parametrize("slow", [(0.5, 0.0), (0.0005, 0.5)])
def test_one_slow_answer_sends_its_kind_to_the_threads_until_it_is_quick_again(
    clock: Clock, slow: tuple[float, float]
) -> None:
    known = Pace()
    spend(known, clock, "/page", *QUICK, times=50)
    spend(known, clock, "/page", *slow)
    spend(known, clock, "/page", *QUICK, times=PROBATION - 1)
    assert not known.is_quick("/page")
    spend(known, clock, "/page", *QUICK)
    assert known.is_quick("/page")


def test_probation_begins_anew_with_each_slow_answer(clock: Clock) -> None:
    known = Pace()
    for _ in range(3):
        spend(known, clock, "/page", 0.5, 0.0)
        spend(known, clock, "/page", *QUICK, times=PROBATION - 1)
    assert not known.is_quick("/page")


def test_failed_work_is_measured_too(clock: Clock) -> None:
    def broken() -> None:
        clock.pass_time(0.0, 1.0)
        raise ValueError

    known = Pace()
    spend(known, clock, "/page", *QUICK)
    with pytest.raises(ValueError, match=r"^$"):
        known.measured("/page", broken)
    assert not known.is_quick("/page")


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", "/", "/"),
        ("GET", "/services/gooen/guide", "/services/gooen"),
        ("POST", "/documents", None),
        ("HEAD", "/", None),
    ],
)
def test_kind_is_the_beginning_of_the_path_of_what_only_reads(method: str, path: str, kind: str | None) -> None:
    assert Pace().kind_of({"REQUEST_METHOD": method, "PATH_INFO": path}) == kind


def test_what_changes_something_is_never_answered_on_the_spot(clock: Clock) -> None:
    known = Pace()
    spend(known, clock, None, *QUICK)
    assert not known.is_quick(None)


def test_strangers_cannot_fill_the_memory_with_kinds(clock: Clock) -> None:
    known = Pace()
    for number in range(MOST_KINDS + 100):
        spend(known, clock, f"/{number}", *QUICK)
    assert known.is_quick(f"/{MOST_KINDS - 1}")
    assert not known.is_quick(f"/{MOST_KINDS}")
