"""Numbers that others give out: each check answers the canonical form or says what is wrong with what was typed.

The arithmetic is python-stdnum's and phonenumbers'. Both forgive much (spaces, full-width digits, nine digits for
ten), so that the exact ASCII shape is matched here before they are asked.
"""

from app.core.identifiers.banks import check_bic, check_iban, check_invoice_reference
from app.core.identifiers.payers import PayerKind, check_gooen, check_voen, gooen_from_serial, payer_kind
from app.core.identifiers.people import check_email, check_phone, check_pin, mask_pin
from app.core.identifiers.vehicles import check_container, check_plate

__all__ = [
    "PayerKind",
    "check_bic",
    "check_container",
    "check_email",
    "check_gooen",
    "check_iban",
    "check_invoice_reference",
    "check_phone",
    "check_pin",
    "check_plate",
    "check_voen",
    "gooen_from_serial",
    "mask_pin",
    "payer_kind",
]
