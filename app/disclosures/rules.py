"""Why data of a person were looked at, in words for that person."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum

from app.core.errors import N_


class Reason(StrEnum):
    LOOK_UP = "look_up"
    ISSUE = "issue"
    HOLDER = "holder"
    CORRECTION = "correction"
    BORDER_GOODS = "border_goods"


REASONS: Mapping[str, str] = {
    Reason.LOOK_UP: N_("Sənədiniz üzrə GÖÖEN soruşulub; məlumatlarınız gizlədilmiş şəkildə göstərilib"),
    Reason.ISSUE: N_("Adınıza GÖÖEN verilib və ya mövcud nömrəniz göstərilib"),
    Reason.HOLDER: N_("GÖÖEN-in kimə məxsus olduğuna baxılıb"),
    Reason.CORRECTION: N_("Məlumatlarınız barədə düzəliş sorğusuna baxılıb"),
    Reason.BORDER_GOODS: N_("Sərhəddə adınıza qeydə alınmış malın məlumatlarına baxılıb"),
}


def subject_of(pin: str) -> str:
    """Looks are found by the person, not the person by the looks."""
    return hashlib.sha256(f"data-look/{pin}".encode()).hexdigest()
