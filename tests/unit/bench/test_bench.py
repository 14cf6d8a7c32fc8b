"""The bench is only as good as its refusals: wrong answers are no figures, and a missed target says so."""

import pytest

from bench.load import Load, Request, check
from bench.table import Row, Target, written

PAGE = Request("/")
REFUSED = Request("/", "POST", status=422)
SIZE = 1000


def load(requests: int = 100, size: int = SIZE, refused: int = 0, broken: int = 0) -> Load:
    return Load(requests, requests * size, 1.0, refused, broken)


@pytest.mark.parametrize(
    ("found", "request_"),
    [(load(), PAGE), (load(size=1010), PAGE), (load(refused=100), REFUSED)],
)
def test_right_answers_are_counted(found: Load, request_: Request) -> None:
    check(found, request_, SIZE)


@pytest.mark.parametrize(
    ("found", "request_"),
    [
        (load(refused=1), PAGE),
        (load(broken=1), PAGE),
        (load(requests=0), PAGE),
        (load(size=1200), PAGE),
        (load(size=700), PAGE),
        (load(refused=10), REFUSED),
    ],
    ids=["an error", "a broken connection", "no answer", "too long", "too short", "accepted"],
)
def test_wrong_answers_end_the_run(found: Load, request_: Request) -> None:
    with pytest.raises(RuntimeError):
        check(found, request_, SIZE)


@pytest.mark.parametrize(
    ("row", "met"),
    [
        (Row("a", "1", ratio=2.0, target=Target(2)), "yes"),
        (Row("a", "1", ratio=2.1, target=Target(2)), "NO"),
        (Row("a", "1", ratio=0.4, target=Target(0.4, at_least=True)), "yes"),
        (Row("a", "1", ratio=9.0, target=Target(1.5, unit="s"), judged=1.0), "yes"),
        (Row("a", "1", ratio=2.0), "–"),
    ],
)
def test_a_target_limits_the_ratio_or_the_figure_itself(row: Row, met: str) -> None:
    assert row.met == met


def test_columns_are_in_line() -> None:
    lines = written([Row("a long name of a job", "1 ms"), Row("short", "1,000 ms")]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert len(lines) == 4
