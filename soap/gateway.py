"""The door itself: every request gets a number, every answer is whole before it leaves, every error is a fault."""

import hashlib
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from spyne import ServiceBase
from werkzeug import Request, Response

from app.core.clock import baku_date
from app.core.context import ANONYMOUS, Channel, Context, new_reference
from app.core.db import db
from app.core.errors import N_, NotFound
from app.settings import Settings
from app.web.context import clock, ports
from app.web.i18n import LANGUAGES
from soap import xroad
from soap.calls import Calls
from soap.contract import describe, methods
from soap.examples import Examples
from soap.faults import Fault, broken, fault_of, write_fault
from soap.gate import USUAL_LENGTH, check_length, read_call, spoken_version
from soap.headers import find_header, read_header, response_header
from soap.identity import Envelope, identify
from soap.presented import presented
from soap.services import notice_of, takes_files
from soap.versions import NAMESPACE, SOAP_1_1, VERSIONS, Version

log = logging.getLogger("soap.access")

PATH = "/soap/v1"


@dataclass(slots=True)
class Exchange:
    """What is known of a request so far; its fault is written from the same."""

    reference: str
    version: Version = SOAP_1_1
    language: str = LANGUAGES[0]
    operation: str = "-"
    code: str = ""
    system: str = ""
    echoed: tuple[bytes, ...] = ()  # Headers that go back as they came.


class Gateway:
    def __init__(self, flask_app: Flask, settings: Settings, services: tuple[type[ServiceBase], ...]) -> None:
        address = settings.base_url + PATH
        self._flask_app = flask_app
        self._longest = settings.max_body
        self._calls = Calls(services, address)
        application = self._calls.application
        self._descriptions = {version.number: describe(application, address, (version,)) for version in VERSIONS}
        self._descriptions[""] = describe(application, address)
        examples = Examples(self._descriptions[""])
        self.operations = tuple(examples.page(method) for method in methods(application))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        request, exchange = Request(environ), Exchange(new_reference())
        try:
            response = self._respond(request, exchange)
        except Exception as error:  # noqa: BLE001 - whatever it is, it leaves as a fault
            response = self._refuse(exchange, fault_of(error, exchange.reference))
        response.headers["X-Content-Type-Options"] = "nosniff"
        _note(request, exchange, response, time.perf_counter() - began)
        return response(environ, start_response)

    def _respond(self, request: Request, exchange: Exchange) -> Response:
        asked = {name.lower(): value for name, value in request.args.items()}
        if request.method in {"GET", "HEAD"} and "wsdl" in asked:
            return self._description(request, asked.get("version", ""))
        return self._answer(request, exchange)

    def _description(self, request: Request, version: str) -> Response:
        if version not in self._descriptions:
            raise NotFound("soap.version", N_("SOAP versiyası yalnız 1.1 və ya 1.2 ola bilər."))
        content = self._descriptions[version]
        response = Response(content, mimetype="text/xml")
        response.set_etag(hashlib.sha256(content).hexdigest())
        response.cache_control.no_cache = True
        return response.make_conditional(request)

    def _answer(self, request: Request, exchange: Exchange) -> Response:
        exchange.version = spoken_version(request)
        call = read_call(request, self._longest)
        exchange.language = _language(call.body.findtext(f"{{{NAMESPACE}}}language"), exchange.language)
        header = find_header(call.headers)
        exchange.language = _language(read_header(header).language, exchange.language)
        method = self._calls.method(call.body)
        exchange.operation = method.name
        check_length(call, self._longest if takes_files(method) else USUAL_LENGTH)
        hub = xroad.read(call.headers, method.name, call.version)
        exchange.echoed = hub.echo()
        if header is not None:
            self._calls.schema.check(header)
        envelope = Envelope(read_header(header), hub)
        with self._flask_app.app_context():
            plain = _context(request, exchange)
            context = identify(plain, call, envelope, method, presented(request, plain.clock.now()))
            notice = notice_of(method, baku_date(plain.clock.now()), exchange.language)
            exchange.system = context.through or context.actor.reference
            answer = self._calls.answer(context, method, call.body)
        told = response_header(
            envelope.message_id, exchange.reference, replayed=context.journal.is_replayed, notice=notice
        )
        return _message(exchange.version, exchange.version.envelope(answer, (*exchange.echoed, told)), HTTPStatus.OK)

    def _refuse(self, exchange: Exchange, fault: Fault) -> Response:
        version = exchange.version
        try:
            content = write_fault(fault, version, exchange.language, exchange.reference, exchange.echoed)
        except Exception as error:  # noqa: BLE001 - a fault that cannot be written must not become an empty answer
            fault = broken(error, exchange.reference)
            content = write_fault(fault, version, exchange.language, exchange.reference)
        exchange.code = fault.code
        response = _message(version, content, fault.status(version))
        if fault.retry_after is not None:
            response.headers["Retry-After"] = str(fault.retry_after)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response.allow.add("POST")
        return response


def _note(request: Request, exchange: Exchange, response: Response, took: float) -> None:
    """One line for each request: never a value of the message, and of its names only those of the contract."""
    facts = {
        "reference": exchange.reference,
        "method": request.method,
        "route": PATH,
        "operation": exchange.operation,
        "system": exchange.system,
        "status": response.status_code,
        "code": exchange.code,
        "ms": round(took * 1000, 1),
    }
    log.info("soap call", extra=facts)


def _message(version: Version, content: bytes, status: int) -> Response:
    response = Response(content, status, content_type=f"{version.media_type}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def _context(request: Request, exchange: Exchange) -> Context:
    return Context(
        actor=ANONYMOUS,
        session=db.session(),
        clock=clock(),
        ports=ports(),
        language=exchange.language,
        channel=Channel.SOAP,
        reference=exchange.reference,
        address=request.remote_addr or "",
    )


def _language(asked: str | None, otherwise: str) -> str:
    """Read before all checks, so that their words are in it too; what is no language of ours is refused by these."""
    return asked if asked in LANGUAGES else otherwise
