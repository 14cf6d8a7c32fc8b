"""The address at which the bytes of an upload ticket are put: plain HTTP, beside the messages."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, current_app
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Request, Response

from app.core.errors import DomainError
from app.documents.tickets import Ticket, receive, unknown
from app.settings import Settings
from app.web.context import clock, ports
from app.web.errors import status_of
from app.web.i18n import LANGUAGES, translate
from soap.gateway import PATH

FOLDER = f"{PATH}/uploads/"


def written(ticket: Ticket) -> str:
    """The ticket as a text that nobody else can make; nothing of it is stored."""
    return str(_signer().dumps(ticket.facts))


def read(text: str) -> Ticket:
    try:
        return Ticket.of(_signer().loads(text))
    except BadSignature:
        raise unknown() from None


def address_of(text: str) -> str:
    return f"{ports().base_url}{FOLDER}{text}"


def _signer() -> URLSafeSerializer:
    settings: Settings = current_app.extensions["settings"]
    return URLSafeSerializer(settings.secret_key, salt="upload ticket")


class Uploads:
    def __init__(self, flask_app: Flask) -> None:
        self._flask_app = flask_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        with self._flask_app.app_context():
            response = _receive(request)
        response.headers["Cache-Control"] = "no-store"
        return response(environ, start_response)


def _receive(request: Request) -> Response:
    if request.method != "PUT":
        return Response("PUT", 405, {"Allow": "PUT"})
    try:
        receive(ports(), read(request.path.removeprefix(FOLDER)), request.stream, clock().now())
    except DomainError as error:
        status, headers = status_of(error)
        language = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
        text = f"{error.code}: {translate(language, error.message, **error.facts)}\n"
        return Response(text, status, headers, mimetype="text/plain")
    return Response(status=204)
