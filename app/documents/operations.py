"""What changes the library of documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import BinaryIO

from sqlalchemy import select, update

from app.core.clock import BAKU, baku_date
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, NotFound, Unavailable
from app.core.limits import Limit
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.documents.intake import Accepted, spooled, take_in
from app.documents.models import Document
from app.documents.queries import belongs_to, size_since
from app.documents.rules import LIMITS, MEGABYTE, STATE_OF_VERDICT, Kind, State, refusal

RESCAN = "documents.rescan"


@dataclass(frozen=True, slots=True)
class UploadDocument:
    """A file as it came; its bytes are read once and never held in memory whole."""

    content: BinaryIO
    name: str
    declared_type: str = ""


@dataclass(frozen=True, slots=True)
class UploadedDocument:
    public_id: str
    name: str
    kind: Kind
    size: int
    pages: int
    sha256: str
    state: State
    is_new: bool


def _upload_limits(context: Context, _command: UploadDocument) -> Sequence[Limit]:
    return [Limit("documents.upload", context.actor.reference, 120, timedelta(minutes=10))]


def _take_in(context: Context, command: UploadDocument) -> Accepted:
    return take_in(context.ports, command.content, command.name, command.declared_type)


def _sameness(accepted: Accepted) -> tuple[str, str]:
    return accepted.name, accepted.sha256


@operation(service="clearance-documents", limits=_upload_limits, before=_take_in, sameness=_sameness)
def upload_document(context: Context, accepted: Accepted) -> UploadedDocument:
    """The same content of the same owner is the same document, however often and under whatever name it is sent."""
    is_new = _insert(context, accepted)
    if is_new and size_since(context, _beginning_of_day(context)) > LIMITS.size_per_day:
        raise refusal("daily_size", megabytes=LIMITS.size_per_day // MEGABYTE)
    document = _find_own(context, accepted.sha256)
    if document.state is State.QUARANTINED:
        document.state = accepted.state
    context.about("document", document.public_id, format=document.kind.value, size=document.size, is_new=is_new)
    if document.state is State.QUARANTINED:
        context.send(RESCAN, {"document": document.public_id}, key=f"{RESCAN}/{document.public_id}")
    return UploadedDocument(
        document.public_id,
        document.name,
        document.kind,
        document.size,
        document.pages,
        document.sha256,
        document.state,
        is_new,
    )


def _insert(context: Context, accepted: Accepted) -> bool:
    """Add the row unless it is there; two uploads of one file at the same moment make one row."""
    values = {
        "public_id": new_public_id(),
        "participant_id": context.actor.participant_id,
        "person_id": context.actor.person_id,
        "name": accepted.name,
        "kind": accepted.kind,
        "size": accepted.size,
        "pages": accepted.pages,
        "sha256": accepted.sha256,
        "state": accepted.state,
        "signature": "",
        "uploaded_at": context.clock.now(),
    }
    statement = insert(context.session, Document).values(**values).on_conflict_do_nothing().returning(Document.id)
    return context.session.scalar(statement) is not None


def _find_own(context: Context, sha256: str) -> Document:
    statement = select(Document).where(belongs_to(context.actor), Document.sha256 == sha256)
    return context.session.scalars(statement.with_for_update()).one()


def _beginning_of_day(context: Context) -> datetime:
    return datetime.combine(baku_date(context.clock.now()), time(), BAKU)


@dataclass(frozen=True, slots=True)
class RescanDocument:
    public_id: str


@dataclass(frozen=True, slots=True)
class Rescanned:
    public_id: str
    state: State
    signature: str


def _scan_again(context: Context, command: RescanDocument) -> Rescanned:
    sha256 = context.session.scalar(select(Document.sha256).where(Document.public_id == command.public_id))
    if sha256 is None:
        raise NotFound("documents.unknown", N_("Belə sənəd tapılmadı."))
    with spooled(context.ports.blobs.open(sha256)) as path:
        found = context.ports.scanner.scan(path)
    state = STATE_OF_VERDICT[found.verdict]
    if state is State.QUARANTINED:
        raise Unavailable("documents.scanner", N_("Virus yoxlaması hazırda cavab vermir."))
    return Rescanned(command.public_id, state, found.signature)


@operation(before=_scan_again, repeatable=False)
def rescan(context: Context, rescanned: Rescanned) -> Rescanned:
    """Ask the scanner again: of a document that waits in quarantine, or of any when there are new signatures."""
    changes = {"state": rescanned.state, "signature": rescanned.signature}
    context.session.execute(update(Document).where(Document.public_id == rescanned.public_id).values(**changes))
    context.about("document", rescanned.public_id, state=rescanned.state.value)
    return rescanned
