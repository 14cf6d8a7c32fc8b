"""The published register for everybody, file by file, and the door for its witnesses."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from app.archive.operations import Cosign, cosign
from app.archive.publishing import VKEY
from app.core.errors import DomainError
from app.web.context import context, ports
from app.web.errors import status_of
from app.web.guards import allow

blueprint = Blueprint("archive", __name__, url_prefix="/log")

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=1"
LONGEST_LINES = 64 * 1024
TEXT = "text/plain; charset=utf-8"


@blueprint.get("/checkpoint")
@allow("archive.read_log")
def checkpoint() -> ResponseReturnValue:
    return _file("checkpoint", TEXT, FOR_A_MOMENT)


@blueprint.get("/vkey")
@allow("archive.read_log")
def vkey() -> ResponseReturnValue:
    return _file(VKEY, TEXT, FOR_A_MOMENT)


@blueprint.get("/<path:name>")
@allow("archive.read_log")
def tile(name: str) -> ResponseReturnValue:
    """Only what is written as the name of a tile ever becomes a path."""
    from signing.errors import Malformed
    from signing.transparency.tiles import parse_path

    try:
        path = parse_path(name).path
    except Malformed:
        abort(404)
    return _file(path, "application/octet-stream", FOR_EVER)


def _file(path: str, content_type: str, kept: str) -> Response:
    from signing.transparency.tiles import NotServed

    try:
        content = ports().log.read(path)
    except NotServed:
        abort(404)
    return Response(content, content_type=content_type, headers={"Cache-Control": kept})


@blueprint.post("/cosignature")
@allow("archive.cosign")
def cosignature() -> ResponseReturnValue:
    """Signature lines, as text. No token of a form protects it: the signature itself says whose it is."""
    lines = request.get_data()
    if len(lines) > LONGEST_LINES:
        abort(413)
    try:
        cosign(context(), Cosign(lines))
    except DomainError as error:
        return Response(f"{error.code}\n", *status_of(error), content_type=TEXT)
    return Response("taken\n", content_type=TEXT)
