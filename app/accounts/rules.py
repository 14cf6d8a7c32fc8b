"""Pure rules of accounts: means, principals, names, passwords, how long a session lives, how often one may try."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core.errors import N_, Invalid
from app.core.limits import Limit
from app.core.roles import Assurance, Role
from app.core.text import fold_code

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{3,31}", re.ASCII)
SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 256  # bytes
STRONG_ENOUGH = 3  # of zxcvbn's 0 to 4: would stand ten thousand million guesses
EMAIL = re.compile(r"[^@\s<>,;:\"]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
LONGEST_EMAIL = 254
EMAIL_LIFE = timedelta(hours=24)
RESET_LIFE = timedelta(minutes=30)
USER_ID = re.compile(r"[0-9A-Z]{5,20}", re.ASCII)
ACTIVATION_LIFE = timedelta(days=7)
FRESH = timedelta(minutes=5)  # So long a proof by card or phone is good for what asks for a new one.


class Means(StrEnum):
    """By what somebody signs in."""

    PASSWORD = "password"  # noqa: S105  (the name of a means)
    E_SIGNATURE = "e_signature"
    ASAN_IMZA = "asan_imza"
    E_GOV = "e_gov"


STRONG_MEANS = (Means.E_SIGNATURE, Means.ASAN_IMZA, Means.E_GOV)
MEANS_NAMES: Mapping[str, str] = {
    Means.PASSWORD: N_("İstifadəçi adı və şifrə"),
    Means.E_SIGNATURE: N_("Elektron imza"),
    Means.ASAN_IMZA: N_("Asan imza"),
    Means.E_GOV: N_("E-Gov identity"),
}


class Purpose(StrEnum):
    """What a ceremony is for: to sign in, to show anew who is signed in, or to sign something."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    SIGN = "sign"


# By these somebody shows who he is; a signature on a document never does.
WHO = frozenset({Purpose.SIGN_IN, Purpose.PROVE})


class Stage(StrEnum):
    """Where a ceremony stands."""

    OPEN = "open"
    USED = "used"
    FAILED = "failed"


class Kind(StrEnum):
    """Why somebody may act for a participant."""

    OWN = "own"
    FIRM = "firm"
    POWER = "power"


class LinkUse(StrEnum):
    """What a password link is for: a new password, or the first one of an account that nobody has used yet."""

    RESET = "reset"
    ACTIVATE = "activate"


class Barred(StrEnum):
    MEANS = "means"
    DEVICE = "device"
    PERSON = "person"


