"""Operations that exist in tests alone, and fail in every way that there is."""
# ruff: noqa: N802, N805, ARG002  (operations of a contract)

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from spyne import Boolean, ByteArray, ComplexModel, Date
from spyne import Decimal as DecimalType
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
from soap.types import Count, Instant, Line, Text, optional, repeated, required, simple
from soap.versions import NAMESPACE

Amount = simple("Amount", DecimalType, fraction_digits=2, total_digits=18)
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


class Everything(ComplexModel):  # type: ignore[misc]
    """Every type of value, once each way that it may stand, and itself."""

    __namespace__ = NAMESPACE
    text = required(Text)
    number = optional(Count)
    amount = optional(Amount)
    truth = optional(Boolean)
    at = optional(Instant)
    day = optional(Date)
    content = optional(ByteArray)
    line = repeated(Line)
    amounts = repeated(Amount)


class Nested(ComplexModel):  # type: ignore[misc]
    """Lists of lists."""

    __namespace__ = NAMESPACE
    one = required(Everything)
    many = repeated(Everything)


Everything.append_field("inner", optional(Everything))

# What no answer may hold, whatever the method thinks.
RESULTS: dict[str, Callable[[], object]] = {
    "not rounded": lambda: Everything(text="", amount=Decimal("0.1") + Decimal("0.205")),
    "with an exponent": lambda: Everything(text="", amount=Decimal("1E+3")),
    "not a number": lambda: Everything(text="", amount=Decimal("NaN")),
    "without end": lambda: Everything(text="", amount=Decimal("Infinity")),
    "binary fraction": lambda: Everything(text="", amount=0.1),
    "text as an amount": lambda: Everything(text="", amount="1.00"),
    "in a list": lambda: Everything(text="", amounts=[Decimal("1.00"), Decimal("0.001")]),
    "nothing in a list": lambda: Everything(text="", line=["a", None]),
    "no list": lambda: Everything(text="", line=5),
    "without a zone": lambda: Everything(text="", at=datetime(2026, 1, 1)),  # noqa: DTZ001
    "a day as an instant": lambda: Everything(text="", at=date(2026, 1, 1)),
    "text as an instant": lambda: Everything(text="", at="2026-01-01T00:00:00Z"),
    "text as a truth": lambda: Everything(text="", truth="false"),
    "text as bytes": lambda: Everything(text="", content="abc"),
    "below the least": lambda: Everything(text="", number=-1),
    "number as a text": lambda: Everything(text=5),
    "bytes as a text": lambda: Everything(text=b"a"),
    "missing": Everything,
    "deep inside": lambda: Everything(text="", inner=Everything(text="a\x0b")),
    "control in a list": lambda: Everything(text="", line=["\x1f"]),
    "another class": Nested,
    "nothing": lambda: None,
}


class Trials(Service):
    """Operations that exist in tests alone."""

    @offered("catalogue.read", "Sınaq", required(Line), optional(Line), returns=Line)
    def Fail(call: Any, kind: str, language: str | None) -> str:
        error = ERRORS[kind]()
        raise error

    @offered("catalogue.read", "Sınaq", required(Line), returns=Line)
    def Answer(call: Any, kind: str) -> object:
        return ANSWERS[kind]

    @offered("catalogue.read", "Sınaq", required(Line), returns=Everything)
    def Result(call: Any, kind: str) -> object:
        return RESULTS[kind]()

    @offered("catalogue.read", "Sınaq", required(Nested), returns=Nested)
    def Echo(call: Any, said: Nested) -> Nested:
        return said

    @offered("catalogue.read", "Sınaq", required(Instant), returns=Line)
    def Date(call: Any, at: object) -> str:
        return str(at)

    @offered("catalogue.read", "Sınaq", returns=Line)
    def Whoami(call: Any) -> str:
        context = context_of(call)
        return f"{context.actor.reference} {context.channel} {context.address} {bool(context.reference)}"

    @offered("catalogue.read", "Sınaq", returns=Line, notes="Sınaq.", until=date(2027, 11, 20))
    def Going(call: Any) -> str:
        return "a"

    @offered("catalogue.read", "Sınaq", returns=Line, until=date(2026, 11, 19))
    def Gone(call: Any) -> str:
        return "a"

    @offered("no.such.right", "Sınaq", returns=Line)
    def Closed(call: Any) -> str:
        return SECRET
