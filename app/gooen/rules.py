"""Who gets a GÖÖEN, by which document he names himself, and what is shown of him to whoever asks."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.core.audit import network
from app.core.errors import N_, Invalid
from app.core.identifiers import check_pin, check_voen
from app.core.limits import Limit
from app.core.ports import Paper, PaperKind, RegisteredPerson, Taxpayer
from app.core.public_ids import ALPHABET
from app.core.text import fold_code
from app.reference.rules import HOME_COUNTRY

ADULT = 18
LIFE = timedelta(minutes=30)  # So long the answer to a look-up stands.
PDF_PATIENCE = timedelta(minutes=10)  # Then the page no longer promises one.
PAPERS: Mapping[str, str] = {
    PaperKind.PIN: N_("PİN"),
    PaperKind.ID_CARD: N_("Şəxsiyyət vəsiqəsinin seriyası və nömrəsi"),
    PaperKind.PASSPORT: N_("Xarici pasport"),
    PaperKind.PERMIT: N_("Yaşamaq üçün icazə vəsiqəsi"),
}
OF_CITIZENS = frozenset({PaperKind.PIN, PaperKind.ID_CARD})
SHAPES: Mapping[PaperKind, re.Pattern[str]] = {
    PaperKind.ID_CARD: re.compile(r"AZE[0-9]{8}|AA[0-9]{7}", re.ASCII),
    PaperKind.PASSPORT: re.compile(r"[0-9A-Z]{5,15}", re.ASCII),
    PaperKind.PERMIT: re.compile(r"[0-9A-Z]{6,12}", re.ASCII),
}
WRONG_SHAPE: Mapping[PaperKind, str] = {
    PaperKind.ID_CARD: N_(
        "Seriya və nömrəni birlikdə yazın: AZE və 8 rəqəm, yaxud AA və 7 rəqəm. Nümunə: AZE12345678."
    ),
    PaperKind.PASSPORT: N_("Pasportun nömrəsi 5–15 latın hərfi və rəqəmdən ibarətdir. Nümunə: U1234567."),
    PaperKind.PERMIT: N_("İcazə vəsiqəsinin nömrəsi 6–12 latın hərfi və rəqəmdən ibarətdir. Nümunə: M1234567."),
}
_FIRMS = N_(
    "Bu, VÖEN-dir. VÖEN-i olanlara və şirkətlərə GÖÖEN verilmir: gömrük əməliyyatlarında VÖEN-dən istifadə edin."
)


def is_fresh(expires_at: datetime, now: datetime) -> bool:
    """Whether the look-up is so young that its PDF may still be on its way."""
    return now < expires_at - LIFE + PDF_PATIENCE


def check_paper(citizenship: str, kind: str, number: str) -> Paper:
    """Canonical, or says at which field what is wrong."""
    paper = PaperKind(kind)
    if (citizenship == HOME_COUNTRY) is not (paper in OF_CITIZENS):
        wanted = (
            N_("Azərbaycan vətəndaşı PİN-i və ya şəxsiyyət vəsiqəsinin seriyasını və nömrəsini yazır.")
            if citizenship == HOME_COUNTRY
            else N_("Xarici vətəndaş pasportunun və ya icazə vəsiqəsinin nömrəsini yazır.")
        )
        raise Invalid("gooen.paper", wanted, field="kind")
    if _is_voen(number):
        raise Invalid("gooen.is_voen", _FIRMS, field="number")
    if paper is PaperKind.PIN:
        return Paper(citizenship, paper, _pin(number))
    code = fold_code(number)
    if not SHAPES[paper].fullmatch(code):
        raise Invalid("gooen.number", WRONG_SHAPE[paper], field="number")
    return Paper(citizenship, paper, code)


def _pin(number: str) -> str:
    try:
        return check_pin(number)
    except Invalid as error:
        raise Invalid.collect(replace(problem, field="number") for problem in error.problems) from None


def _is_voen(number: str) -> bool:
    try:
        check_voen(number)
    except Invalid:
        return False
    return True


def refusal(person: RegisteredPerson, taxpayer: Taxpayer | None, today: date) -> Invalid | None:
    """Why this person gets no number, if so."""
    if person.died is not None:
        return Invalid("gooen.dead", N_("Reyestrdə bu şəxsin vəfatı qeyd olunub. GÖÖEN verilmir."))
    if person.expires is not None and person.expires < today:
        message = N_("Sənədin etibarlılıq müddəti {expired} tarixində bitib. Yeni sənədlə müraciət edin.")
        return Invalid("gooen.expired", message, expired=f"{person.expires:%d.%m.%Y}")
    if person.born > _years_before(today, ADULT):
        return Invalid("gooen.minor", N_("Şəxs 18 yaşına çatmayıb. Onun əvəzinə valideyni və ya qəyyumu bəyan edir."))
    if taxpayer is not None and taxpayer.is_active:
        message = N_(
            "Bu şəxs vergi ödəyicisidir. Gömrük əməliyyatlarında onun VÖEN-indən istifadə olunur, GÖÖEN verilmir."
        )
        return Invalid("gooen.taxpayer", message)
    return None


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # The 29th of February.
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class Card:
    """A person's data as they are shown: his own to himself, to anybody else what names nobody."""

    surname: str
    given_name: str
    patronymic: str
    born: str
    series: str
    document: str
    pin: str
    issuer: str
    issued: str
    expires: str


