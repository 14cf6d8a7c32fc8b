"""The types that messages are made of: each named once in the contract's one namespace."""

from typing import Any

from spyne import ComplexModel, DateTime, Integer, Unicode

from app.web.i18n import LANGUAGES
from soap.versions import NAMESPACE

REQUIRED = {"min_occurs": 1, "nillable": False}
OPTIONAL = {"min_occurs": 0, "nillable": False}
REPEATED = {"min_occurs": 0, "max_occurs": "unbounded", "nillable": False}


def simple(name: str, base: type[Any], **facets: Any) -> type[Any]:
    """A named type of values, with what the schema demands of them."""
    kind: type[Any] = base.customize(type_name=name, **facets)
    kind.__namespace__ = NAMESPACE
    return kind


def field(kind: type[Any], occurrence: dict[str, Any]) -> Any:
    """The type as it stands in one place. Spyne would give a copy a name of its own; the schema shall hold one type."""
    copy = kind.customize(**occurrence)
    copy.__type_name__, copy.__namespace__ = kind.__type_name__, kind.__namespace__
    return copy


def required(kind: type[Any]) -> Any:
    return field(kind, REQUIRED)


def optional(kind: type[Any]) -> Any:
    return field(kind, OPTIONAL)


def repeated(kind: type[Any]) -> Any:
    return field(kind, REPEATED)


Language = simple("Language", Unicode, values=list(LANGUAGES))
Code = simple("Code", Unicode, min_len=1, max_len=100)
Line = simple("Line", Unicode, max_len=500)
Text = simple("Text", Unicode, max_len=10_000)
Count = simple("Count", Integer, ge=0)
# A time of day without its zone is a different instant for every reader.
Instant = simple("Instant", DateTime, pattern=r".*(Z|[+\-][0-9]{2}:[0-9]{2})")


class Problem(ComplexModel):
    """One thing that is wrong: the rule that it breaks, the field or box, and the words for a person."""

    __namespace__ = NAMESPACE
    rule = required(Code)
    field = optional(Line)
    box = optional(Line)
    message = required(Text)


class ServiceFault(ComplexModel):
    """What stands in the detail of every fault."""

    __namespace__ = NAMESPACE
    code = required(Code)
    reference = required(Code)
    problem = repeated(Problem)
