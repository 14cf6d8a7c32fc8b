"""A service of the bench's own, as long as the portal has no operation of fifty items: a declaration in its usual size.

Its types are made as the gateway's are; ours, stock Spyne, the bare application and the peers all serve this contract.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from spyne import ComplexModel, Date
from spyne import Decimal as DecimalType

from soap.services import Service, offered
from soap.types import Code, Count, Instant, Line, optional, repeated, required, simple
from soap.versions import NAMESPACE

ITEMS = 50
Amount = simple("Amount", DecimalType, total_digits=18, fraction_digits=2)
Weight = simple("Weight", DecimalType, total_digits=12, fraction_digits=3)
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
Plain = dict[str, Any]


class Party(ComplexModel):
    __namespace__ = NAMESPACE
    name = required(Line)
    number = required(Code)
    country = required(Code)
    address = required(Line)


class Paper(ComplexModel):
    __namespace__ = NAMESPACE
    kind = required(Code)
    number = required(Line)
    day = required(Date(min_occurs=1, nillable=False))


class Item(ComplexModel):
    __namespace__ = NAMESPACE
    number = required(Count)
    code = required(Code)
    description = required(Line)
    origin = required(Code)
    gross = required(Weight)
    net = required(Weight)
    quantity = optional(Weight)
    unit = optional(Code)
    value = required(Amount)
    currency = required(Code)
    procedure = required(Code)
    paper = repeated(Paper)


class Declaration(ComplexModel):
    __namespace__ = NAMESPACE
    reference = required(Code)
    at = required(Instant)
    declarant = required(Party)
    sender = required(Party)
    receiver = required(Party)
    item = repeated(Item)


class Receipt(ComplexModel):
    __namespace__ = NAMESPACE
    number = required(Code)
    items = required(Count)
    total = required(Amount)


class Said(ComplexModel):
    __namespace__ = NAMESPACE
    text = required(Line)
    at = required(Instant)


class Declarations(Service):
    @offered("catalogue.read", "Bench", required(Line), returns=Said)
    def Echo(call: Any, text: str) -> Said:
        return Said(text=text, at=AT)

    @offered("catalogue.read", "Bench", required(Declaration), returns=Receipt)
    def Submit(call: Any, declaration: Any) -> Receipt:
        total = sum((item.value for item in declaration.item), Decimal("0.00"))
        return Receipt(number="26AZ0001", items=len(declaration.item), total=total)

    @offered("catalogue.read", "Bench", required(Code), returns=Declaration)
    def Get(call: Any, reference: str) -> Any:
        return KEPT


def declaration() -> Plain:
    """As plain values, for those who know no Spyne."""
    party = {"name": "Xəzər İdxal MMC", "number": "9900000141", "country": "AZ", "address": "Bakı, Nizami küçəsi 10"}
    return {
        "reference": "LRN-2026-000001",
        "at": "2026-11-20T08:00:00+00:00",
        "declarant": party,
        "sender": party | {"country": "TR", "name": "Ege Tekstil A.Ş."},
        "receiver": party,
        "item": [_item(number) for number in range(1, ITEMS + 1)],
    }


def _item(number: int) -> Plain:
    papers = [
        {"kind": "380", "number": f"INV-{number}", "day": "2026-11-01"},
        {"kind": "730", "number": "CMR-77", "day": "2026-11-02"},
    ]
    return {
        "number": str(number),
        "code": f"6204{number:06}",
        "description": f"Qadın paltarı, pambıq & viskoz, {number}",
        "origin": "TR",
        "gross": "125.500",
        "net": "120.000",
        "quantity": "300.000",
        "unit": "796",
        "value": "4500.75",
        "currency": "USD",
        "procedure": "4000",
        "paper": papers,
    }


def _made(kind: type[Any], plain: Plain) -> Any:
    values: Plain = {}
    for name, member in kind.get_flat_type_info(kind).items():
        held = plain[name]
        many = [held] if not isinstance(held, list) else held
        found = [_value(member, one) for one in many]
        values[name] = found if isinstance(held, list) else found[0]
    return kind(**values)


def _value(kind: type[Any], plain: Any) -> Any:
    if isinstance(plain, dict):
        return _made(kind.__orig__ or kind, plain)
    if issubclass(kind, Date):
        return date.fromisoformat(plain)
    if kind.get_type_name() == "Instant":
        return datetime.fromisoformat(plain)
    if kind.get_type_name() == "Count":
        return int(plain)
    return Decimal(plain) if issubclass(kind, DecimalType) else plain


KEPT = _made(Declaration, declaration())


def written(plain: Plain) -> Iterator[str]:
    """As XML, in the order of the contract."""
    for name, held in plain.items():
        for one in held if isinstance(held, list) else [held]:
            inner = "".join(written(one)) if isinstance(one, dict) else one.replace("&", "&amp;")
            yield f"<{name}>{inner}</{name}>"
