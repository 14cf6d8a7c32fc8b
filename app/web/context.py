"""What a request brings with it: its number, its language, who sends it; and the `Context` made of these."""

from urllib.parse import unquote_to_bytes

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest

from app.core.clock import Clock
from app.core.context import ANONYMOUS, Actor, Channel, Context, new_reference
from app.core.db import db
from app.core.errors import N_
from app.core.ports import Ports
from app.web.i18n import LANGUAGES

LANGUAGE_COOKIE = "lang"
A_YEAR = 365 * 24 * 3600
LONGEST_KEY = 64
URL_ENCODED = "application/x-www-form-urlencoded"


class UnknownLanguage(BadRequest):
    description = N_("Portal Azərbaycan, ingilis və rus dillərindədir. Soruşulan dil tanınmadı.")


class BrokenText(BadRequest):
    description = N_("Göndərilən mətn oxunmadı: o, UTF-8 kodlaşdırmasında deyil.")


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_remember_language)


def _begin() -> None:
    g.reference = new_reference()
    g.language = _cookie_language()
    g.actor = ANONYMOUS
    _refuse_broken_query()
    wanted = request.args.get("lang")
    if wanted is not None:
        if wanted not in LANGUAGES:
            raise UnknownLanguage
        g.language = g.new_language = wanted
    _refuse_broken_text()


def _cookie_language() -> str:
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    return kept if kept in LANGUAGES else LANGUAGES[0]


def _refuse_broken_query() -> None:
    """Bytes that are no text, as no browser sends them: forgotten, so that the page that says so can be made."""
    try:
        request.query_string.decode()
    except UnicodeError:
        request.query_string = b""
        raise BrokenText from None


def _refuse_broken_text() -> None:
    """Werkzeug would replace unreadable bytes in silence, and the user's words with them."""
    path: str = request.environ.get("PATH_INFO", "")
    if request.method == "GET" and not request.query_string and path.isascii():
        return  # Nothing was typed.
    try:
        path.encode("latin-1").decode("utf-8")
        unquote_to_bytes(request.query_string).decode("utf-8")
        if request.mimetype == URL_ENCODED:
            # Only files may be large, and they come in parts; what is read here stays for the form.
            request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]
            unquote_to_bytes(request.get_data()).decode("utf-8")
    except UnicodeError:
        raise BrokenText from None
    sent = request.form.listvalues() if request.method == "POST" else ()
    if any("\N{REPLACEMENT CHARACTER}" in value for values in sent for value in values):
        raise BrokenText


def _remember_language(response: Response) -> Response:
    if wanted := g.get("new_language"):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def context() -> Context:
    """The context of this request, as operations and queries take it."""
    actor: Actor = g.actor
    return Context(
        actor=actor,
        session=db.session(),
        clock=clock(),
        ports=ports(),
        language=g.language,
        channel=Channel.WEB,
        reference=g.reference,
        address=request.remote_addr or "",
        idempotency_key=request.form.get("form_id", "")[:LONGEST_KEY] or None if request.method == "POST" else None,
    )


def clock() -> Clock:
    found: Clock = current_app.extensions["clock"]
    return found


def ports() -> Ports:
    found: Ports = current_app.extensions["ports"]
    return found
