"""What is read of documents; every look is limited to what the actor may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.core.context import Actor, Context
from app.core.errors import N_, Conflict, NotFound
from app.core.paging import place
from app.core.roles import Role
from app.documents.models import Document
from app.documents.rules import FORMATS, OPEN, Kind, State

OFFICERS = frozenset({Role.OFFICER, Role.SENIOR_OFFICER})
PAGE = 50


@dataclass(frozen=True, slots=True)
class DocumentDetails:
    public_id: str
    name: str
    kind: Kind
    size: int
    pages: int
    sha256: str
    state: State
    uploaded_at: datetime

    @property
    def media_type(self) -> str:
        return FORMATS[self.kind].media_types[0]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class DocumentPage:
    documents: list[DocumentDetails]
    # Where the next page begins; None on the last one.
    older: str | None


DETAILS = select(
    Document.public_id,
    Document.name,
    Document.kind,
    Document.size,
    Document.pages,
    Document.sha256,
    Document.state,
    Document.uploaded_at,
)


def belongs_to(actor: Actor) -> ColumnElement[bool]:
    """The documents of the participant for whom he acts, or else his own."""
    if actor.participant_id is not None:
        return Document.participant_id == actor.participant_id
    return Document.participant_id.is_(None) & (Document.person_id == actor.person_id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """An officer sees what the scanner has let through, whoever it belongs to."""
    return Document.state.in_(OPEN) if actor.roles & OFFICERS else belongs_to(actor)


def get_document(context: Context, public_id: str) -> DocumentDetails:
    """A document of somebody else is as one that does not exist."""
    statement = DETAILS.where(Document.public_id == public_id, visible_to(context.actor))
    row = context.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound("documents.unknown", N_("Belə sənəd tapılmadı."))
    return DocumentDetails(*row)


def open_document(context: Context, public_id: str) -> tuple[DocumentDetails, Iterator[bytes]]:
    """The document with its content, which nobody gets before the scanner has let it through."""
    document = get_document(context, public_id)
    if document.state is State.QUARANTINED:
        raise Conflict(
            "documents.quarantined", N_("Sənəd hələ viruslara görə yoxlanılır. Bir azdan yenidən cəhd edin.")
        )
    if document.state is State.INFECTED:
        raise Conflict("documents.blocked", N_("Sənəddə zərərli proqram tapılıb, ona görə də açıla bilməz."))
    return document, context.ports.blobs.open(document.sha256)


def list_documents(context: Context, older_than: str = "", number: int = PAGE) -> DocumentPage:
    """The actor's library, newest first; a page begins behind the document that the page before ended with."""
    statement = DETAILS.where(belongs_to(context.actor)).order_by(Document.id.desc()).limit(number + 1)
    if older_than:
        last = select(Document.id).where(Document.public_id == older_than, belongs_to(context.actor))
        statement = statement.where(Document.id < place(context.session, last))
    found = [DocumentDetails(*row) for row in context.session.execute(statement)]
    return DocumentPage(found[:number], found[number - 1].public_id if len(found) > number else None)


def size_since(context: Context, instant: datetime) -> int:
    """How many bytes the actor's library has grown by."""
    statement = select(func.coalesce(func.sum(Document.size), 0))
    total: int = context.session.scalars(
        statement.where(belongs_to(context.actor), Document.uploaded_at >= instant)
    ).one()
    return total
