"""The authority's services as one WSGI application: certificates, revocation list, OCSP and time-stamps."""

from base64 import b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from signing import certificates, crl, ocsp, tsp
from signing.authority import Authority
from signing.clock import Clock
from signing.errors import Refused

REQUEST_LIMIT = 4096
CERTIFICATE = "application/pkix-cert"


@dataclass(frozen=True, slots=True)
class Answer:
    status: HTTPStatus
    kind: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):
    """A request that is not for this service."""

    def __init__(self, status: HTTPStatus, *headers: tuple[str, str]) -> None:
        super().__init__(status.phrase)
        self.answer = Answer(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode(), headers)


def pki_application(folder: Path, passphrase: str, clock: Clock | None = None) -> WSGIApplication:
    """Serves certificates, lists, OCSP and time-stamps at SERVICES; it keeps nothing beside the authority's folder."""
    authority = Authority.open(folder, passphrase, clock)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = _answer(authority, environ)
        except Refusal as refusal:
            answer = refusal.answer
        except Refused:
            # The service's own certificate is revoked or has ended.
            answer = Refusal(HTTPStatus.SERVICE_UNAVAILABLE).answer
        headers = [
            ("Content-Type", answer.kind),
            ("Content-Length", str(len(answer.body))),
            ("X-Content-Type-Options", "nosniff"),
            *answer.headers,
        ]
        start_response(f"{answer.status.value} {answer.status.phrase}", headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    return application


def _answer(authority: Authority, environ: WSGIEnvironment) -> Answer:
    name, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
    if name not in SERVICES or (rest and name != "ocsp"):
        raise Refusal(HTTPStatus.NOT_FOUND)
    return SERVICES[name](authority, environ)


def _root(authority: Authority, environ: WSGIEnvironment) -> Answer:
    return _fetched(environ, CERTIFICATE, certificates.to_der(authority.root), 86400)


def _issuing(authority: Authority, environ: WSGIEnvironment) -> Answer:
    return _fetched(environ, CERTIFICATE, certificates.to_der(authority.issuing), 86400)


def _crl(authority: Authority, environ: WSGIEnvironment) -> Answer:
    _allow(environ, "GET", "HEAD")
    return _fetched(environ, crl.MEDIA_TYPE, authority.crl(), 60)


def _root_crl(authority: Authority, environ: WSGIEnvironment) -> Answer:
    _allow(environ, "GET", "HEAD")
    return _fetched(environ, crl.MEDIA_TYPE, authority.root_crl(), 60)


def _ocsp(authority: Authority, environ: WSGIEnvironment) -> Answer:
    _allow(environ, "GET", "HEAD", "POST")
    is_post = environ["REQUEST_METHOD"] == "POST"
    request = _posted(environ, ocsp.REQUEST) if is_post else _in_path(environ)
    return Answer(HTTPStatus.OK, ocsp.RESPONSE, authority.ocsp.respond(request), (("Cache-Control", "no-store"),))


def _tsa(authority: Authority, environ: WSGIEnvironment) -> Answer:
    _allow(environ, "POST")
    reply = authority.tsa.respond(_posted(environ, tsp.QUERY))
    return Answer(HTTPStatus.OK, tsp.REPLY, reply, (("Cache-Control", "no-store"),))


SERVICES: dict[str, Callable[[Authority, WSGIEnvironment], Answer]] = {
    "root.crt": _root,
    "issuing.crt": _issuing,
    "root.crl": _root_crl,
    "crl": _crl,
    "ocsp": _ocsp,
    "tsa": _tsa,
}


def _allow(environ: WSGIEnvironment, *methods: str) -> None:
    if environ["REQUEST_METHOD"] not in methods:
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED, ("Allow", ", ".join(methods)))


def _fetched(environ: WSGIEnvironment, kind: str, body: bytes, seconds: int) -> Answer:
    _allow(environ, "GET", "HEAD")
    return Answer(HTTPStatus.OK, kind, body, (("Cache-Control", f"public, max-age={seconds}"),))


def _posted(environ: WSGIEnvironment, kind: str) -> bytes:
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != kind:
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdecimal()):
        raise Refusal(HTTPStatus.LENGTH_REQUIRED)
    if int(length) > REQUEST_LIMIT:
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _in_path(environ: WSGIEnvironment) -> bytes:
    """An OCSP request by GET stands in the address as Base64 (RFC 6960, appendix A.1)."""
    text = environ["PATH_INFO"].partition("ocsp/")[2]
    if not 0 < len(text) <= REQUEST_LIMIT:
        raise Refusal(HTTPStatus.BAD_REQUEST)
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise Refusal(HTTPStatus.BAD_REQUEST) from None
