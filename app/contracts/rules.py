"""What an application has to say and to bring, by the regulation's two lists, and the limits that hold for it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.errors import N_, Invalid, Problem
from app.core.identifiers import PayerKind, check_email, check_iban, check_phone, check_pin, check_voen, payer_kind
from app.core.limits import Limit
from app.core.text import display_name, fold
from app.documents.rules import MEGABYTE


class Variant(StrEnum):
    FIRM = "firm"
    PERSON = "person"


class Step(StrEnum):
    """The parts of the form, one page each."""

    PAYER = "payer"
    PERSON = "person"
    CONTACT = "contact"


# Under this name what applicants ask for and its outcome are counted (regulation 3.4.1), beside the listed services.
SERVICE = "contracts"
VARIANTS: Mapping[str, str] = {
    Variant.FIRM: N_("Hüquqi şəxs"),
    Variant.PERSON: N_("Fiziki şəxs"),
}
BOTH = frozenset(Variant)
FIRM_ONLY, PERSON_ONLY = frozenset({Variant.FIRM}), frozenset({Variant.PERSON})
LETTERS_MAX, NAME_MAX, ADDRESS_MAX, POSITION_MAX = 4000, 120, 300, 100


def _text(most: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        shown = display_name(text, longest=10 * most)
        if len(shown) > most:
            message = N_("Mətn {most} işarədən uzun ola bilməz, sizdə {typed} işarədir.")
            raise Invalid("text.too_long", message, most=most, typed=len(shown))
        return shown

    return check


def _payer(text: str) -> str:
    payer_kind(text)
    return text.strip()


@dataclass(frozen=True, slots=True)
class Field:
    """A question: on which page, of whom, and how its answer is read. Without `missing` it may be left empty."""

    name: str
    step: Step
    variants: frozenset[Variant]
    label: str
    check: Callable[[str], str]
    missing: str = ""


FIELDS = (
    Field("payer", Step.PAYER, FIRM_ONLY, N_("VÖEN"), check_voen, N_("VÖEN-i yazın.")),
    Field("payer", Step.PAYER, PERSON_ONLY, N_("VÖEN və ya GÖÖEN"), _payer, N_("VÖEN və ya GÖÖEN-i yazın.")),
    Field("firm", Step.PAYER, FIRM_ONLY, N_("Hüquqi şəxsin adı"), _text(200), N_("Hüquqi şəxsin adını yazın.")),
    Field("address", Step.PAYER, BOTH, N_("Ünvan"), _text(ADDRESS_MAX), N_("Ünvanı yazın.")),
    Field("pin", Step.PERSON, BOTH, N_("FİN"), check_pin, N_("FİN-i yazın.")),
    Field("name", Step.PERSON, BOTH, N_("Ad, ata adı, soyad"), _text(NAME_MAX), N_("Adı və soyadı yazın.")),
    Field("position", Step.PERSON, FIRM_ONLY, N_("Vəzifə"), _text(POSITION_MAX), N_("Vəzifəni yazın.")),
    Field("phone", Step.CONTACT, BOTH, N_("Telefon"), check_phone, N_("Telefon nömrəsini yazın.")),
    Field("iban", Step.CONTACT, BOTH, N_("Bank hesabı (IBAN)"), check_iban),
)


def fields_of(variant: Variant, step: Step | None = None) -> list[Field]:
    return [field for field in FIELDS if variant in field.variants and step in {None, field.step}]


def read_answers(variant: Variant, step: Step, typed: Mapping[str, str]) -> dict[str, str]:
    """The canonical answers of a page, or all that is wrong with them."""
    read, problems = {}, list[Problem]()
    for field in fields_of(variant, step):
        try:
            read[field.name] = _read(field, typed.get(field.name, ""))
        except Invalid as error:
            problems += [Problem(one.code, one.message, field.name, None, one.facts) for one in error.problems]
    if problems:
        raise Invalid.collect(problems)
    return read


def _read(field: Field, text: str) -> str:
    if display_name(text):
        return field.check(text)
    if field.missing:
        raise Invalid("field.required", field.missing)
    return ""


class Paper(StrEnum):
    """The regulation's lists of documents, §2.6; the signed contract itself comes after the approval."""

    LETTER = "letter"
    REGISTRATION = "registration"
    EXTRACT = "extract"
    FOUNDERS = "founders"
    GOOEN = "gooen"
    IDENTITY = "identity"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class PaperRule:
    title: str
    variants: frozenset[Variant]
    number: int  # How many files it may consist of.
    missing: str = ""
    when: str = ""  # The condition under which it is needed; empty for always.


