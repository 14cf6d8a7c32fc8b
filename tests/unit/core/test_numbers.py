"""Numbers as people type them."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.numbers import parse_decimal


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("528.10", "528.10"),
        ("528,10", "528.10"),
        ("12.345", "12.345"),
        ("10,000", "10.000"),
        ("1 234,5", "1234.5"),
        ("1\N{NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567.8", "1234567.8"),
        ("1'234'567,89", "1234567.89"),
        ("1’234", "1234"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        (" 0 ", "0"),
        ("007", "7"),
        ("-5,5", "-5.5"),
    ],
)
def test_number_is_read_by_its_signs(typed: str, value: str) -> None:
    assert str(parse_decimal(typed)) == value


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "-", ".", ",", "'", ".5", "5.", "1..2", "1,2,3", "12,34.5", "1.23,4", "1234,567.8", "1,234.567.8"),
        *(
            "1.234,567.8",
            "1.234,567,8",
            "1.2345.678",
            "NaN",
            "Infinity",
            "1_000",
            "1e3",
            "0x10",
            "+5",
            "--5",
            "5-",
            "1;2",
        ),
        *("12 AZN", "١٢", "１２", "½", "²", "1\n2", "1\t2", "5\n", "−5"),
    ],
)
def test_number_in_any_other_shape_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_decimal(typed)
    assert refused.value.code == "number.format"


def test_number_of_endless_digits_is_refused() -> None:
    assert parse_decimal("9" * 20) == Decimal("9" * 20)
    with pytest.raises(Invalid) as refused:
        parse_decimal("9" * 21)
    assert (refused.value.code, refused.value.facts) == ("number.too_long", {"most": 20})


@given(
    st.decimals(-(10**12), 10**12, places=3),
    st.sampled_from([(" ", ","), ("\N{NO-BREAK SPACE}", "."), ("'", "."), (".", ","), (",", "."), ("", ",")]),
)
@settings(deadline=None)
def test_number_round_trips_through_every_way_of_writing(value: Decimal, signs: tuple[str, str]) -> None:
    group, point = signs
    written = f"{value:,}".replace(".", "#").replace(",", group).replace("#", point)
    assert str(parse_decimal(written)) == str(value)


@given(st.text("0123456789., '-eE_+NaN٣３"))
@settings(deadline=None)
def test_number_is_finite_or_refused_and_nothing_else(typed: str) -> None:
    with suppress(Invalid):
        assert parse_decimal(typed).is_finite()