# What a power of attorney can be limited to: the subjects of the policy table that touch a participant's affairs.
SCOPES: Mapping[str, str] = {
    "border_goods": N_("Sərhəddə qeydə alınan mallar"),
    "declarations": N_("Gömrük bəyannamələri"),
    "documents": N_("Sənədlər"),
    "payments": N_("Ödənişlər"),
    "statistics": N_("Statistik məlumatlar"),
}
# Whoever has chosen a principal acts in this role, besides those that he was given.
ROLES_BY_KIND: Mapping[Kind, Role] = {
    Kind.OWN: Role.PARTICIPANT,
    Kind.FIRM: Role.PARTICIPANT,
    Kind.POWER: Role.BROKER,
}


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long a session lives without use, in all, and how many one account may have."""

    idle: timedelta
    absolute: timedelta
    parallel: int


PARTICIPANT_TERMS = SessionTerms(timedelta(minutes=30), timedelta(hours=12), 3)
OFFICER_TERMS = SessionTerms(timedelta(minutes=15), timedelta(hours=10), 1)
ADMIN_TERMS = SessionTerms(timedelta(minutes=10), timedelta(hours=8), 1)
TERMS = {
    Role.ADMIN: ADMIN_TERMS,
    Role.OFFICER: OFFICER_TERMS,
    Role.SENIOR_OFFICER: OFFICER_TERMS,
    Role.OVERSIGHT: OFFICER_TERMS,
}


def terms_for(roles: Iterable[Role]) -> SessionTerms:
    """The strictest terms of the roles that an account has."""
    return min(
        (TERMS.get(role, PARTICIPANT_TERMS) for role in roles), key=lambda terms: terms.idle, default=PARTICIPANT_TERMS
    )


LONGEST_POWER = timedelta(days=3 * 365 + 1)


def check_power(valid_from: date, valid_until: date, scope: Iterable[str], today: date) -> None:
    """The Civil Code lets a power of attorney run for three years at most."""
    if valid_until < valid_from:
        raise Invalid("accounts.power_order", N_("Son gün birinci gündən əvvəl ola bilməz."), field="valid_until")
    if valid_until < today:
        raise Invalid("accounts.power_past", N_("Son gün keçmişdədir."), field="valid_until")
    if valid_until - valid_from > LONGEST_POWER:
        raise Invalid("accounts.power_long", N_("Etibarnamə ən çoxu üç il müddətinə verilir."), field="valid_until")
    if unknown := set(scope) - set(SCOPES):
        raise Invalid("accounts.power_scope", N_("Belə mövzu yoxdur: {scope}."), field="scope", scope=min(unknown))


def closed_by(scope: str) -> frozenset[str]:
    """The subjects that a power of attorney leaves out; one without a scope leaves nothing out."""
    return frozenset(SCOPES) - set(scope.split()) if scope else frozenset()


def is_in_force(valid_from: date, valid_until: date | None, today: date) -> bool:
    """Both days are included."""
    return valid_from <= today and (valid_until is None or today <= valid_until)


def worth(assurance: Assurance, proven_at: datetime | None, now: datetime) -> Assurance:
    """A strong sign-in counts as fresh for a while after the card or the phone was used."""
    if assurance is Assurance.STRONG and proven_at is not None and now < proven_at + FRESH:
        return Assurance.FRESH
    return assurance


WARNED_BEFORE = timedelta(minutes=2)  # So long before the end somebody is asked whether he is still there.


def ends_at(terms: SessionTerms, began: datetime, last_seen: datetime) -> datetime:
    """When a session ends if nothing is done in it any more."""
    return min(began + terms.absolute, last_seen + terms.idle)


def is_alive(terms: SessionTerms, began: datetime, last_seen: datetime, now: datetime) -> bool:
    return now < ends_at(terms, began, last_seen)


def check_username(text: str) -> str:
    if not USERNAME.fullmatch(text):
        message = N_(
            "İstifadəçi adı 4–32 simvoldan ibarətdir: kiçik latın hərfləri, rəqəmlər, nöqtə, defis və alt xətt."
        )
        raise Invalid("accounts.username", message, field="username")
    return text


def check_password(password: str, about_user: Sequence[str]) -> None:
    """Long and hard to guess; no rules about kinds of characters, which only make passwords alike."""
    if len(password) < SHORTEST_PASSWORD:
        message = N_("Şifrə ən azı {minimum} simvol olmalıdır. Bir neçə sözdən ibarət cümlə seçmək rahatdır.")
        raise Invalid("accounts.password_short", message, field="new_password", minimum=SHORTEST_PASSWORD)
    if len(password.encode()) > LONGEST_PASSWORD:
        raise Invalid("accounts.password_long", N_("Şifrə həddən artıq uzundur."), field="new_password")
    if _strength(password, about_user) < STRONG_ENOUGH:
        message = N_("Bu şifrəni tapmaq asandır. Adınızı, VÖEN-i və tanınmış sözləri istifadə etməyin.")
        raise Invalid("accounts.password_weak", message, field="new_password")


def _strength(password: str, about_user: Sequence[str]) -> int:
    from zxcvbn import zxcvbn

    words = ["gömrük", "gomruk", "bəyannamə", "beyanname", "customs", "egomruk", *about_user]
    return int(zxcvbn(password[:72], user_inputs=words)["score"])


def sign_in_limits(username: str, address: str, known_network: str = "") -> tuple[Limit, Limit]:
    """By the name as typed, so that nobody learns which names exist; and by the address it comes from.

    Where its owner has come in before, attempts are counted apart from those that strangers make elsewhere.
    """
    return (
        Limit("sign_in.account", f"{username} {known_network}", 5, timedelta(days=1), timedelta(minutes=15)),
        Limit("sign_in.address", address, 10, timedelta(minutes=5)),
    )


def reset_limits(username: str, address: str) -> tuple[Limit, Limit]:
    return (
        Limit("reset.account", username, 5, timedelta(days=1)),
        Limit("reset.address", address, 20, timedelta(days=1)),
    )


def token_limits(address: str) -> tuple[Limit]:
    """Guessing a link is hopeless; this keeps the attempts from costing us anything."""
    return (Limit("reset.token", address, 20, timedelta(hours=1)),)


def e_gov_limits(address: str) -> tuple[Limit]:
    """Going there and coming back are one each; many people may share an address."""
    return (Limit("e_gov.address", address, 60, timedelta(minutes=5)),)


def e_gov_farewell_limits(address: str) -> tuple[Limit]:
    """All that sign out at the provider within so short a time; whoever makes such messages up has no use of more."""
    return (Limit("e_gov.farewell", address, 600, timedelta(minutes=5)),)


def ceremony_limits(address: str) -> tuple[Limit]:
    """A ceremony costs a row; a whole firm may come from one address."""
    return (Limit("ceremony.address", address, 60, timedelta(minutes=5)),)


def answer_limits(address: str) -> tuple[Limit]:
    """Nobody guesses a signature, but for each one a revocation service is asked."""
    return (Limit("ceremony.answer", address, 60, timedelta(minutes=5)),)


def check_user_id(text: str) -> str:
    """The number under which the operator of an Asan imza knows its holder."""
    user_id = fold_code(text)
    if not USER_ID.fullmatch(user_id):
        message = N_(
            "İstifadəçi ID-si 5–20 rəqəmdən və ya ingilis hərfindən ibarətdir. O, Asan imza ilə birlikdə verilir."
        )
        raise Invalid("asan_imza.user_id", message, field="user_id")
    return user_id


def prompt_limits(phone: str, user_id: str, address: str) -> tuple[Limit, ...]:
    """A phone rings only for its holder's ID, so that prompts are counted for the two together.

    Whoever guesses at phones or IDs is counted by where he guesses from: a stranger locks nobody out.
    """
    pair = f"{phone} {user_id}"
    return (
        Limit("asan_imza.prompts", pair, 3, timedelta(minutes=10)),
        Limit("asan_imza.day", pair, 10, timedelta(days=1)),
        Limit("asan_imza.phone", f"{phone} {address}", 10, timedelta(days=1)),
        Limit("asan_imza.user_id", f"{user_id} {address}", 10, timedelta(days=1)),
        Limit("asan_imza.address", address, 20, timedelta(minutes=5)),
    )


def open_prompt(phone: str, user_id: str, life: timedelta) -> Limit:
    """One at a time; forgiven when the phone has answered."""
    return Limit("asan_imza.open", f"{phone} {user_id}", 1, life)


def refused_prompt(phone: str, user_id: str) -> Limit:
    """After a no on the phone it stays silent for a while."""
    return Limit("asan_imza.refused", f"{phone} {user_id}", 1, timedelta(minutes=30))


def check_email(text: str) -> str:
    """Whether it is one only a mail that arrives can tell."""
    if len(text) > LONGEST_EMAIL or not text.isascii() or not EMAIL.fullmatch(text):
        raise Invalid("accounts.email", N_("Elektron poçt ünvanını ad@sahə.az şəklində yazın."), field="email")
    return text


def email_limits(person: str) -> tuple[Limit]:
    """Letters to strangers' addresses must stay few."""
    return (Limit("email.person", person, 5, timedelta(days=1)),)


# By what a browser names itself, the more special first: Edge says that it is Chrome too, and Chrome that it is Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_name(agent: str) -> str:
    """As people call it; one that nobody knows is called by what it says of itself."""
    found = [next((name for sign, name in known.items() if sign in agent), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or agent
