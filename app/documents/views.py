"""The library of one's documents: the list, the upload and the download."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.documents import operations, queries
from app.documents.forms import UploadForm
from app.documents.rules import FORMATS
from app.web.attachments import attached
from app.web.context import context
from app.web.guards import allow

blueprint = Blueprint("documents", __name__)

ACCEPT = ",".join(extension for form in FORMATS.values() for extension in form.extensions)


@blueprint.get("/documents")
@allow("documents.list_documents")
def library() -> ResponseReturnValue:
    return _page(UploadForm())


@blueprint.post("/documents")
@allow("documents.upload_document")
def upload() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate():
        with form.refusals():
            uploaded = operations.upload_document(context(), form.command())
            return redirect(url_for(".library", sent=uploaded.public_id), 303)
    return _page(form)


def _page(form: UploadForm) -> ResponseReturnValue:
    page = queries.list_documents(context(), request.args.get("older", ""))
    sent = next((row for row in page.documents if row.public_id == request.args.get("sent")), None)
    return form.page("documents/library.html", documents=page.documents, older=page.older, sent=sent, accept=ACCEPT)


@blueprint.get("/documents/<public_id>")
@allow("documents.get_document")
def download(public_id: str) -> ResponseReturnValue:
    document, chunks = queries.open_document(context(), public_id)
    answer = attached(chunks, document.media_type, f"document.{document.kind}", name=document.name)
    answer.content_length = document.size
    return answer
