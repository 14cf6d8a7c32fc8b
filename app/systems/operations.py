"""Registering systems and their certificates, closing them, and noting the signatures that have been used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select, update

from app.core.clock import baku_date
from app.core.context import Context
from app.core.db import Prepared, insert, write_transaction
from app.core.errors import N_, Invalid, NotFound
from app.core.operation import operation
from app.reference.queries import list_offices
from app.systems.models import CallingSystem, SeenSignature, SystemCertificate
from app.systems.rules import Kind, check_office


@dataclass(frozen=True, slots=True)
class RegisterSystem:
    code: str
    name: str
    kind: Kind
    operations: tuple[str, ...]
    valid_until: date | None = None
    office: str = ""


@operation()
def register_system(context: Context, command: RegisterSystem) -> None:
    operations = " ".join(sorted(command.operations))
    known = {office.code for office in list_offices(context.session, baku_date(context.clock.now()))}
    values = {
        "code": command.code,
        "name": command.name,
        "kind": command.kind,
        "office": check_office(command.kind, command.office, known),
        "operations": operations,
        "valid_until": command.valid_until,
        "registered_at": context.clock.now(),
    }
    statement = insert(context.session, CallingSystem).values(**values).on_conflict_do_nothing()
    if context.session.execute(statement.returning(CallingSystem.id)).one_or_none() is None:
        raise Invalid("systems.code", N_("Bu kodla sistem artıq qeydiyyatdadır."), field="code")
    context.about("system", command.code, system_kind=str(command.kind), operations=operations)


@dataclass(frozen=True, slots=True)
class ChangeSystem:
    code: str
    operations: tuple[str, ...]
    valid_until: date | None = None


@operation()
def change_system(context: Context, command: ChangeSystem) -> None:
    """What it may call and until when, from the next call on."""
    operations = " ".join(sorted(command.operations))
    context.about("system", command.code, operations=operations)
    _change(context, command.code, {"operations": operations, "valid_until": command.valid_until})


@dataclass(frozen=True, slots=True)
class CloseSystem:
    code: str


@operation()
def close_system(context: Context, command: CloseSystem) -> None:
    context.about("system", command.code)
    _change(context, command.code, {"closed_at": context.clock.now()})


def _change(context: Context, code: str, values: Mapping[str, object]) -> None:
    standing = update(CallingSystem).where(CallingSystem.code == code, CallingSystem.closed_at.is_(None))
    if context.session.execute(standing.values(**values).returning(CallingSystem.id)).one_or_none() is None:
        raise no_such_system()


def no_such_system() -> NotFound:
    return NotFound("systems.unknown", N_("Belə sistem yoxdur və ya o, artıq bağlanıb."))


@dataclass(frozen=True, slots=True)
class AddCertificate:
    """`certificate` is PEM or DER, as the system's owner sent it."""

    code: str
    certificate: bytes


@dataclass(frozen=True, slots=True)
class ReadCertificate:
    code: str
    sha256: str
    subject: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AddedCertificate:
    sha256: str


def _read(context: Context, command: AddCertificate) -> ReadCertificate:
    from signing.certificates import load_file, to_der
    from signing.errors import Malformed

    try:
        (found,) = load_file(command.certificate)
    except (Malformed, ValueError):
        raise Invalid("systems.certificate", N_("Fayl X.509 sertifikatı deyil."), field="certificate") from None
    if found.not_valid_after_utc <= context.clock.now():
        raise Invalid("systems.expired", N_("Sertifikatın müddəti bitib."), field="certificate")
    subject = found.subject.rfc4514_string()[:300]
    return ReadCertificate(command.code, sha256(to_der(found)).hexdigest(), subject, found.not_valid_after_utc)


@operation(before=_read)
def add_certificate(context: Context, read: ReadCertificate) -> AddedCertificate:
    open_one = select(CallingSystem.id).where(CallingSystem.code == read.code, CallingSystem.closed_at.is_(None))
    system_id = context.session.scalar(open_one)
    if system_id is None:
        raise no_such_system()
    values = {
        "sha256": read.sha256,
        "system_id": system_id,
        "subject": read.subject,
        "expires_at": read.expires_at,
        "added_at": context.clock.now(),
    }
    statement = insert(context.session, SystemCertificate).values(**values).on_conflict_do_nothing()
    if context.session.execute(statement.returning(SystemCertificate.sha256)).one_or_none() is None:
        raise Invalid("systems.certificate_known", N_("Bu sertifikat artıq qeydiyyatdadır."), field="certificate")
    context.about("system", read.code, certificate=read.sha256)
    return AddedCertificate(read.sha256)


@dataclass(frozen=True, slots=True)
class RevokeCertificate:
    code: str
    sha256: str


@operation()
def revoke_certificate(context: Context, command: RevokeCertificate) -> None:
    context.about("system", command.code, certificate=command.sha256)
    of_system = select(CallingSystem.id).where(CallingSystem.code == command.code)
    standing = update(SystemCertificate).where(
        SystemCertificate.sha256 == command.sha256,
        SystemCertificate.system_id.in_(of_system),
        SystemCertificate.revoked_at.is_(None),
    )
    changed = standing.values(revoked_at=context.clock.now()).returning(SystemCertificate.sha256)
    if context.session.execute(changed).one_or_none() is None:
        raise NotFound("systems.no_certificate", N_("Sistemin belə sertifikatı yoxdur və ya o, artıq ləğv edilib."))


_NOTE = Prepared(
    lambda insert: (
        insert(SeenSignature).on_conflict_do_nothing(index_elements=["digest"]).returning(SeenSignature.digest)
    )
)


def note_signature(context: Context, digest: str, until: datetime) -> bool:
    """Whether it was not seen before; durable, since a copy must not pass after a power cut either."""
    with write_transaction(context.session):
        return _NOTE(context.session, {"digest": digest, "until": until}).one_or_none() is not None
