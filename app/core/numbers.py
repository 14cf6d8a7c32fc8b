"""Decimal numbers as people type them, read by the signs themselves and never by the language of the page."""

import re
from decimal import Decimal

from app.core.errors import N_, Invalid

# More digits than any sum or weight of a declaration needs; it keeps later arithmetic exact.
_MOST_DIGITS = 20

_IGNORED = str.maketrans("", "", " '’\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}")

_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<whole>-?[0-9]+)(?:[.,](?P<fraction>[0-9]+))?",  # 1234 · 1234.5 · 1234,5
        r"(?P<whole>-?[0-9]{1,3}(?:\.[0-9]{3})+),(?P<fraction>[0-9]+)",  # 1.234,5
        r"(?P<whole>-?[0-9]{1,3}(?:,[0-9]{3})+)\.(?P<fraction>[0-9]+)",  # 1,234.5
        r"(?P<whole>-?[0-9]{1,3}(?:\.[0-9]{3}){2,})(?P<fraction>)",  # 1.234.567
        r"(?P<whole>-?[0-9]{1,3}(?:,[0-9]{3}){2,})(?P<fraction>)",  # 1,234,567
    )
)


def parse_decimal(text: str) -> Decimal:
    """Read a number; the scale that was typed stays."""
    typed = text.translate(_IGNORED)
    if sum(sign.isdigit() for sign in typed) > _MOST_DIGITS:
        raise Invalid("number.too_long", N_("Ədəddə {most} rəqəmdən çox ola bilməz."), most=_MOST_DIGITS)
    for form in _FORMS:
        if found := form.fullmatch(typed):
            whole = re.sub(r"[.,]", "", found["whole"])
            return Decimal(f"{whole}.{found['fraction'] or ''}")
    raise Invalid("number.format", N_("«{value}» ədəd deyil. Nümunə: 1234,50."), value=text[:40])
