"""Kinds of systems, the role of each, and which of them speak for persons."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.core.errors import N_, Invalid, NotAllowed
from app.core.roles import Role


class Kind(StrEnum):
    HUB = "hub"
    BANK = "bank"
    BORDER_POST = "border_post"
    AGENCY = "agency"
    CUSTOMS = "customs"


KINDS: Mapping[str, str] = {
    Kind.HUB: N_("Elektron hökumət şlüzü"),
    Kind.BANK: N_("Bank"),
    Kind.BORDER_POST: N_("Sərhəd buraxılış məntəqəsi"),
    Kind.AGENCY: N_("Digər dövlət qurumu"),
    Kind.CUSTOMS: N_("Gömrüyün öz sistemi"),
}
# The codes of faults and what each tells the caller to do; the gateway gives no others.
FAULT_CODES: Mapping[str, str] = {
    "Client.Validation": N_("Mesaj müqaviləyə və ya qaydalara uyğun deyil. Göstərilən sahəni düzəldib göndərin."),
    "Client.NotFound": N_("Belə əməliyyat və ya obyekt yoxdur, yaxud onu görmək səlahiyyəti yoxdur."),
    "Client.NotAllowed": N_("Sistemin və ya şəxsin bu əməliyyat üçün səlahiyyəti yoxdur."),
    "Client.Conflict": N_("Obyektin vəziyyəti artıq dəyişib. Onu yenidən oxuyun."),
    "Client.MessageIdReused": N_("Bu messageId başqa məzmunla artıq göndərilib. Yeni nömrə ilə göndərin."),
    "Client.RateLimited": N_("Sorğular həddən çoxdur. Retry-After başlığında göstərilən müddətdən sonra təkrar edin."),
    "Server.Unavailable": N_("Xidmət müvəqqəti cavab vermir. Eyni messageId ilə təkrar edin."),
    "Server.Internal": N_("Xidmətdə xəta baş verib. Müraciətdə reference nömrəsini göstərin."),
}
# What a system may do in its own name. A border post is an office of the state to us, as an agency is.
ROLES: Mapping[Kind, Role] = {
    Kind.HUB: Role.HUB,
    Kind.BANK: Role.BANK,
    Kind.BORDER_POST: Role.AGENCY,
    Kind.AGENCY: Role.AGENCY,
    Kind.CUSTOMS: Role.AGENCY,
}
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")
SPEAK_FOR_PERSONS = frozenset({Kind.HUB, Kind.CUSTOMS})


@dataclass(frozen=True, slots=True)
class System:
    """A registered system, as the gateway needs it."""

    code: str
    name: str
    kind: Kind
    operations: frozenset[str]
    valid_until: date | None
    office: str | None = None

    @property
    def role(self) -> Role:
        return ROLES[self.kind]

    @property
    def speaks_for_persons(self) -> bool:
        return self.kind in SPEAK_FOR_PERSONS

    def may_call(self, operation: str) -> bool:
        return operation in self.operations


@dataclass(frozen=True, slots=True)
class Part:
    """An element of a message, as the page of the contract shows it; its name leads there from the outermost."""

    name: str
    kind: str
    is_required: bool
    is_repeated: bool

    def inside(self, outer: str) -> "Part":
        return replace(self, name=f"{outer}/{self.name}")


@dataclass(frozen=True, slots=True)
class OperationPage:
    """An operation of the contract, as people read of it; title and notes are messages."""

    name: str
    title: str
    notes: str
    is_public: bool
    is_writing: bool
    request: str
    answer: str
    asked: tuple[Part, ...]
    answered: tuple[Part, ...]


def check_in_force(system: System, today: date, *, is_revoked: bool, is_closed: bool) -> None:
    """The last day is included. Whoever holds the key may know why it no longer opens."""
    if is_closed:
        raise NotAllowed("systems.closed", N_("Sistem bağlanıb."))
    if is_revoked:
        raise NotAllowed("systems.revoked", N_("Sistemin bu sertifikatı ləğv edilib."))
    if system.valid_until is not None and today > system.valid_until:
        raise NotAllowed("systems.ended", N_("Sistemin müqaviləsinin müddəti bitib."))


def check_office(kind: Kind, office: str, offices: Container[str]) -> str | None:
    """What a border post registers, it registers as its office."""
    if not office and kind is not Kind.BORDER_POST:
        return None
    if office not in offices:
        raise Invalid("systems.office", N_("Sistemin aid olduğu gömrük orqanını seçin."), field="office")
    return office


def listed(operations: str) -> frozenset[str]:
    return frozenset(operations.split())


def check_code(text: str) -> str:
    """The code stands in the audit trail and in addresses."""
    code = text.strip().lower()
    if not CODE.fullmatch(code):
        raise Invalid("systems.code_form", N_("Kod 2–40 kiçik latın hərfi, rəqəm və defisdən ibarətdir."))
    return code
