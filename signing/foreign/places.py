"""Takes an element of another maker apart by position: the children in their order, space between them ignored."""

import re
from typing import TYPE_CHECKING

from signing.base64_text import decoded
from signing.errors import Malformed
from signing.namespaces import clark
from signing.xml_places import local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SPACE = " \t\r\n"
SPACES = re.compile(f"[{SPACE}]+")


def content(parent: "Element", *model: str) -> list[list["Element"]]:
    """The children, place by place: `a` once, `a?` at most once, `a+` once or more, `a|b` either of them."""
    rest, places = children(parent)[::-1], []
    for place in model:
        names, sign = {clark(name) for name in place.rstrip("?+").split("|")}, place[-1]
        taken: list[Element] = []
        while rest and rest[-1].tag in names and (sign == "+" or not taken):
            taken.append(rest.pop())
        if not taken and sign != "?":
            raise Malformed(f"{local(parent)} does not hold what it must")
        places.append(taken)
    if rest:
        raise Malformed(f"{local(parent)} holds what it may not")
    return places


def only(parent: "Element", name: str) -> "Element":
    return content(parent, name)[0][0]


def children(parent: "Element") -> list["Element"]:
    if any((text or "").strip(SPACE) for text in (parent.text, *(child.tail for child in parent))):
        raise Malformed(f"text between the elements of {local(parent)}")
    return list(parent)


def attributes(element: "Element", *required: str, optional: tuple[str, ...] = ()) -> list[str]:
    """The values of the required attributes. An Id may stand anywhere: that it is alone is seen elsewhere."""
    if not set(required) <= set(element.attrib) <= {*required, *optional, "Id"}:
        raise Malformed(f"{local(element)} does not have the attributes that it must")
    return [str(element.attrib[name]) for name in required]


def leaf(element: "Element", *required: str, optional: tuple[str, ...] = ()) -> str:
    """The text of an element without children, as it stands."""
    attributes(element, *required, optional=optional)
    if len(element):
        raise Malformed(f"elements inside {local(element)}")
    return element.text or ""


def value(element: "Element", *, optional: tuple[str, ...] = ()) -> bytes:
    """What Base64 in lines stands for."""
    return decoded(SPACES.sub("", leaf(element, optional=optional)))


def algorithm(element: "Element") -> str:
    if leaf(element, "Algorithm").strip(SPACE):
        raise Malformed("an algorithm has content")
    return str(element.get("Algorithm"))