def card(person: RegisteredPerson, *, is_own: bool) -> Card:
    """Masks are of one length: how long a name is would tell something too."""
    shown = (
        (person.surname, person.given_name, person.patronymic, _day(person.born), person.document, person.pin)
        if is_own
        else ("XXXXXXXXXX", "XXXXXXXXXX", "XXXXXXXXXX", "XX.XX.XXXX", "XXXXXXXX", "XXXXXXX" if person.pin else "")
    )
    surname, given_name, patronymic, born, document, pin = shown
    return Card(
        surname,
        given_name,
        patronymic,
        born,
        person.series,
        document,
        pin,
        person.issuer,
        _day(person.issued),
        _day(person.expires),
    )


def _day(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def check_address(base_url: str, number: str) -> str:
    """Under the QR code: where anybody checks the number."""
    return f"{base_url}/gooen/check?number={number}"


def look_up_limits(address: str, paper: Paper) -> Sequence[Limit]:
    """Of one address, of its network, and of one person, whoever asks."""
    day, wide = timedelta(days=1), network(address)
    return [
        Limit("gooen.address", address, 10, timedelta(minutes=10)),
        Limit("gooen.address_day", address, 30, day),
        Limit("gooen.network_day", wide, 100, day),
        person_limit(paper),
    ]


def service_limit(hourly: int) -> Limit:
    """Of all who ask together: many addresses with many codes are still one flood to the register."""
    return Limit("gooen.service", "all", hourly, timedelta(hours=1))


def wrong_proof(person: RegisteredPerson, born: date | None, *, is_asked: bool) -> Invalid | None:
    """What is wrong with the birth date that somebody gave, or had to give."""
    if born is None:
        return Invalid("gooen.no_birth_date", N_("Doğum tarixini yazın."), field="born") if is_asked else None
    if born != person.born:
        return Invalid("gooen.birth_date", N_("Doğum tarixi reyestrdəki ilə eyni deyil."), field="born")
    return None


def person_limit(paper: Paper) -> Limit:
    return Limit("gooen.person", f"{paper.citizenship}/{paper.kind}/{paper.number}", 5, timedelta(days=1))


class Wrong(StrEnum):
    """What a person says is wrong in his data: the rows of the card, or something else."""

    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    BORN = "born"
    DOCUMENT = "document"
    ISSUER = "issuer"
    DATES = "dates"
    NOT_MINE = "not_mine"


WRONGS: Mapping[str, str] = {
    Wrong.SURNAME: N_("Soyadı"),
    Wrong.GIVEN_NAME: N_("Adı"),
    Wrong.PATRONYMIC: N_("Atasının adı"),
    Wrong.BORN: N_("Doğum tarixi"),
    Wrong.DOCUMENT: N_("Sənədin seriyası və ya nömrəsi"),
    Wrong.ISSUER: N_("Kim tərəfindən verilib"),
    Wrong.DATES: N_("Verilmə və ya etibarlılıq tarixi"),
    Wrong.NOT_MINE: N_("Bu mənim sənədim deyil"),
}


class Stage(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


STAGES: Mapping[str, str] = {Stage.OPEN: N_("Baxılır"), Stage.ANSWERED: N_("Cavab verilib")}
# Read out, typed and told over the phone; whoever knows it may read the answer.
CODE_LENGTH, CODE_GROUP = 12, 4


def new_correction_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)).upper()
    return "-".join(letters[at : at + CODE_GROUP] for at in range(0, CODE_LENGTH, CODE_GROUP))


def check_correction_code(text: str) -> str:
    """The canonical form of what was typed, with or without the lines between."""
    letters = "".join(letter for letter in fold_code(text) if letter.isalnum())
    return "-".join(letters[at : at + CODE_GROUP] for at in range(0, len(letters), CODE_GROUP))


def correction_limits(asker: str) -> Sequence[Limit]:
    return [Limit("gooen.correction", asker, 10, timedelta(hours=1))]


def follow_limits(address: str) -> Sequence[Limit]:
    return [Limit("gooen.follow", address, 30, timedelta(minutes=10))]
