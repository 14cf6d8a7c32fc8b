"""When a container is renewed, who must have signed it, and how it may be numbered."""

from datetime import UTC, datetime, timedelta

import pytest

from app.archive.rules import ALARM, MARGIN, SIGNED_BY, Kind, check_number, policy_of, renewal_due
from app.core.errors import Invalid
from signing.profiles import Role

MADE = datetime(2026, 11, 20, 8, tzinfo=UTC)


def due(days: float) -> timedelta:
    return renewal_due(MADE, MADE + timedelta(days=days)) - MADE


@pytest.mark.parametrize(
    ("life", "expected"), [(1825, 1735), (271, 181), (270, 180), (269, 269 * 2 / 3), (3, 2), (0, 0)]
)
def test_renewal_comes_three_months_before_the_end_or_leaves_a_third(life: int, expected: float) -> None:
    assert due(life) == timedelta(days=expected)


def test_renewal_never_comes_before_the_time_stamp_nor_after_its_end() -> None:
    for life in range(0, 4000, 7):
        assert timedelta(0) <= due(life) <= timedelta(days=life)


def test_somebody_is_told_before_it_is_too_late() -> None:
    assert timedelta(0) < ALARM < MARGIN


def test_every_kind_says_who_signs_it() -> None:
    assert SIGNED_BY.keys() == set(Kind)
    assert policy_of(Kind.DECISION).roles == {Role.OFFICER}
    assert policy_of(Kind.DECLARATION).roles == {Role.PERSON, Role.ORGANISATION}
    assert all(Role.AUTHENTICATION not in policy_of(kind).roles for kind in Kind)


@pytest.mark.parametrize("number", ["26AZ00100123456", "1", "x" * 64, "a/b-c.d_e"])
def test_number_of_a_declaration_is_taken(number: str) -> None:
    check_number(number)


@pytest.mark.parametrize("number", ["", " ", "a b", "a\n", "\n", "ə", "x" * 65, "a\t", "a\0"])
def test_number_that_breaks_a_line_is_refused(number: str) -> None:
    with pytest.raises(Invalid, match=r"archive\.number"):
        check_number(number)
