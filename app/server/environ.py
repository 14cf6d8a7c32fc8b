"""The WSGI environment of a request, and the refusal of heads that two programs could read in two ways."""

import sys
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_to_bytes

from app.server.errors import Refused

Scope = Mapping[str, Any]

# More than one of these is an attempt to make us and a proxy disagree about where a request ends or whom it is for.
_ONCE = frozenset({b"host", b"content-length", b"content-type", b"transfer-encoding", b"authorization"})
# Proxy would become HTTP_PROXY, which programs take for a setting; the reference of a request is ours to give.
_DROPPED = frozenset({b"proxy", b"x-request-id"})
_BARE = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}


def wsgi_environ(scope: Scope) -> dict[str, Any]:
    """All of PEP 3333 but the body, which is not read yet."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": "HTTP/1.0" if scope["http_version"] == "1" else "HTTP/1.1",
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": scope["server"][1],
        "REMOTE_ADDR": scope["client"][0],
        "REMOTE_PORT": scope["client"][1],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    _add_headers(environ, scope["headers"])
    _refuse_ambiguity(environ)
    return environ


def _add_headers(environ: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> None:
    for name, value in headers:
        # X_Forwarded_For and X-Forwarded-For would share a key: the one a proxy does not know would win.
        if name in _DROPPED or b"_" in name:
            continue
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        key = _BARE.get(key, key)
        text = value.decode("latin-1")
        if key in environ:
            if name in _ONCE:
                raise Refused(HTTPStatus.BAD_REQUEST)
            text = environ[key] + ("; " if name == b"cookie" else ",") + text
        environ[key] = text


def _refuse_ambiguity(environ: dict[str, Any]) -> None:
    length, encoding = environ.get("CONTENT_LENGTH"), environ.get("HTTP_TRANSFER_ENCODING")
    if length is not None and (encoding is not None or not (length.isascii() and length.isdigit())):
        raise Refused(HTTPStatus.BAD_REQUEST)
    if encoding is not None and encoding.lower() != "chunked":
        raise Refused(HTTPStatus.BAD_REQUEST)
    # CONNECT and "OPTIONS *" ask for no resource, and PEP 3333 has no words for them.
    if not environ["PATH_INFO"].startswith("/"):
        raise Refused(HTTPStatus.BAD_REQUEST)
    if not environ.get("HTTP_HOST") and environ["SERVER_PROTOCOL"] != "HTTP/1.0":
        raise Refused(HTTPStatus.BAD_REQUEST)
