"""Operations that exist in tests alone, and fail in every way that there is."""
# ruff: noqa: N802, N805, ARG002  (operations of a contract)

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError

from app.core.errors import (
    Conflict,
    Invalid,
    MessageIdReused,
    NotAllowed,
    NotFound,
    Problem,
    RateLimited,
    Unavailable,
)
from soap.services import Service, context_of, offered
from soap.types import Instant, Line, optional, required

SECRET = "5GT0P2Q"  # A value of somebody, which no fault may show.


def two_problems() -> Invalid:
    first = Problem("gross.below_net", "Brutto {gross} kq netto çəkidən azdır.", "grossWeight", "35", {"gross": "1,5"})
    return Invalid.collect([first, Problem("goods.missing", "Mal yoxdur.")])


ERRORS: dict[str, Callable[[], Exception]] = {
    "invalid": two_problems,
    "not_found": lambda: NotFound("trial.none", "Tapılmadı."),
    "not_allowed": lambda: NotAllowed("trial.forbidden", "Olmaz."),
    "conflict": lambda: Conflict("trial.changed", "Dəyişib."),
    "reused": lambda: MessageIdReused("trial.reused", "Təkrar."),
    "limited": lambda: RateLimited("trial.limit", "{retry_after} saniyə gözləyin.", retry_after=7),
    "away": lambda: Unavailable("trial.away", "Cavab yoxdur.", retry_after=30),
    "database": lambda: OperationalError("SELECT 1", {}, ConnectionError(SECRET)),
    "bug": lambda: RuntimeError(SECRET),
    "unfinished_words": lambda: Invalid("trial.words", "{missing} yoxdur.", present=1),
    "unspeakable": lambda: Invalid("trial.control", "«{value}»", value="a\x00\x0b\ufffe"),
}
ANSWERS: dict[str, object] = {"control": "a\x00b", "surrogate": "\ud800", "wrong": 5, "none": None, "long": "x" * 501}


class Trials(Service):
    """Operations that exist in tests alone."""

    @offered("catalogue.read", "Sınaq", required(Line), optional(Line), returns=Line)
    def Fail(call: Any, kind: str, language: str | None) -> str:
        error = ERRORS[kind]()
        raise error

    @offered("catalogue.read", "Sınaq", required(Line), returns=Line)
    def Answer(call: Any, kind: str) -> object:
        return ANSWERS[kind]

    @offered("catalogue.read", "Sınaq", required(Instant), returns=Line)
    def Date(call: Any, at: object) -> str:
        return str(at)

    @offered("catalogue.read", "Sınaq", returns=Line)
    def Whoami(call: Any) -> str:
        context = context_of(call)
        return f"{context.actor.reference} {context.channel} {context.address} {bool(context.reference)}"

    @offered("no.such.right", "Sınaq", returns=Line)
    def Closed(call: Any) -> str:
        return SECRET
