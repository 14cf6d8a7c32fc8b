"""Pure rules of administration: what can be proposed, which roles exclude one another, how long a proposal stands."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from app.core.errors import N_, Invalid
from app.core.roles import Role

LIFE = timedelta(days=7)  # What nobody has confirmed by then was not urgent, and its reasons may have gone.
SHORTEST_REASON = 10
DEVICE = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Change(StrEnum):
    """What one administrator proposes and a second one confirms."""

    GIVE_ROLE = "give_role"
    TAKE_ROLE = "take_role"
    SET_OFFICE = "set_office"
    ADD_HOLIDAY = "add_holiday"
    REMOVE_HOLIDAY = "remove_holiday"
    REOPEN = "reopen"


class State(StrEnum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


RIGHTS: Mapping[str, str] = {
    Change.GIVE_ROLE: N_("Rol vermək"),
    Change.TAKE_ROLE: N_("Rolu geri almaq"),
    Change.SET_OFFICE: N_("Gömrük orqanını dəyişmək"),
}
CHANGES: Mapping[str, str] = {
    **RIGHTS,
    Change.ADD_HOLIDAY: N_("Təqvimə gün əlavə etmək"),
    Change.REMOVE_HOLIDAY: N_("Təqvimdən gün çıxarmaq"),
    Change.REOPEN: N_("Bağlanmış girişi açmaq"),
}
STATES: Mapping[str, tuple[str, str]] = {
    State.OPEN: (N_("İkinci administratoru gözləyir"), "busy"),
    State.CONFIRMED: (N_("Təsdiq edilib"), "good"),
    State.REJECTED: (N_("Rədd edilib"), "bad"),
    State.WITHDRAWN: (N_("Geri götürülüb"), "neutral"),
    State.EXPIRED: (N_("Vaxtı bitib"), "neutral"),
}
ROLES: Mapping[str, str] = {
    Role.CITIZEN: N_("Vətəndaş"),
    Role.PASSENGER: N_("Sərnişin"),
    Role.PARTICIPANT: N_("İştirakçı"),
    Role.BROKER: N_("Broker"),
    Role.OFFICER: N_("Vəzifəli şəxs"),
    Role.SENIOR_OFFICER: N_("Böyük vəzifəli şəxs"),
    Role.OVERSIGHT: N_("Xidmətə nəzarət"),
    Role.ADMIN: N_("Administrator"),
    Role.AGENCY: N_("Dövlət qurumu"),
    Role.BANK: N_("Bank"),
    Role.HUB: N_("Elektron hökumət sistemi"),
}
WITH_OFFICE = frozenset({Role.OFFICER, Role.SENIOR_OFFICER})
# Whoever gives rights decides nothing with them, and whoever decides gives none.
NOT_WITH_ADMIN = WITH_OFFICE | {Role.OVERSIGHT}


def check_giving(held: frozenset[Role], role: Role, office: str | None) -> None:
    if role in held:
        raise Invalid("administration.role_held", N_("Şəxsin bu rolu artıq var."), field="role")
    together = held | {role}
    if Role.ADMIN in together and together & NOT_WITH_ADMIN:
        message = N_("Administrator gömrük orqanının vəzifəli şəxsi və ya nəzarətçisi ola bilməz.")
        raise Invalid("administration.roles_exclude", message, field="role")
    if role in WITH_OFFICE and not office:
        raise Invalid("administration.office_needed", N_("Bu rol üçün gömrük orqanını seçin."), field="office")


def check_taking(held: frozenset[Role], role: Role) -> None:
    if role not in held:
        raise Invalid("administration.role_not_held", N_("Şəxsin bu rolu yoxdur."), field="role")


def check_office_change(held: frozenset[Role], before: str | None, after: str | None) -> None:
    if before == after:
        raise Invalid("administration.office_same", N_("Şəxs artıq bu gömrük orqanındadır."), field="office")
    if after is None and held & WITH_OFFICE:
        message = N_("Vəzifəli şəxsin gömrük orqanı olmalıdır. Əvvəlcə rolunu geri alın.")
        raise Invalid("administration.office_needed", message, field="office")


def check_reason(reason: str) -> str:
    """Who looks at it in a year must understand it."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid("administration.reason", N_("Səbəbi bir cümlə ilə yazın."), field="reason")
    return reason.strip()


def check_device(text: str) -> str:
    """The SHA-256 of a certificate, as certificates are shown: colons and blanks between, capitals or not."""
    plain = text.replace(":", "").replace(" ", "").lower()
    if not DEVICE.fullmatch(plain):
        message = N_("Cihaz sertifikatının SHA-256 izi 64 onaltılıq rəqəmdən ibarətdir.")
        raise Invalid("administration.device", message, field="subject")
    return plain
