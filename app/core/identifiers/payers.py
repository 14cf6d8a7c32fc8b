"""VÖEN and GÖÖEN: the number of a taxpayer, and of a payer of customs duties who is none."""

import re
from enum import StrEnum

from app.core.errors import N_, Invalid
from app.core.identifiers.shape import require, require_length

_LENGTH = 10
_DIGITS = re.compile(r"[0-9]{10}", re.ASCII)

# The check digit of a GÖÖEN is a VÖEN's moved by three, and no VÖEN ends in 7: no number can be both,
# nor become the other by one wrong digit. Other offsets were tried and let some wrong digits through.
_WEIGHTS = (4, 1, 8, 6, 2, 7, 5, 3)
_GOOEN_OFFSET = 3
_GOOEN_FIRST, _GOOEN_LAST = "9", "7"
_GOOEN_SERIALS = range(10_000_000)
_NO_DIGIT = 10


class PayerKind(StrEnum):
    VOEN = "VOEN"
    GOOEN = "GOOEN"


def check_voen(text: str) -> str:
    """The number of a taxpayer."""
    number = text.strip()
    require_length(
        number,
        _LENGTH,
        "voen.length",
        N_("VÖEN {needed} rəqəmdən ibarət olmalıdır. Siz {given} simvol daxil etmisiniz."),
    )
    require(_DIGITS.fullmatch(number), "voen.characters", N_("VÖEN yalnız rəqəmlərdən ibarətdir."))
    require(
        number[-1] in "12",
        "voen.status",
        N_("VÖEN-in son rəqəmi hüquqi şəxslərdə 1, fiziki şəxslərdə 2 olur."),
    )
    require(
        _is_voen(number), "voen.check_digit", N_("VÖEN səhvdir: yoxlama rəqəmi uyğun gəlmir. Nömrəni yenidən yoxlayın.")
    )
    return number


def check_gooen(text: str) -> str:
    """The number of a payer who has no VÖEN."""
    number = text.strip()
    require_length(
        number,
        _LENGTH,
        "gooen.length",
        N_("GÖÖEN {needed} rəqəmdən ibarət olmalıdır. Siz {given} simvol daxil etmisiniz."),
    )
    require(_DIGITS.fullmatch(number), "gooen.characters", N_("GÖÖEN yalnız rəqəmlərdən ibarətdir."))
    require(not _is_voen(number), "gooen.is_voen", N_("Bu nömrə GÖÖEN deyil, VÖEN-dir."))
    require(
        _is_gooen(number),
        "gooen.check_digit",
        N_("GÖÖEN səhvdir: yoxlama rəqəmi uyğun gəlmir. Nömrəni yenidən yoxlayın."),
    )
    return number


def gooen_from_serial(serial: int) -> str | None:
    """The GÖÖEN of a serial number; about one serial in eleven has none and is passed over."""
    if serial not in _GOOEN_SERIALS:
        raise ValueError("a GÖÖEN serial has seven digits")
    stem = f"{_GOOEN_FIRST}{serial:07d}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, stem, strict=True))
    check = (total + _GOOEN_OFFSET) % 11
    return None if check == _NO_DIGIT else f"{stem}{check}{_GOOEN_LAST}"


def payer_kind(text: str) -> PayerKind:
    """Which of the two numbers of a payer this is; they can never be confused."""
    number = text.strip()
    if _is_voen(number):
        return PayerKind.VOEN
    if _is_gooen(number):
        return PayerKind.GOOEN
    raise Invalid(
        "payer.unknown",
        N_("Nömrə nə VÖEN-dir, nə də GÖÖEN. Hər ikisi 10 rəqəmdən ibarətdir; VÖEN 1 və ya 2 ilə, GÖÖEN 7 ilə bitir."),
    )


def _is_voen(number: str) -> bool:
    from stdnum.az import voen

    return bool(_DIGITS.fullmatch(number)) and voen.is_valid(number)


def _is_gooen(number: str) -> bool:
    return bool(_DIGITS.fullmatch(number)) and gooen_from_serial(int(number[1:8])) == number
