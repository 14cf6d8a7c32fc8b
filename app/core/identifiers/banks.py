"""IBAN, BIC and the reference of an invoice: what a payment is addressed with."""

import re

from app.core.errors import N_
from app.core.identifiers.shape import require, require_length
from app.core.text import fold_code

_AZ_IBAN_LENGTH = 28
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}", re.ASCII)
_BIC_LENGTHS = (8, 11)
_BIC = re.compile(r"[A-Z]{6}[0-9A-Z]{2}(?:[0-9A-Z]{3})?", re.ASCII)
_INVOICE_REFERENCE = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}", re.ASCII)


def check_iban(text: str) -> str:
    """An account number of any country that has IBANs."""
    from stdnum import iban

    number = fold_code(text)
    if number.startswith("AZ"):
        require_length(
            number,
            _AZ_IBAN_LENGTH,
            "iban.length",
            N_("IBAN {needed} simvoldan ibarət olmalıdır. Siz {given} simvol daxil etmisiniz."),
        )
    require(
        _IBAN.fullmatch(number),
        "iban.format",
        N_("IBAN ölkə kodu, iki yoxlama rəqəmi və hesab nömrəsindən ibarətdir. Nümunə: AZ21NABZ00000000137010001944."),
    )
    # 01 stands for 98 in the arithmetic; only one of the two was ever issued.
    require(
        iban.calc_check_digits(number) == number[2:4],
        "iban.check_digits",
        N_("IBAN səhvdir: yoxlama rəqəmləri uyğun gəlmir. Hesab nömrəsini yenidən yoxlayın."),
    )
    require(iban.is_valid(number), "iban.country", N_("IBAN-ın quruluşu ölkəsinin qaydasına uyğun deyil."))
    return number


def check_bic(text: str) -> str:
    """A bank's code (ISO 9362)."""
    code = fold_code(text)
    require(
        len(code) in _BIC_LENGTHS,
        "bic.length",
        N_("BIC 8 və ya 11 simvoldan ibarət olmalıdır. Siz {given} simvol daxil etmisiniz."),
        given=len(code),
    )
    require(
        _BIC.fullmatch(code),
        "bic.format",
        N_("BIC altı hərflə başlayır, davamı hərf və rəqəmlərdən ibarətdir. Nümunə: NABZAZ2C."),
    )
    return code


def check_invoice_reference(text: str) -> str:
    """The reference under which an invoice is paid at a bank or a terminal (ISO 11649)."""
    from stdnum.iso7064 import mod_97_10

    number = fold_code(text)
    require(
        _INVOICE_REFERENCE.fullmatch(number),
        "invoice_reference.format",
        N_("Ödəniş kodu RF hərfləri ilə başlayır və ən çoxu 25 simvoldan ibarətdir. Nümunə: RF15GB26100000000123."),
    )
    require(
        mod_97_10.calc_check_digits(number[4:] + number[:2]) == number[2:4],
        "invoice_reference.check_digits",
        N_("Ödəniş kodu səhvdir: yoxlama rəqəmləri uyğun gəlmir. Kodu yenidən yoxlayın."),
    )
    return number
