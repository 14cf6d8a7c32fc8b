"""What is to be signed and by whom, and the words for what comes to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.errors import N_, DomainError, Invalid

if TYPE_CHECKING:
    from signing.data_file import DataFile

PURPOSE = N_("Bu sertifikat sənəd imzalamaq üçün deyil. İmza sertifikatını seçin, o, PIN2 ilə açılır.")
OTHER_PERSON = N_("Kart başqa şəxsindir. Sənədi onda göstərilmiş şəxs öz kartı ilə imzalamalıdır.")
WRONG_VALUE = N_("Cavab bu sənədin imzası deyil və ya başqa açarla yaradılıb. Heç nə imzalanmadı, yenidən başlayın.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files that are to be signed, and the FİN of who must sign them; `about` names the thing itself.

    An answer counts for the thing that it was begun for and for no other.
    """

    about: str
    pin: str
    files: "Sequence[DataFile]"


def cancelled() -> DomainError:
    return Invalid(
        "signatures.cancelled",
        N_("İmza kart oxuyanda ləğv edildi. Heç nə imzalanmadı, imzalamaq üçün yenidən başlayın."),
    )
