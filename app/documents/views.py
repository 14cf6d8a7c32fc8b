"""The library of one's documents: the list, the upload and the download."""

from urllib.parse import quote

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.documents import operations, queries
from app.documents.forms import UploadForm
from app.documents.rules import FORMATS
from app.web.context import context
from app.web.guards import allow

blueprint = Blueprint("documents", __name__)

ACCEPT = ",".join(extension for form in FORMATS.values() for extension in form.extensions)
# Also when somebody opens the file in the browser after all, nothing in it runs or loads.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


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
    answer = Response(chunks, mimetype=document.media_type)
    answer.content_length = document.size
    # The plain name is for programs that do not know the other, which has every letter.
    names = {"filename": f"document.{document.kind}", "filename*": f"UTF-8''{quote(document.name, safe='')}"}
    answer.headers.set("Content-Disposition", "attachment", **names)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
