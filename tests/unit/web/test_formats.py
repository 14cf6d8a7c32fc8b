"""The formats of the pages, beside what Babel makes of the same values."""

import datetime as dt
from decimal import Decimal

import pytest
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from app.core.clock import BAKU
from app.web import formats
from app.web.i18n import LANGUAGES

NUMBERS = ["0", "7", "999", "1000", "12400.5", "-1234567.891", "0.05", "1234567890123", "56839.30"]
pytestmark = pytest.mark.parametrize("language", LANGUAGES)


@pytest.mark.parametrize("text", NUMBERS)
def test_number_agrees_with_babel(language: str, text: str) -> None:
    value = Decimal(text)
    pattern = "#,##0." + "0" * max(0, -int(value.as_tuple().exponent))
    assert formats.number(value, language) == format_decimal(value, pattern.rstrip("."), locale=language)


@pytest.mark.parametrize("value", [0, 7, 1000, 1234567])
def test_whole_number_has_no_decimals(language: str, value: int) -> None:
    assert formats.number(value, language) == format_decimal(value, locale=language)


@pytest.mark.parametrize("text", NUMBERS)
@pytest.mark.parametrize("currency", ["AZN", "USD"])
def test_money_agrees_with_babel_when_the_currency_is_a_word(language: str, text: str, currency: str) -> None:
    expected = format_currency(Decimal(text), currency, "#,##0.00\N{NO-BREAK SPACE}¤¤", locale=language)
    assert formats.money(Decimal(text), language, currency) == expected
    assert "₼" not in expected


@pytest.mark.parametrize(
    ("bytes_", "amount", "unit"), [(1, 1, "byte"), (999, 999, "byte"), (1500, 1.5, "kilobyte"), (10**7, 10, "megabyte")]
)
def test_size_agrees_with_babel(language: str, bytes_: int, amount: float, unit: str) -> None:
    expected = format_unit(amount, f"digital-{unit}", "short", locale=language)
    assert formats.size(bytes_, language).replace("\N{NO-BREAK SPACE}", " ") == expected.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_date_agrees_with_babel(language: str) -> None:
    day = dt.date(2026, 5, 9)
    assert formats.date(day) == format_date(day, "dd.MM.yyyy", locale=language) == "09.05.2026"


def test_instant_is_shown_in_baku(language: str) -> None:
    moment = dt.datetime(2026, 5, 8, 22, 3, tzinfo=dt.UTC)
    assert formats.instant(moment) == format_datetime(moment, "dd.MM.yyyy HH:mm", tzinfo=BAKU, locale=language)
    assert formats.time_element(moment) == '<time datetime="2026-05-09T02:03+04:00">09.05.2026 02:03</time>'


def test_a_day_has_an_element_without_a_time(language: str) -> None:
    assert formats.time_element(dt.date(2026, 5, 9)) == '<time datetime="2026-05-09">09.05.2026</time>'


def test_decimals_are_rounded_half_to_even(language: str) -> None:
    shown = {formats.number(Decimal(text), language, 0) for text in ("0.5", "-0.5", "1.5", "2.5")}
    assert shown == {"0", "2"}


def test_a_moment_without_a_zone_is_refused(language: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.instant(dt.datetime(2026, 5, 9))  # noqa: DTZ001
