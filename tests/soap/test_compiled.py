"""The compiled types read and write what Spyne's own way reads and writes, for every type that there is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree
from spyne import Boolean, ByteArray, ComplexModel, Date, DateTime, Duration, Integer, MethodContext, Unicode
from spyne import Decimal as DecimalType
from spyne.protocol.soap import Soap11
from spyne.server import ServerBase

from soap.calls import Calls
from soap.compiled import Types, Unreadable, fields, is_complex
from soap.types import required
from soap.versions import NAMESPACE
from soap.wsgi import SERVICES
from tests.soap.trials import Everything, Nested, Trials

CALLS = Calls((*SERVICES, Trials), "https://customs.example/soap/v1")
STOCK = Soap11(CALLS.application, parse_xsi_type=False)
CALL = MethodContext(ServerBase(CALLS.application), MethodContext.SERVER)
BAKU = timezone(timedelta(hours=4))
EXAMPLES: dict[type[Any], tuple[Any, ...]] = {
    Unicode: ("salam", "", "Gömrük 🚢 & <b> ]]> \"'", " a \r\n\t b "),
    Integer: (7, 0, -12, 10**30),
    DecimalType: (Decimal("12.50"), Decimal(0), Decimal("-0.010"), Decimal(1000000000000)),
    Boolean: (True, False),
    DateTime: (datetime(2026, 1, 31, 23, 59, 59, 123456, UTC), datetime(2026, 6, 1, 0, 0, tzinfo=BAKU)),
    Date: (date(2026, 2, 28), date(1, 1, 1)),
    ByteArray: ([b"\x00\xff" * 50], [b""]),
}


def complex_types() -> Iterator[type[Any]]:
    for kind in CALLS.application.interface.classes.values():
        if is_complex(kind) and kind.get_namespace() == NAMESPACE:
            yield kind


KINDS = {kind.get_type_name(): kind for kind in complex_types()}


def made(kind: type[Any], turn: int, depth: int = 0) -> Any:
    """A value of the type; each turn another one, and every third without what is optional."""
    if not is_complex(kind):
        values = next(EXAMPLES[base] for base in kind.__mro__ if base in EXAMPLES)
        return values[turn % len(values)]
    value = kind()
    for place, (name, member) in enumerate(fields(kind).items()):
        if member.Attributes.max_occurs > 1:
            number = int(member.Attributes.min_occurs) + (turn + place) % 3
            setattr(value, name, [made(member, turn + n, depth + 1) for n in range(number)] or None)
        elif member.Attributes.min_occurs or (turn % 3 and depth < 3):
            setattr(value, name, made(member, turn + place, depth + 1))
    return value


def plain(value: Any) -> Any:
    if isinstance(value, ComplexModel):
        return type(value).__name__, {name: plain(held) for name, held in vars(value).items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def by_stock(kind: type[Any], value: Any) -> etree._Element:
    parent = etree.fromstring(f"<parent xmlns='{NAMESPACE}'/>")
    STOCK.to_parent(CALL, kind, value, parent, NAMESPACE, kind.get_type_name())
    return parent[0]


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_written_and_read_is_what_spyne_writes_and_reads(name: str) -> None:
    kind, types = KINDS[name], Types()
    for turn in range(12):
        value = made(kind, turn)
        theirs = by_stock(kind, value)
        ours = etree.fromstring(f'<{name} xmlns="{NAMESPACE}">{types.writer(kind)(value)}</{name}>')
        assert canonical(ours) == canonical(theirs)
        assert plain(types.reader(kind)(theirs)) == plain(STOCK.from_element(CALL, kind, theirs))


def test_types_were_found_and_hold_every_kind_of_value() -> None:
    assert {"Everything", "Nested", "Ping", "PingResponse", "RequestHeader", "ServiceFault"} <= KINDS.keys()
    assert len(fields(Everything)) == len(EXAMPLES) + 3


def read(kind: type[Any], text: str) -> Any:
    holder = type("Holder", (ComplexModel,), {"__namespace__": NAMESPACE, "value": required(kind)})
    element = etree.fromstring(f'<Holder xmlns="{NAMESPACE}"><value>{text}</value></Holder>')
    return Types().reader(holder)(element).value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Boolean, " true ", True),  # Which Spyne takes for false.
        (Boolean, "1", True),
        (Boolean, "0", False),
        (Integer, " +5\n", 5),
        (DecimalType, " -.5 ", Decimal("-0.5")),
        (DecimalType, "5.", Decimal(5)),
        (Date, "2026-01-31Z", date(2026, 1, 31)),
        (Date, " 2026-01-31+04:00 ", date(2026, 1, 31)),
        (DateTime, " 2026-01-31T10:00:00Z ", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        (DateTime, "2026-01-31T10:00:00.5Z", datetime(2026, 1, 31, 10, 0, 0, 500000, UTC)),
        (DateTime, "2026-01-31T10:00:00.123456789+14:00", datetime(2026, 1, 30, 20, 0, 0, 123456, UTC)),
        (ByteArray, " YWJj\n ZGVm ", [b"abcdef"]),
    ],
)
def test_every_way_in_which_the_schema_lets_a_value_be_written(kind: type[Any], text: str, value: object) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (DateTime, "2026-01-01T24:00:00Z"),
        (DateTime, "-0001-01-01T00:00:00Z"),
        (DateTime, "12026-01-01T00:00:00Z"),
        (Date, "-2026-01-01"),
        (Date, "12026-01-01"),
        (Integer, "9" * 5000),
    ],
)
def test_value_that_python_does_not_hold_names_its_element(kind: type[Any], text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(kind, text)
    assert refused.value.element == "value"


def test_innermost_element_is_named() -> None:
    deep = "<one><text/><inner><text/><at>2026-01-01T24:00:00Z</at></inner></one>"
    with pytest.raises(Unreadable) as refused:
        Types().reader(Nested)(etree.fromstring(f'<Nested xmlns="{NAMESPACE}">{deep}</Nested>'))
    assert refused.value.element == "at"


@pytest.mark.parametrize(
    "member",
    [Unicode(nillable=True), Unicode(nillable=False, sub_name="other"), Duration(nillable=False)],
)
def test_form_that_the_contract_does_not_use_stops_the_start(member: type[Any]) -> None:
    holder = type("Holder", (ComplexModel,), {"__namespace__": NAMESPACE, "value": member})
    with pytest.raises(TypeError):
        Types().reader(holder)
