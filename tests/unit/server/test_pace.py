"""What is answered on the spot, and what goes to a thread."""

import pytest

from app.server import pace
from app.server.pace import MOST_KINDS, QUICK_SECONDS, Pace


class Clock:
    """Stands still until work is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "perf_counter", made)
    return made


def spend(known: Pace, clock: Clock, kind: str | None, seconds: float) -> None:
    def work() -> None:
        clock.now += seconds

    known.measured(kind, work)


def test_new_kind_is_not_trusted_to_be_quick() -> None:
    assert not Pace().is_quick("/new")


@pytest.mark.parametrize(("seconds", "quick"), [(QUICK_SECONDS / 2, True), (QUICK_SECONDS, False), (1.0, False)])
def test_kind_is_judged_by_what_it_took(clock: Clock, seconds: float, quick: bool) -> None:
    known = Pace()
    spend(known, clock, "/page", seconds)
    assert known.is_quick("/page") is quick


def test_one_slow_answer_sends_its_kind_to_the_threads_until_it_is_quick_again(clock: Clock) -> None:
    known = Pace()
    for _ in range(50):
        spend(known, clock, "/page", 0.0005)
    spend(known, clock, "/page", 0.5)
    assert not known.is_quick("/page")
    spend(known, clock, "/page", 0.0005)
    assert not known.is_quick("/page")
    for _ in range(40):
        spend(known, clock, "/page", 0.0005)
    assert known.is_quick("/page")


def test_failed_work_is_measured_too(clock: Clock) -> None:
    def broken() -> None:
        clock.now += 1.0
        raise ValueError

    known = Pace()
    spend(known, clock, "/page", 0.0005)
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
    spend(known, clock, None, 0.0)
    assert not known.is_quick(None)


def test_strangers_cannot_fill_the_memory_with_kinds(clock: Clock) -> None:
    known = Pace()
    for number in range(MOST_KINDS + 100):
        spend(known, clock, f"/{number}", 0.0)
    assert known.is_quick(f"/{MOST_KINDS - 1}")
    assert not known.is_quick(f"/{MOST_KINDS}")
