"""Money is exact, of one currency, and never lost in division."""

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.money import Money, azn

amounts = st.decimals(-(10**12), 10**12, places=2)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("12.5", "AZN", "12.50 AZN"),
        ("12.505", "AZN", "12.51 AZN"),
        ("-12.505", "AZN", "-12.51 AZN"),
        ("12.4", "JPY", "12 JPY"),
        ("12.5", "JPY", "13 JPY"),
        ("1.23456", "KWD", "1.235 KWD"),
        ("-0.001", "AZN", "0.00 AZN"),
    ],
)
def test_amount_is_rounded_half_up_to_the_smallest_unit(amount: str, currency: str, shown: str) -> None:
    assert str(Money(Decimal(amount), currency)) == shown


def test_rounding_does_not_depend_on_the_decimal_context() -> None:
    with localcontext(rounding="ROUND_DOWN"):
        assert azn("0.005") == azn("0.01")


def test_arithmetic_within_one_currency() -> None:
    assert azn("10.00") + azn("0.50") - azn(3) == azn("7.50")
    assert azn("10.05") * Decimal("0.18") == azn("1.81")
    assert -azn(2) * 3 == azn(-6)
    assert sum([azn(1), azn(2)], azn(0)) == azn(3)


def test_comparison_within_one_currency() -> None:
    assert azn(1) < azn(2) <= azn("2.00") < max(azn(3), azn(1))
    assert azn(1) != Money(Decimal(1), "USD")
    assert len({azn(1), azn("1.00")}) == 1


def test_currencies_are_never_mixed() -> None:
    dollars = Money(Decimal(1), "USD")
    for mix in (lambda: azn(1) + dollars, lambda: azn(1) - dollars, lambda: azn(1) < dollars):
        with pytest.raises(ValueError, match="AZN and USD"):
            mix()


def test_floats_are_refused_everywhere() -> None:
    binary: Any = 1.1
    for mistake in (lambda: azn(binary), lambda: Money(binary, "AZN"), lambda: azn(1) * binary):
        with pytest.raises(TypeError):
            mistake()


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_amount_is_a_finite_number(amount: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        azn(amount)


def test_split_gives_the_odd_units_to_the_first_parts() -> None:
    assert azn("10.00").split(3) == (azn("3.34"), azn("3.33"), azn("3.33"))
    assert Money(Decimal(5), "JPY").split(2) == (Money(Decimal(3), "JPY"), Money(Decimal(2), "JPY"))
    with pytest.raises(ValueError, match="one part"):
        azn(1).split(0)


@given(amounts, st.integers(1, 200), st.sampled_from(["AZN", "JPY", "KWD"]))
@settings(deadline=None)
def test_split_parts_sum_to_the_whole_and_are_fair(amount: Decimal, parts: int, currency: str) -> None:
    whole = Money(amount, currency)
    shares = whole.split(parts)
    smallest_unit = Decimal(1).scaleb(whole.amount.as_tuple().exponent)  # type: ignore[arg-type]
    assert sum(shares, Money(Decimal(0), currency)) == whole
    assert (max(shares) - min(shares)).amount <= smallest_unit


@given(amounts, amounts)
@settings(deadline=None)
def test_subtraction_undoes_addition(one: Decimal, other: Decimal) -> None:
    assert Money(one, "AZN") + Money(other, "AZN") - Money(other, "AZN") == Money(one, "AZN")
