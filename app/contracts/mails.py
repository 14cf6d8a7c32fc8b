"""What goes to the address of a contract by mail: the words of the notices, framed, and those that no inbox has."""

from collections.abc import Mapping

from app.core.errors import N_
from app.notifications.rules import CONTRACTS, Kind

MAILS: Mapping[str, Kind] = {
    **CONTRACTS,
    "contracts.confirm": Kind(
        N_("Elektron poçtunuzu təsdiqləyin"),
        N_(
            "{number} nömrəli müraciətə başladınız. Davam etmək üçün aşağıdakı keçidi açın. Müraciətə siz "
            "başlamamısınızsa, bu məktuba əhəmiyyət verməyin."
        ),
    ),
    "contracts.link": Kind(
        N_("Müraciətinizə keçid"), N_("{number} nömrəli müraciətə qayıtmaq üçün aşağıdakı keçidi açın.")
    ),
    "contracts.activation": Kind(
        N_("İstifadəçi adınız hazırdır"),
        N_(
            "{number} nömrəli müqavilə üzrə istifadəçi adınızı görmək və şifrənizi özünüz təyin etmək üçün aşağıdakı "
            "keçidi açın. Keçid 7 gün ərzində və yalnız bir dəfə işləyir. Onu heç kimə verməyin."
        ),
    ),
}
SUBJECT = N_("e-Gömrük: {subject}")
FRAME = N_("Salam,\n\n{text}\n\n{link}\n\nDövlət Gömrük Komitəsi")
