"""Takes an element apart by position: exactly these children, exactly these attributes, text only in leaves."""

from typing import TYPE_CHECKING

from signing.errors import Malformed
from signing.namespaces import clark

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def children(parent: "Element", *names: str) -> list["Element"]:
    """The children, which must have these names in this order."""
    found = every_child(parent)
    if [child.tag for child in found] != [clark(name) for name in names]:
        raise Malformed(f"{local(parent)} does not hold what it must")
    return found


def only(parent: "Element", name: str) -> "Element":
    return children(parent, name)[0]


def repeated(parent: "Element", name: str, limit: int) -> list["Element"]:
    """One or more children, all of one name."""
    found = every_child(parent)
    if not 0 < len(found) <= limit or any(child.tag != clark(name) for child in found):
        raise Malformed(f"{local(parent)} does not hold what it must")
    return found


def every_child(parent: "Element") -> list["Element"]:
    found = list(parent)
    if parent.text or any(child.tail for child in found):
        raise Malformed(f"text between the elements of {local(parent)}")
    return found


def attributes(element: "Element", *names: str) -> list[str]:
    """The values of the attributes, which must be exactly these."""
    if {*element.keys()} != {*names}:
        raise Malformed(f"{local(element)} does not have the attributes that it must")
    return [element.get(name, "") for name in names]


def leaf(element: "Element", *names: str) -> str:
    """The text of an element without children."""
    attributes(element, *names)
    if len(element):
        raise Malformed(f"elements inside {local(element)}")
    return element.text or ""


def local(element: "Element") -> str:
    return str(element.tag).rpartition("}")[2][:60]
