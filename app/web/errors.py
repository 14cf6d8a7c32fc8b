"""Every kind of error, mapped once to a page: what happened, what to do, and the number to name when asking."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.core.db import db
from app.core.errors import (
    N_,
    Conflict,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    RateLimited,
    Unavailable,
)
from app.web.guards import SENT_FROM_ELSEWHERE, Typed, came_from_here, typed
from app.web.rendering import render

log = logging.getLogger(__name__)

STATUS: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
HEADINGS = {
    400: N_("Sorğu başa düşülmədi"),
    403: N_("Bu səhifəyə giriş yoxdur"),
    404: N_("Səhifə tapılmadı"),
    405: N_("Sorğu başa düşülmədi"),
    409: N_("Məlumat artıq dəyişib"),
    413: N_("Göndərilən məlumat çox böyükdür"),
    422: N_("Məlumatı düzəltmək lazımdır"),
    429: N_("Həddən çox sorğu"),
    500: N_("Portalda xəta baş verdi"),
    503: N_("Portal müvəqqəti cavab vermir"),
}
ADVICE = {
    400: N_("Əvvəlki səhifəyə qayıdıb yenidən cəhd edin."),
    403: N_("Başqa istifadəçi adı və ya başqa giriş vasitəsi ilə daxil olun."),
    404: N_("Ünvanı yoxlayın və ya xidmətlərin siyahısından seçin."),
    405: N_("Əvvəlki səhifəyə qayıdıb yenidən cəhd edin."),
    409: N_("Səhifəni yeniləyin və dəyişikliyi bir daha edin."),
    413: N_("Faylı kiçildin və ya bir neçə hissəyə bölün."),
    422: N_("Əvvəlki səhifəyə qayıdıb məlumatı düzəldin."),
    429: N_("Bir az gözləyib yenidən cəhd edin."),
    500: N_("Göndərdiyiniz məlumat saxlanılmadı. Bir azdan yenidən cəhd edin."),
    503: N_("Bir azdan yenidən cəhd edin. Təsdiqlənmiş heç bir məlumat itmir."),
}
TOKEN_EXPIRED = N_(
    "Səhifə çoxdan açılıb və ya brauzer kukiləri saxlamır. Yazdıqlarınız aşağıda saxlanılıb: onları yenidən göndərin."
)
SIGN_IN_BESIDE = N_("Yeni vərəqdə daxil olun, bu səhifəyə qayıdın və göndərin. Fayl və gizli məlumat yenidən verilir.")
_NOTHING_MORE = {"problems": (), "kept": (), "beside": ""}
# What is put right in another window, while everything that was typed waits here.
MENDED_BESIDE = {"access.sign_in": "sign_in", "access.fresh": "proof", "access.assurance": "proof"}
HEADINGS_BESIDE = {"sign_in": N_("Girişiniz başa çatıb"), "proof": N_("Kim olduğunuzu təsdiq edin")}


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, domain_error)
    app.register_error_handler(CSRFError, forged)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, bug)


def domain_error(error: DomainError) -> ResponseReturnValue:
    status, headers = status_of(error)
    if error.code in MENDED_BESIDE and request.method == "POST":
        return _interrupted(error, typed())
    return error_page(status, problems=error.problems, code=error.code), status, headers


def _interrupted(error: DomainError, kept: list[Typed]) -> ResponseReturnValue:
    """Sign in, or show anew who you are, beside this page, come back and send again: nothing that was typed is lost."""
    beside = MENDED_BESIDE[error.code]
    page = error_page(
        HTTPStatus.FORBIDDEN,
        problems=error.problems,
        code=error.code,
        kept=kept,
        heading=HEADINGS_BESIDE[beside],
        advice=SIGN_IN_BESIDE,
        beside=beside,
    )
    if not getattr(request, "htmx", False):
        return page, HTTPStatus.FORBIDDEN
    # A part of a page cannot hold it: it takes the whole main part.
    whole = {"HX-Retarget": "#main", "HX-Reselect": "#main", "HX-Reswap": "outerHTML"}
    return page, HTTPStatus.UNPROCESSABLE_ENTITY, whole


def status_of(error: DomainError) -> tuple[HTTPStatus, dict[str, str]]:
    """For doors of machines too, which want no page."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    return status, {"Retry-After": str(error.retry_after)} if isinstance(error, RateLimited | Unavailable) else {}


def forged(error: CSRFError) -> ResponseReturnValue:
    """A token that has died in a page left open keeps what was typed; a request from elsewhere is shown nothing."""
    log.info("token refused", extra={"code": error.description})
    kept = typed() if came_from_here() else []
    description = TOKEN_EXPIRED if kept else SENT_FROM_ELSEWHERE
    return error_page(
        HTTPStatus.BAD_REQUEST, description=description, code="request.token", kept=kept
    ), HTTPStatus.BAD_REQUEST


def http_error(error: HTTPException) -> ResponseReturnValue:
    response = error.get_response()
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return response
    own_words = type(error).__module__.startswith("app.")
    page = error_page(error.code or 500, description=error.description if own_words else None)
    headers = {name: value for name, value in response.headers if name in {"Allow", "Retry-After"}}
    return page, error.code or 500, headers


def database_away(error: OperationalError) -> ResponseReturnValue:
    log.error("database away", extra={"code": type(error.orig).__name__, "reference": g.reference})
    db.session.remove()
    return error_page(HTTPStatus.SERVICE_UNAVAILABLE), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "10"}


def bug(error: Exception) -> ResponseReturnValue:
    """Never a traceback for the user; the log has it under the same number."""
    log.error("unexpected error", exc_info=error, extra={"reference": g.reference})
    return error_page(HTTPStatus.INTERNAL_SERVER_ERROR), HTTPStatus.INTERNAL_SERVER_ERROR


def error_page(status: int, *, code: str = "", description: str | None = None, **more: Any) -> str:  # noqa: ANN401
    known = status if status in HEADINGS else (400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500)
    return render(
        "errors/page.html",
        status=status,
        description=description,
        code=code,
        reference=g.reference,
        **(_NOTHING_MORE | {"heading": HEADINGS[known], "advice": ADVICE[known]} | more),
    )
