"""The signature on the contract: the applicant's own, in a container, or on paper as an officer records it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from app.archive.operations import Examined, KeepContainer, examine, take
from app.archive.queries import open_container
from app.archive.rules import Kind, policy_of
from app.contracts import schedule
from app.contracts.machine import Event, move_of
from app.contracts.models import Contract
from app.contracts.operations import moving
from app.contracts.operations.papers import put
from app.contracts.queries import Case, Key, get_case, get_own, open_contract_text
from app.contracts.rules import SERVICE, Paper, check_signed_on
from app.contracts.wording import FILE_NAME
from app.core.clock import baku_date
from app.core.context import Actor, Context
from app.core.errors import N_, Conflict, Invalid, NotFound, Unavailable
from app.core.operation import operation
from app.documents.intake import Accepted, take_in
from app.signatures.rules import Wanted

LARGEST_CONTAINER = 1 << 20


def unsigned_container(context: Context, key: Key) -> bytes:
    """What the applicant takes to his own tool to be signed."""
    from signing.received import unsigned

    return unsigned(wanted(context, get_own(context, key)).files)


def wanted(context: Context, case: Case) -> Wanted:
    """The text of the contract, by the person whom it names."""
    from signing.data_file import data_file

    files = [data_file(FILE_NAME, open_contract_text(context, case))]
    return Wanted(f"contract {case.public_id}", case.answers["pin"], files)


def to_be_signed(context: Context, key: Key) -> tuple[Case, Wanted]:
    """The applicant's own, at the moment when it waits for his signature."""
    case = get_own(context, key)
    move_of(case.state, Event.SIGN)
    return case, wanted(context, case)


def signed_container(context: Context, case: Case) -> bytes:
    """As the archive has it by now; whoever asks has been let in by the contract."""
    if not case.container:
        raise NotFound("contracts.no_container", N_("Müqavilə elektron imza ilə imzalanmayıb."))
    archivist = replace(context, actor=Actor.system("contracts"))
    return b"".join(open_container(archivist, case.container)[1])


@dataclass(frozen=True, slots=True)
class SignContract:
    key: Key
    content: bytes


@dataclass(frozen=True, slots=True)
class SignedContract:
    """A container that was found to be the right one, completed and stored; it lacks only its row."""

    key: Key
    text_sha256: str
    examined: Examined


def _examine(context: Context, command: SignContract) -> SignedContract:
    case, what = to_be_signed(context, command.key)
    return found_good(context, command.key, case, what, command.content)


def found_good(context: Context, key: Key, case: Case, what: Wanted, returned: bytes) -> SignedContract:
    """Stamped, examined to the last check and stored, wherever it was signed; or the one reason why not."""
    from signing.received import unsigned

    context.session.rollback()  # Nothing is held while time-stamp and revocation are asked for.
    done = _accepted(context, unsigned(what.files), returned, what.pin)
    return SignedContract(key, case.text_sha256, examine(context, KeepContainer(done, Kind.CONTRACT, case.number)))


def _accepted(context: Context, sent: bytes, returned: bytes, pin: str) -> bytes:
    """Bytes as they were sent out, signed by the person of the contract, or the one reason why not."""
    from signing.errors import Malformed, SigningError, Unreachable
    from signing.received import NotSigned, NotValid, OtherFiles, OtherPerson, accept
    from signing.report_words import sentence
    from signing.subjects import natural_person_id

    if len(returned) > LARGEST_CONTAINER:
        raise _refused("size", N_("Fayl müqavilənin konteyneri üçün çox böyükdür."))
    services, known = context.ports.trust.services, tuple(context.ports.trust.authorities)
    # A card often holds its own certificate alone, and its tool sends no more along.
    trust = replace(context.ports.trust.roots, intermediates=known)
    told = {"services": services, "trust": trust, "policy": policy_of(Kind.CONTRACT), "at": context.clock.now()}
    try:
        return accept(sent, returned, natural_person_id(pin), **told)  # type: ignore[arg-type]
    except OtherFiles:
        raise _refused(
            "other_text",
            N_("Konteynerdəki müqavilə portaldakı mətnlə eyni deyil. Konteyneri yenidən yükləyib imzalayın."),
        ) from None
    except NotSigned:
        raise _refused("not_signed", N_("Konteyner imzalanmayıb. Onu imzalayıb yenidən göndərin.")) from None
    except OtherPerson:
        raise _refused("other_person", N_("Müqaviləni onda göstərilmiş şəxs öz FİN-i ilə imzalamalıdır.")) from None
    except NotValid as error:
        reason = sentence(error.report, context.language)
        message = N_("İmza qəbul edilmədi. {reason}")
        raise Invalid("contracts.not_valid", message, field="file", reason=reason) from None
    except Unreachable as error:
        message = N_("İmzanın yoxlanılması üçün lazım olan xidmət hazırda cavab vermir. Bir azdan yenidən göndərin.")
        raise Unavailable("contracts.services", message) from error
    except Malformed:
        raise _refused("no_container", N_("Fayl ASiC-E konteyneri (.asice) deyil və ya zədələnib.")) from None
    except SigningError:
        raise _refused(
            "not_acceptable",
            N_("İmzanı tamamlamaq mümkün olmadı: sertifikatınız tanınmadı. Milli mərkəzin kartı ilə imzalayın."),
        ) from None


def _refused(code: str, message: str) -> Invalid:
    return Invalid(f"contracts.{code}", message, field="file")


@operation(service=SERVICE, before=_examine, repeatable=False)
def sign(context: Context, signed: SignedContract) -> None:
    conclude(context, signed)


def conclude(context: Context, signed: SignedContract) -> None:
    """Part of an operation: the contract is signed."""
    row = moving.own(context, signed.key)
    if row.text_sha256 != signed.text_sha256:
        raise Conflict(
            "contracts.other_text",
            N_("Müqavilənin mətni bu arada dəyişib. Səhifəni yenidən açıb təzə mətni imzalayın."),
        )
    row.container = take(context, signed.examined).public_id
    _begin_term(row, baku_date(context.clock.now()))
    moving.move(context, row, Event.SIGN)


def _begin_term(row: Contract, signed_on: date) -> None:
    """From its signature on: a month for the user name, and the term of the contract."""
    row.signed_on, row.due_on, row.alarm_on = signed_on, schedule.due(signed_on), schedule.alarm(signed_on)
    row.valid_until = schedule.last_day(signed_on)


@dataclass(frozen=True, slots=True)
class RecordSignature:
    public_id: str
    version: int
    signed_on: date
    content: BinaryIO
    name: str
    declared_type: str = ""


@dataclass(frozen=True, slots=True)
class RecordedSignature:
    public_id: str
    version: int
    signed_on: date
    scan: Accepted


def _take_scan(context: Context, command: RecordSignature) -> RecordedSignature:
    move_of(get_case(context, command.public_id).state, Event.RECORD)
    context.session.rollback()
    scan = take_in(context.ports, command.content, command.name, command.declared_type)
    return RecordedSignature(command.public_id, command.version, command.signed_on, scan)


@operation(before=_take_scan, repeatable=False)
def record_signature(context: Context, recorded: RecordedSignature) -> None:
    """The paper that both sides have signed, and on which day."""
    row = moving.officers(context, recorded.public_id, recorded.version)
    today = baku_date(context.clock.now())
    check_signed_on(recorded.signed_on, row.approved_on or today, today)
    put(context, row, Paper.SIGNED, recorded.scan)
    _begin_term(row, recorded.signed_on)
    moving.move(context, row, Event.RECORD)
