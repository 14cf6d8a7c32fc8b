"""Reads and writes the types of the contract: one function for each, made once at start from Spyne's description of it.

Spyne looks at the description anew for every element; of a message of fifty items that is nearly all of its time. What
is read here was held against the schema before, and what is written is held against it afterwards.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal as Number
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Simple:
    """How the text of an element becomes a value and back."""

    read: Callable[[str], Any]
    write: Write


def _text(value: str) -> str:
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
    Unicode: Simple(str, _text),
    Integer: Simple(int, _whole),
    Decimal: Simple(Number, _number),
    Boolean: Simple(lambda text: text.strip() in {"true", "1"}, lambda value: TRUTH[value]),
    DateTime: Simple(lambda text: datetime.fromisoformat(text.strip()), _instant),
    # A day may come with a zone, which says nothing about it.
    Date: Simple(lambda text: date.fromisoformat(text.strip()[:10]), _day),
    ByteArray: Simple(lambda text: [b64decode(text)], _bytes),
}


class Types:
    """The functions of all types that were asked for; a type may hold itself."""

    def __init__(self) -> None:
        self._readers: dict[type[Any], Read] = {}
        self._writers: dict[type[Any], Write] = {}

    def reader(self, kind: type[Any]) -> Read:
        kind = described(kind)
        return self._readers.get(kind) or self._reader(kind)

    def writer(self, kind: type[Any]) -> Write:
        kind = described(kind)
        if kind not in self._writers:
            self._writers[kind] = _simple(kind).write if not is_complex(kind) else self._complex_writer(kind)
        return self._writers[kind]

    def _reader(self, kind: type[Any]) -> Read:
        blank = dict(vars(kind()))
        members: dict[str, tuple[str, bool, Read | None, Callable[[str], Any]]] = {}

        def read(element: etree._Element) -> Any:
            found = blank.copy()
            child = element
            try:
                for child in element:
                    name, is_repeated, read_parts, convert = members[child.tag]
                    value = read_parts(child) if read_parts else convert(child.text or "")
                    if not is_repeated:
                        found[name] = value
                    elif found[name] is None:
                        found[name] = [value]
                    else:
                        found[name].append(value)
            except NOT_READABLE:
                raise Unreadable(etree.QName(child).localname) from None
            instance = object.__new__(kind)
            instance.__dict__ = found
            return instance

        self._readers[kind] = read
        for name, member in fields(kind).items():
            ways = (self.reader(member), str) if is_complex(member) else (None, _simple(member).read)
            members[f"{{{kind.get_namespace()}}}{name}"] = (name, member.Attributes.max_occurs > 1, *ways)
        return read

    def _complex_writer(self, kind: type[Any]) -> Write:
        members: list[tuple[str, bool, bool, str, str, Write]] = []

        def write(value: Any) -> str:
            held_by_name, parts = vars(value), list[str]()
            for name, is_repeated, is_required, opening, closing, write_one in members:
                held = held_by_name.get(name)
                if is_repeated:
                    parts += [f"{opening}{write_one(one)}{closing}" for one in held or ()]
                elif held is not None:
                    parts.append(f"{opening}{write_one(held)}{closing}")
                elif is_required:
                    raise TypeError(f"{kind.__name__}.{name} has no value")
            return "".join(parts)

        self._writers[kind] = write
        for name, member in fields(kind).items():
            many, needed = member.Attributes.max_occurs > 1, member.Attributes.min_occurs > 0
            members.append((name, many, needed, f"<tns:{name}>", f"</tns:{name}>", self.writer(member)))
        return write


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
