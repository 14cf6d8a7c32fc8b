"""Reads and writes the types of the contract: one function for each, made once at start from Spyne's description of it.

Spyne looks at the description anew for every element; of a message of fifty items that is nearly all of its time. What
is read here was held against the schema before, and what is written is held against it afterwards.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal as Number
from functools import partial
from typing import Any, Self

from lxml import etree
from spyne import Boolean, ByteArray, ComplexModel, Date, DateTime, Decimal, Integer, Unicode

Read = Callable[[etree._Element], Any]
Write = Callable[[Any], str]
NOT_READABLE = (ValueError, ArithmeticError, TypeError)


class Unreadable(Exception):
    """The schema allows a few values that Python's types do not hold, such as the time 24:00:00."""

    def __init__(self, element: str) -> None:
        super().__init__(element)
        self.element = element

    @classmethod
    def of(cls, element: etree._Element) -> Self:
        return cls(etree.QName(element).localname)


@dataclass(frozen=True, slots=True)
class Simple:
    """How the text of an element becomes a value and back."""

    read: Callable[[str], Any]
    write: Write


def escaped(value: str) -> str:
    if "&" in value or "<" in value or ">" in value or "\r" in value:
        value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return value


def _whole(value: int) -> str:
    return str(int.__index__(value))


def _number(value: Number) -> str:
    return Number.__str__(value)


def _instant(value: datetime) -> str:
    return datetime.isoformat(value)


def _day(value: date) -> str:
    return date.isoformat(value)


def _bytes(value: bytes | Iterable[bytes]) -> str:
    """Whole or in chunks."""
    return b64encode(value if isinstance(value, bytes) else b"".join(value)).decode()


TRUTH = {True: "true", False: "false"}
SIMPLE: Mapping[type[Any], Simple] = {
    Unicode: Simple(str, escaped),
    Integer: Simple(int, _whole),
    Decimal: Simple(Number, _number),
    Boolean: Simple(lambda text: text.strip() in {"true", "1"}, lambda value: TRUTH[value]),
    DateTime: Simple(lambda text: datetime.fromisoformat(text.strip()), _instant),
    # A day may come with a zone, which says nothing about it.
    Date: Simple(lambda text: date.fromisoformat(text.strip()[:10]), _day),
    ByteArray: Simple(lambda text: [b64decode(text)], _bytes),
}


class Types:
    """The functions of all types that were asked for; a type may hold itself.

    They are made of a text that names every field, as `dataclasses` makes methods: a loop over the fields would take
    half as long again to read, and twice as long to write.
    """

    def __init__(self) -> None:
        self._readers: dict[type[Any], Read] = {}
        self._writers: dict[type[Any], Write] = {}

    def reader(self, kind: type[Any]) -> Read:
        kind = described(kind)
        return self._readers.get(kind) or self._reader(kind)

    def writer(self, kind: type[Any]) -> Write:
        kind = described(kind)
        if not is_complex(kind):
            return _simple(kind).write
        return self._writers.get(kind) or self._writer(kind)

    def _reader(self, kind: type[Any]) -> Read:
        """The elements come in the order of the schema, so that only one that may be absent is known by its name."""
        self._readers[kind] = lambda element: made["function"](element)  # noqa: PLW0108  (it is made below)
        made: dict[str, Any] = {"new": partial(object.__new__, kind), "refusal": Unreadable.of, "WRONG": NOT_READABLE}
        steps = []
        for name, member in fields(kind).items():
            made[f"read_{name}"] = self.reader(member) if is_complex(member) else _simple(member).read
            value = f"read_{name}(child)" if is_complex(member) else f"read_{name}(child.text or '')"
            is_there = f"child is not None and child.tag == '{{{kind.get_namespace()}}}{name}'"
            if member.Attributes.max_occurs > 1:
                steps += ["many = []", f"while {is_there}:", f" many.append({value})", " child = next(children, None)"]
                steps += [f"held['{name}'] = many or None"]
            elif member.Attributes.min_occurs > 0:
                steps += [f"held['{name}'] = {value}", "child = next(children, None)"]
            else:
                steps += [f"held['{name}'] = None", f"if {is_there}:", f" held['{name}'] = {value}"]
                steps += [" child = next(children, None)"]
        body = ["children, read = iter(element), new()", "held, child = vars(read), next(children, None)", "try:"]
        body += [*(f" {step}" for step in steps or ["pass"]), "except WRONG:", " raise refusal(child) from None"]
        self._readers[kind] = _function(kind, "element", [*body, "return read"], made)
        return self._readers[kind]

    def _writer(self, kind: type[Any]) -> Write:
        self._writers[kind] = lambda value: made["function"](value)  # noqa: PLW0108  (it is made below)
        made: dict[str, Any] = {}
        parts = []
        for name, member in fields(kind).items():
            write, opening, closing = self.writer(member), f"<{name}>", f"</{name}>"
            if member.Attributes.max_occurs > 1:
                write, opening, closing = _of_many(opening, write, closing), "", ""
            elif not member.Attributes.min_occurs:
                write, opening, closing = _if_any(opening, write, closing), "", ""
            made[f"write_{name}"] = write
            parts.append(f'{opening}{{write_{name}(held("{name}"))}}{closing}')
        self._writers[kind] = _function(kind, "value", ["held = vars(value).get", f"return f'{''.join(parts)}'"], made)
        return self._writers[kind]


def _function(kind: type[Any], argument: str, lines: Iterable[str], names: dict[str, Any]) -> Callable[[Any], Any]:
    text = "\n ".join([f"def function({argument}):", *lines])
    exec(compile(text, f"<{kind.__name__}>", "exec"), names)  # noqa: S102  (its words are those of our own contract)
    function: Callable[[Any], Any] = names["function"]
    return function


def _of_many(opening: str, write: Write, closing: str) -> Write:
    return lambda values: "".join([f"{opening}{write(one)}{closing}" for one in values or ()])


def _if_any(opening: str, write: Write, closing: str) -> Write:
    return lambda value: "" if value is None else f"{opening}{write(value)}{closing}"


def described(kind: type[Any]) -> type[Any]:
    """The class as it was written; what stands in one place of another is a copy of it."""
    original = getattr(kind, "__orig__", None)
    return original if is_complex(kind) and original is not None else kind


def is_complex(kind: type[Any]) -> bool:
    return issubclass(kind, ComplexModel)


def fields(kind: type[Any]) -> dict[str, type[Any]]:
    """Its elements in their order. What the contract does not use is not known here, and stops the start."""
    found: dict[str, type[Any]] = dict(kind.get_flat_type_info(kind))
    for name, member in found.items():
        if member.Attributes.nillable or member.Attributes.sub_name or member.Attributes.sub_ns:
            raise TypeError(f"{kind.__name__}.{name}: an element is neither nil nor called otherwise than its field")
    return found


def _simple(kind: type[Any]) -> Simple:
    found = next((SIMPLE[base] for base in kind.__mro__ if base in SIMPLE), None)
    if found is None:
        raise TypeError(f"{kind.__name__} is no type of the contract")
    return found
