"""Deciding whether an attempt is let in: windows, doubling pauses, clocks that do not run as they should."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.limits import Limit, Tally, decide, hashed

NOW = datetime.fromisoformat("2026-11-20T08:00:00+00:00")
SECOND = timedelta(seconds=1)
WINDOW = Limit("reset", "aysel", 5, timedelta(minutes=5))
PAUSES = Limit("sign_in", "aysel", 3, timedelta(days=1), timedelta(minutes=15))

moments = st.lists(st.integers(0, 4 * 300).map(lambda seconds: NOW + seconds * SECOND), max_size=80)
maxima = st.integers(1, 12)


def let_in(limit: Limit, attempts: list[datetime]) -> list[datetime]:
    """Those of the attempts that get through, in the order in which they come."""
    tally: Tally | None = None
    through = []
    for at in attempts:
        tally, wait = decide(limit, tally, at)
        if not wait:
            through.append(at)
    return through


def windows(limit: Limit, through: list[datetime]) -> list[list[datetime]]:
    """The attempts by the window they fall in; a window begins with the first attempt after the one before."""
    found: list[list[datetime]] = []
    for at in through:
        if not found or at >= found[-1][0] + limit.per:
            found.append([])
        found[-1].append(at)
    return found


@given(moments, maxima)
def test_window_never_lets_in_more_than_its_maximum(attempts: list[datetime], maximum: int) -> None:
    limit = Limit("reset", "aysel", maximum, timedelta(minutes=5))
    through = let_in(limit, sorted(attempts))
    assert all(len(window) <= maximum for window in windows(limit, through))


@given(moments, maxima)
def test_any_stretch_that_long_touches_two_windows_at_most(attempts: list[datetime], maximum: int) -> None:
    limit = Limit("reset", "aysel", maximum, timedelta(minutes=5))
    through = let_in(limit, sorted(attempts))
    for first in through:
        assert sum(first <= at < first + limit.per for at in through) <= 2 * maximum - 1


@given(moments, maxima)
def test_window_refuses_nobody_before_its_maximum(attempts: list[datetime], maximum: int) -> None:
    limit = Limit("reset", "aysel", maximum, timedelta(minutes=5))
    assert let_in(limit, sorted(attempts)[:maximum]) == sorted(attempts)[:maximum]


def test_window_opens_again_to_the_second() -> None:
    attempts = [NOW] * 5 + [NOW + WINDOW.per - SECOND, NOW + WINDOW.per]
    assert let_in(WINDOW, attempts) == [NOW] * 5 + [NOW + WINDOW.per]


def test_window_says_how_long_to_wait() -> None:
    full = Tally(NOW, NOW, 5)
    assert decide(WINDOW, full, NOW + 100 * SECOND)[1] == 200 * SECOND


@pytest.mark.parametrize("limit", [WINDOW, PAUSES], ids=["window", "pauses"])
def test_refused_attempt_is_not_counted(limit: Limit) -> None:
    full = Tally(NOW, NOW, limit.maximum)
    tally, wait = decide(limit, full, NOW)
    assert wait
    assert tally == full


def test_pauses_double_from_a_second_to_the_longest() -> None:
    at, tally, pauses = NOW, None, []
    for _ in range(16):
        tally, wait = decide(PAUSES, tally, at)
        if wait:
            pauses.append(int(wait.total_seconds()))
            at += wait
            tally, _ = decide(PAUSES, tally, at)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


@given(st.integers(0, 10**9))
def test_pause_never_exceeds_the_longest(hits: int) -> None:
    _, wait = decide(PAUSES, Tally(NOW, NOW, hits), NOW)
    assert wait <= timedelta(minutes=15)


def test_pauses_are_forgotten_after_a_quiet_while() -> None:
    tally, wait = decide(PAUSES, Tally(NOW, NOW, 50), NOW + PAUSES.per)
    assert (tally.hits, wait) == (1, timedelta(0))


@given(st.lists(st.integers(-5, 5), max_size=PAUSES.maximum))
def test_clocks_that_differ_a_little_refuse_nobody_before_the_maximum(shifts: list[int]) -> None:
    attempts = [NOW + timedelta(milliseconds=shift) for shift in shifts]
    assert let_in(PAUSES, attempts) == attempts


@given(st.lists(st.integers(-250, 250), max_size=60), maxima)
def test_time_going_backwards_opens_no_window_anew(steps: list[int], maximum: int) -> None:
    limit = Limit("reset", "aysel", maximum, timedelta(minutes=5))
    # The clock wavers, but never so far that a window of the first attempt would be over.
    attempts = [NOW, *(NOW + abs(step) * SECOND for step in steps)]
    assert len(let_in(limit, attempts)) <= maximum


@pytest.mark.parametrize("limit", [WINDOW, PAUSES], ids=["window", "pauses"])
def test_clock_that_ran_far_ahead_locks_nobody_out(limit: Limit) -> None:
    ahead = NOW + timedelta(days=400)
    assert decide(limit, Tally(ahead, ahead, 99), NOW) == (Tally(NOW, NOW, 1), timedelta(0))


def test_stored_key_tells_neither_name_nor_limit_without_the_secret() -> None:
    key = hashed(WINDOW, "secret")
    assert "aysel" not in key
    assert len({key, hashed(WINDOW, "other"), hashed(PAUSES, "secret")}) == 3
