"""What the portal writes to the owner of an account. A subject never holds personal data."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import N_


@dataclass(frozen=True, slots=True)
class Wording:
    subject: str
    text: str


MAILS: Mapping[str, Wording] = {
    "mail.password_link": Wording(
        N_("e-Gömrük: yeni şifrə"),
        N_(
            "Hörmətli {name},\n\nYeni şifrə təyin etmək üçün bu keçidi açın:\n{link}\n\n"
            "Keçid 30 dəqiqə ərzində və yalnız bir dəfə işləyir. Yeni şifrəni siz istəməmisinizsə, "
            "bu məktuba əhəmiyyət verməyin: şifrəniz dəyişməyib."
        ),
    ),
    "mail.email_link": Wording(
        N_("e-Gömrük: elektron poçt ünvanının təsdiqi"),
        N_(
            "Hörmətli {name},\n\nBildirişlərin bu ünvana gəlməsi üçün keçidi açıb təsdiq edin:\n{link}\n\n"
            "Keçid 24 saat işləyir. Bunu siz istəməmisinizsə, bu məktuba əhəmiyyət verməyin."
        ),
    ),
    "mail.gooen_answer": Wording(
        N_("e-Gömrük: düzəliş sorğunuza cavab verilib"),
        N_("Salam,\n\n{code} nömrəli düzəliş sorğunuza cavab verilib. Onu bu keçiddə oxuyun:\n{link}"),
    ),
    "mail.email_changed": Wording(
        N_("e-Gömrük: elektron poçt ünvanınız dəyişdirildi"),
        N_(
            "Hörmətli {name},\n\nPortalın bildirişləri artıq başqa ünvana göndərilir. "
            "Bunu siz etməmisinizsə, dərhal 195(6) Çağrı Mərkəzinə zəng edin."
        ),
    ),
}
