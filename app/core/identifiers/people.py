"""FİN, telephone and e-mail address: by what a person is known and reached."""

import re

from app.core.errors import N_
from app.core.identifiers.shape import require, require_length
from app.core.text import fold_code

_PIN_LENGTH = 7
_CAPITALS_AND_DIGITS = re.compile(r"[0-9A-Z]+", re.ASCII)
_LETTERS_LIKE_DIGITS = str.maketrans("IO", "10")
_PHONE = re.compile(r"\+?[0-9 ()-]{7,25}", re.ASCII)
_LONGEST_EMAIL = 254
# What mail servers take without quoting; a letter in front of each dot and a name of at least two parts behind the @.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
    re.ASCII,
)


def check_pin(text: str) -> str:
    """FİN, the code of a person on the identity card."""
    pin = fold_code(text)
    require_length(
        pin,
        _PIN_LENGTH,
        "pin.length",
        N_("FİN {needed} simvoldan ibarət olmalıdır. Siz {given} simvol daxil etmisiniz."),
    )
    require(
        _CAPITALS_AND_DIGITS.fullmatch(pin),
        "pin.characters",
        N_("FİN yalnız ingilis hərflərindən və rəqəmlərdən ibarətdir."),
    )
    proposal = pin.translate(_LETTERS_LIKE_DIGITS)
    require(
        pin == proposal,
        "pin.letter_i_or_o",
        N_("FİN-də I və O hərfləri olmur, onların yerinə 1 və 0 rəqəmləri yazılır. Bəlkə {proposal} nəzərdə tutulub?"),
        proposal=proposal,
    )
    return pin


def mask_pin(pin: str) -> str:
    """What may be shown of a FİN: the first two characters and the last one."""
    return f"{pin[:2]}****{pin[-1]}" if len(pin) == _PIN_LENGTH else "*" * _PIN_LENGTH


def check_phone(text: str) -> str:
    """A telephone number of Azerbaijan, as +994 and nine digits."""
    import phonenumbers

    typed = text.strip()
    require(
        _PHONE.fullmatch(typed), "phone.format", N_("Telefon nömrəsini rəqəmlərlə yazın. Nümunə: +994 50 123 45 67.")
    )
    try:
        number = phonenumbers.parse(typed, "AZ")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    require(
        phonenumbers.is_valid_number_for_region(number, "AZ"),
        "phone.unknown",
        N_("Azərbaycanda belə telefon nömrəsi yoxdur. Nümunə: +994 50 123 45 67."),
    )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_email(text: str) -> str:
    """An address to which mail can go; its domain is written small, as domains are compared."""
    typed = text.strip()
    require(
        len(typed) <= _LONGEST_EMAIL and _EMAIL.fullmatch(typed),
        "email.format",
        N_("Elektron poçt ünvanı düzgün yazılmayıb. Nümunə: ad@example.az."),
    )
    local, _, domain = typed.rpartition("@")
    return f"{local}@{domain.lower()}"
