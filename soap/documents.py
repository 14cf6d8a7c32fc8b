"""The library of documents: sending a file within the message, and the list of what is there."""

from io import BytesIO
from typing import Any

from spyne import Boolean, ByteArray, ComplexModel

from app.core.errors import N_, Invalid
from app.documents import operations, queries
from soap.paging import PAGE, USUAL
from soap.services import Service, context_of, offered
from soap.types import Code, Count, Instant, Line, optional, repeated, required
from soap.versions import NAMESPACE

LARGEST_INLINE = 7 * 1024 * 1024  # libxml2 takes no longer text than ten million characters.


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
        required(ByteArray),
        optional(Line),
        returns=Document,
    )
    def UploadDocument(call: Any, name: str, content: list[bytes] | None, mediaType: str | None) -> Document:
        """Stores a file of at most 7 MB in the library of the person or of the principal."""
        whole = b"".join(content or ())  # An empty element is read as nothing at all.
        if len(whole) > LARGEST_INLINE:
            raise Invalid("documents.inline", N_("Mesajın içində ən çoxu 7 MB fayl göndərilir."), field="content")
        command = operations.UploadDocument(BytesIO(whole), name, mediaType or "")
        return Document(**_facts(operations.upload_document(context_of(call), command)))

    @offered("documents.list_documents", N_("Sənədlərin siyahısı"), *PAGE, returns=DocumentList)
    def ListDocuments(call: Any, pageSize: int | None, pageToken: str | None) -> DocumentList:
        """Lists the documents of the person or of the principal."""
        page = queries.list_documents(context_of(call), pageToken or "", int(pageSize or USUAL))
        entries = [Document(**_facts(found), uploadedAt=found.uploaded_at) for found in page.documents]
        return DocumentList(hasMore=page.older is not None, nextPageToken=page.older, document=entries)


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
