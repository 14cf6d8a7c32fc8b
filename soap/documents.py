"""The library of documents: sending a file within the message, and the list of what is there."""

from io import BytesIO
from typing import Any

from spyne import Boolean, ByteArray, ComplexModel, Unicode

from app.core.context import Context
from app.core.errors import N_, Invalid
from app.documents import operations, queries, tickets
from soap import uploads
from soap.paging import PAGE, USUAL
from soap.services import Service, context_of, offered
from soap.types import Code, Count, Instant, Line, optional, repeated, required, simple
from soap.versions import NAMESPACE

LARGEST_INLINE = 7_000_000  # In base64, with or without line breaks, it stays below the gate's LONGEST_VALUE.


UPLOAD = N_("Ən çoxu 7 MB olan faylı (PDF, PNG, JPEG, TIFF) şəxsin və ya iştirakçının sənədləri arasında saxlayır.")
ASK = N_(
    "7 MB-dan böyük fayl üçün ünvan verir. Bayt ardıcıllığı həmin ünvana HTTP PUT ilə göndərilir, sonra bilet"
    " UploadDocument əməliyyatında göstərilir. Bilet bir saat qüvvədədir."
)
Sha256 = simple("Sha256", Unicode, pattern=r"[0-9a-f]{64}")
TicketText = simple("Ticket", Unicode, min_len=1, max_len=400)
LIST = N_("Şəxsin və ya iştirakçının sənədlərini yenidən köhnəyə doğru, səhifələrlə qaytarır.")
ONE_DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


class Document(ComplexModel):
    """A document of the library; the state says whether the scanner has let it through."""

    __namespace__ = NAMESPACE
    id = required(Code)
    name = required(Line)
    kind = required(Code)
    size = required(Count)
    pages = required(Count)
    sha256 = required(Code)
    state = required(Code)
    uploadedAt = optional(Instant)  # In lists.


class UploadTicket(ComplexModel):
    """Where the bytes are put (HTTP PUT) before UploadDocument names the ticket, and until when."""

    __namespace__ = NAMESPACE
    ticket = required(TicketText)
    address = required(Line)
    expiresAt = required(Instant)


class DocumentList(ComplexModel):
    """One page of the library, the newest first."""

    __namespace__ = NAMESPACE
    hasMore = required(Boolean)
    nextPageToken = optional(Code)
    document = repeated(Document)


class Documents(Service):
    @offered(
        "documents.upload_document",
        N_("Sənəd göndərmək"),
        required(Line),
        optional(ByteArray),
        optional(Line),
        optional(TicketText),
        returns=Document,
        takes_files=True,
        notes=UPLOAD,
        example={"name": "nöqtə.png", "content": ONE_DOT, "mediaType": "image/png"},
    )
    def UploadDocument(
        call: Any, name: str, content: list[bytes] | None, mediaType: str | None, ticket: str | None
    ) -> Document:
        """Stores a file of at most 7 MB, or one that was put under a ticket, in the library of who acts."""
        command = operations.UploadDocument(_content(context_of(call), content, ticket), name, mediaType or "")
        return Document(**_facts(operations.upload_document(context_of(call), command)))

    @offered(
        "documents.ask",
        N_("Böyük fayl üçün bilet"),
        required(Sha256),
        required(Count),
        returns=UploadTicket,
        notes=ASK,
        example={"sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "size": "8388608"},
    )
    def RequestUpload(call: Any, sha256: str, size: int) -> UploadTicket:
        """Gives the address to which the bytes of a file are put that is too large for a message."""
        ticket = tickets.ask(context_of(call), sha256, size)
        text = uploads.written(ticket)
        return UploadTicket(ticket=text, address=uploads.address_of(text), expiresAt=ticket.expires_at)

    @offered(
        "documents.list_documents",
        N_("Sənədlərin siyahısı"),
        *PAGE,
        returns=DocumentList,
        notes=LIST,
        example={"pageSize": "20"},
    )
    def ListDocuments(call: Any, pageSize: int | None, pageToken: str | None) -> DocumentList:
        """Lists the documents of the person or of the principal."""
        page = queries.list_documents(context_of(call), pageToken or "", int(pageSize or USUAL))
        entries = [Document(**_facts(found), uploadedAt=found.uploaded_at) for found in page.documents]
        return DocumentList(hasMore=page.older is not None, nextPageToken=page.older, document=entries)


def _content(context: Context, content: list[bytes] | None, ticket: str | None) -> BytesIO:
    if (content is None) == (ticket is None):
        raise Invalid("documents.one_content", N_("Ya content, ya da ticket göndərin."), field="content")
    if content is None:
        return BytesIO(b"".join(tickets.redeem(context, uploads.read(ticket or ""))))
    whole = b"".join(content)
    if len(whole) > LARGEST_INLINE:
        text = N_("Mesajın içində ən çoxu 7 MB fayl göndərilir. Daha böyük fayl üçün RequestUpload ilə bilet alın.")
        raise Invalid("documents.inline", text, field="content")
    return BytesIO(whole)


def _facts(found: operations.UploadedDocument | queries.DocumentDetails) -> dict[str, str | int]:
    return {
        "id": found.public_id,
        "name": found.name,
        "kind": str(found.kind),
        "size": found.size,
        "pages": found.pages,
        "sha256": found.sha256,
        "state": str(found.state),
    }
