"""Dates, instants, numbers, money and file sizes as people read them: small and quick, tested against Babel."""

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from markupsafe import Markup

from app.core.clock import baku_time

# The sign between groups of three digits and the decimal sign, as the CLDR has them.
_SIGNS: Final = {"az": (".", ","), "en": (",", "."), "ru": ("\N{NO-BREAK SPACE}", ",")}
_UNITS: Final = {
    "az": ("bayt", "kB", "MB", "GB"),
    "en": ("byte", "kB", "MB", "GB"),
    "ru": ("Б", "кБ", "МБ", "ГБ"),
}
_THOUSAND: Final = 1000


def date(value: dt.date) -> str:
    """The day as dd.mm.yyyy."""
    return f"{value.day:02}.{value.month:02}.{value.year:04}"


def instant(value: dt.datetime) -> str:
    """The moment as clocks in Baku show it, dd.mm.yyyy hh:mm."""
    local = baku_time(value)
    return f"{date(local)} {local.hour:02}:{local.minute:02}"


def time_element(value: dt.date) -> Markup:
    """The day or the moment as an element that machines read too."""
    if isinstance(value, dt.datetime):
        machine, text = baku_time(value).isoformat(timespec="minutes"), instant(value)
    else:
        machine, text = value.isoformat(), date(value)
    return Markup('<time datetime="{}">{}</time>').format(machine, text)


def number(value: Decimal | int, language: str, decimals: int | None = None) -> str:
    """A number with its digits in groups; with as many decimals as it has, or as many as are asked for."""
    if decimals is not None:
        # Adding nothing takes the sign off a negative zero.
        value = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN) + 0
    group, point = _SIGNS[language]
    whole, _, fraction = f"{Decimal(value):,f}".partition(".")
    whole = whole.replace(",", group)
    return f"{whole}{point}{fraction}" if fraction else whole


def money(value: Decimal | int, language: str, currency: str = "AZN") -> str:
    """An amount with two decimals and the currency as a word: the sign of the manat is missing in many fonts."""
    return f"{number(value, language, 2)}\N{NO-BREAK SPACE}{currency}"


def size(value: int, language: str) -> str:
    """The size of a file in the largest unit that leaves a number of at least one."""
    amount, unit = Decimal(value), 0
    while amount >= _THOUSAND and unit < len(_UNITS[language]) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    shown = number(amount.quantize(Decimal("0.1")).normalize(), language)
    return f"{shown}\N{NO-BREAK SPACE}{_UNITS[language][unit]}"
