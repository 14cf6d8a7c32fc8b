"""Parses XML that comes from outside, and gives the canonical bytes that digests and signatures are made of."""

import re
from typing import TYPE_CHECKING, Literal

from lxml import etree

from signing.errors import Malformed

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_BYTES = 1 << 20
# Canonicalisation takes time in proportion to elements times declarations, so that both are bounded beforehand.
MAX_ELEMENTS = 20_000
MAX_DECLARATIONS = 64
DECLARATION = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?i:utf-8)[\"'])?(?: standalone=[\"'](?:no|yes)[\"'])? ?\?>"
)

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
# Equal to 1.0 for files without attributes of the namespace `xml`, and `parse` lets no others in.
INCLUSIVE_1_1 = "http://www.w3.org/2006/12/xml-c14n11"
METHODS: dict[str, bool] = {EXCLUSIVE: True, INCLUSIVE: False, INCLUSIVE_1_1: False}


def parse(xml: bytes) -> "Element":
    """The root of a document that holds elements, attributes and text, and nothing else that XML knows."""
    if len(xml) > MAX_BYTES:
        raise Malformed(f"XML is larger than {MAX_BYTES} bytes")
    head = DECLARATION.match(xml)
    body = xml[head.end() :] if head else xml
    if b"<!" in body or b"<?" in body or (b"xml:" in body and b" xml:" in body.translate(_ONE_SPACE)):
        raise Malformed("XML holds something that a signature file never needs")
    if body.count(b"<") > 2 * MAX_ELEMENTS or body.count(b"xmlns") > MAX_DECLARATIONS:
        raise Malformed("XML has too many elements")
    try:
        return etree.fromstring(body, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed("XML is not well-formed") from error


_ONE_SPACE = bytes.maketrans(b"\t\r\n", b"   ")


def _parser() -> etree.XMLParser:
    """A new one each time: a parser shared by threads makes them wait for one another."""
    return etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
    )


def canonical(element: "Element", method: str) -> bytes:
    """The canonical bytes of an element where it stands, with the namespaces that it inherits there."""
    exclusive = METHODS.get(method)
    if exclusive is None:
        raise Malformed(f"unknown canonicalisation {method!r:.80}")
    return serialised(element if exclusive else _alone(element), exclusive=exclusive)


def _alone(element: "Element") -> "Element":
    """As a document of its own that declares what the element inherits.

    The inclusive form of an inner element comes wrong from lxml where the default namespace is declared above it.
    """
    return parse(etree.tostring(element, encoding="utf-8", with_tail=False))


def serialised(element: "Element", *, exclusive: bool) -> bytes:
    form: Literal["c14n"] = "c14n"
    return etree.tostring(element, method=form, exclusive=exclusive, with_comments=False)


def is_canonical(xml: bytes, root: "Element") -> bool:
    """Whether the file is its own canonical form: then nothing in it can be written in a second way."""
    return serialised(root, exclusive=False) == xml