PAPERS: Mapping[Paper, PaperRule] = {
    Paper.LETTER: PaperRule(N_("DGK-ya rəsmi müraciət məktubu"), BOTH, 1, N_("Rəsmi müraciət məktubunu əlavə edin.")),
    Paper.REGISTRATION: PaperRule(
        N_("Hüquqi şəxsin dövlət qeydiyyatı haqqında şəhadətnamənin surəti"),
        FIRM_ONLY,
        1,
        N_("Dövlət qeydiyyatı haqqında şəhadətnamənin surətini əlavə edin."),
    ),
    Paper.EXTRACT: PaperRule(
        N_("Hüquqi şəxslərin dövlət reyestrindən çıxarışın notarial qaydada təsdiq olunmuş surəti"),
        FIRM_ONLY,
        1,
        N_("Dövlət reyestrindən çıxarışın surətini əlavə edin."),
        "non_commercial",
    ),
    Paper.FOUNDERS: PaperRule(
        N_("Təsisçinin və ya təsisçilərin şəxsiyyət vəsiqələrinin surəti"),
        FIRM_ONLY,
        10,
        N_("Təsisçilərin şəxsiyyət vəsiqələrinin surətini əlavə edin."),
    ),
    Paper.GOOEN: PaperRule(N_("GÖÖEN-in surəti"), PERSON_ONLY, 1, N_("GÖÖEN-in surətini əlavə edin."), "gooen"),
    Paper.IDENTITY: PaperRule(
        N_("Şəxsiyyət vəsiqəsinin surəti"), PERSON_ONLY, 2, N_("Şəxsiyyət vəsiqəsinin surətini əlavə edin.")
    ),
    Paper.SIGNED: PaperRule(N_("İmzalanmış müqavilənin skan edilmiş surəti"), frozenset(), 1),
}


def papers_of(variant: Variant, payer: str, *, is_non_commercial: bool) -> list[Paper]:
    """What this applicant has to bring."""
    holds = {"": True, "non_commercial": is_non_commercial, "gooen": is_gooen(payer)}
    return [paper for paper, rule in PAPERS.items() if variant in rule.variants and holds[rule.when]]


def is_gooen(payer: str) -> bool:
    return bool(payer) and payer_kind(payer) is PayerKind.GOOEN


def subjects_of(variant: Variant, papers: list[Paper]) -> dict[str, str]:
    """What an officer can find fault with: the answers and the papers, with their names."""
    return {field.name: field.label for field in fields_of(variant)} | {paper: PAPERS[paper].title for paper in papers}


def check_faults(subjects: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, str]:
    found = {name: display_name(text, LETTERS_MAX) for name, text in faults.items() if display_name(text)}
    if not found:
        raise Invalid("contracts.no_fault", N_("Nəyin düzəldilməli olduğunu ən azı bir yerdə yazın."))
    if unknown := found.keys() - subjects.keys():
        raise Invalid("contracts.fault", N_("Bu müraciətdə belə bənd yoxdur: {subject}."), subject=min(unknown))
    return found


def check_reason(text: str, field: str = "reason") -> str:
    if not display_name(text):
        raise Invalid("contracts.reason", N_("Əsası yazın: müraciət edən onu oxuyacaq."), field=field)
    return _text(LETTERS_MAX)(text)


def check_signed_on(signed_on: date, approved_on: date, today: date) -> None:
    if signed_on > today:
        raise Invalid("contracts.signed_later", N_("İmza tarixi gələcəkdə ola bilməz."), field="signed_on")
    if signed_on < approved_on:
        message = N_("Müqavilə təsdiq edildiyi gündən əvvəl imzalana bilməz.")
        raise Invalid("contracts.signed_earlier", message, field="signed_on")


def check_address(text: str) -> str:
    if not text.strip():
        raise Invalid("field.required", N_("Elektron poçt ünvanını yazın."), field="email")
    try:
        return check_email(text)
    except Invalid as error:
        raise Invalid.collect([Problem(one.code, one.message, "email") for one in error.problems]) from None


def username_stem(name: str) -> str:
    """The surname in ASCII letters; a name that has none gives a neutral word. A number is put behind it."""
    words = ["".join(letter for letter in word if "a" <= letter <= "z") for word in fold(name).split()]
    return next((word for word in reversed(words) if word), "xifi")[:20]


KEY_LIFE = timedelta(days=30)  # A link back to the application; every mail brings a new one.
FILES_MOST = 25
BYTES_MOST = 60 * MEGABYTE


def begin_limits(email: str, address: str) -> tuple[Limit, ...]:
    """Whoever begins makes us write to an address that is not yet known to be his."""
    return (
        Limit("contracts.mail", email.strip().lower(), 5, timedelta(days=1)),
        Limit("contracts.begin", address, 20, timedelta(hours=1)),
    )


def key_limits(address: str) -> tuple[Limit, ...]:
    return (Limit("contracts.key", address, 60, timedelta(hours=1)),)


def upload_limits(address: str) -> tuple[Limit, ...]:
    return (Limit("contracts.upload", address, 60, timedelta(minutes=10)),)


def paper_limits(used: list[tuple[Paper, int]], paper: Paper, size: int) -> Iterator[Problem]:
    """What one more file of this size would go beyond."""
    if len(used) >= FILES_MOST or sum(one for _, one in used) + size > BYTES_MOST:
        message = N_("Müraciətə ən çoxu {files} fayl, birlikdə {megabytes} MB əlavə etmək olar.")
        yield Problem("contracts.too_much", message, "file", None, {"files": FILES_MOST, "megabytes": 60})
    if sum(1 for one, _ in used if one is paper) >= PAPERS[paper].number:
        message = N_("Bu sənəd artıq əlavə edilib. Dəyişmək üçün əvvəlcə onu siyahıdan çıxarın.")
        yield Problem("contracts.paper_there", message, "file")


def terms(since: date, text: str) -> "Term":
    """What the table says for contracts signed on that day."""
    rows = [line.split(",") for line in text.splitlines()[1:]]
    table = sorted(Term(date.fromisoformat(begins), int(months), int(days)) for begins, months, days in rows)
    return next(term for term in reversed(table) if term.since <= since)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """From that day on contracts run for so many months, and can be renewed in so many days before their end."""

    since: date
    months: int
    renewable_days: int
