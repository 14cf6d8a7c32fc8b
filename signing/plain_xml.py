"""How the house writes a document that is to be signed: nothing stands in it that paper would not show.

Every document is its own canonical form, of one namespace with one prefix, elements that hold elements or one text, and
the letters of `LETTERS`. So the same facts are written in one way, and two files that differ look different on paper.
"""

import re
from typing import TYPE_CHECKING
from unicodedata import is_normalized

from lxml import etree

from signing.canonical import serialised
from signing.errors import Malformed

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_BYTES = 4 << 20
MAX_ELEMENTS = 100_000
MAX_DEPTH = 8
MAX_ATTRIBUTES = 32
# What is longer is a document of its own and comes as an attachment.
MAX_VALUE = 20_000

# What the fonts of our paper show, less what looks like nothing or like something else: control characters, every space
# but one, soft and non-breaking hyphens, marks that stand on other letters, directions, joiners, private letters.
# ¦ and ‒ are kept for the paper itself.
LETTERS = (
    "\n\u0020-\u007e\u00a1-\u00a5\u00a7-\u00ac\u00ae-\u02af\u02bb\u02bc"
    "\u0370-\u0373\u0375-\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u03ff"
    "\u0400-\u0482\u048a-\u052f\u1e00-\u1eff"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a\u2044"
    "\u2070\u2071\u2074-\u208e\u20a0-\u20bf\u2116\u2122\u2150-\u215f"
    "\u2190-\u2193\u2205\u2212\u221a\u221e\u2248\u2260\u2264\u2265"
)
_OTHER = re.compile(f"[^{LETTERS}]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_NAMESPACE = re.compile(r"urn:[a-z0-9][a-z0-9:.-]{0,99}")
_PREFIX = re.compile(r"[a-z]{1,8}")
# Paper shows one space between two words, and a new line; nothing else of what is empty.
_UNSEEN = re.compile(r"\A[ \n]|[ \n]\Z|  | \n|\n ")


def parse(document: bytes) -> "Element":
    """The root of a document that is written by these rules; any other is refused."""
    _read(document)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed("the document is not well-formed XML") from error
    _check_namespace(root)
    _check_tree(root)
    # Last, because its time grows with what was bounded before.
    if serialised(root, exclusive=False) != document:
        raise Malformed("the document is not written in its canonical form")
    return root


def _read(document: bytes) -> None:
    """What can be said of the bytes before anything is built of them."""
    if len(document) > MAX_BYTES:
        raise Malformed(f"the document is larger than {MAX_BYTES} bytes")
    try:
        text = document.decode()
    except UnicodeDecodeError:
        raise Malformed("the document is not UTF-8") from None
    if "<!" in text or "<?" in text or "&#" in text:
        raise Malformed("the document holds a declaration, a comment, an instruction or a letter given by its number")
    if found := _OTHER.search(text):
        raise Malformed(f"the document holds a character that paper does not show: U+{ord(found[0]):04X}")
    if not is_normalized("NFC", text):
        raise Malformed("the document holds letters that are not composed as NFC composes them")
    if text.count("</") + text.count("/>") > MAX_ELEMENTS:
        raise Malformed(f"the document has more than {MAX_ELEMENTS} elements")


def _check_namespace(root: "Element") -> None:
    declared = dict(root.nsmap)
    uri = declared.get(root.prefix)
    if len(declared) != 1 or not _PREFIX.fullmatch(root.prefix or "") or not _NAMESPACE.fullmatch(uri or ""):
        raise Malformed("the document does not declare one namespace, a URN, with one prefix")


def _check_tree(root: "Element") -> None:
    pending = [(root, 1)]
    while pending:
        element, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise Malformed(f"elements are nested more than {MAX_DEPTH} deep")
        name = str(element.tag).rpartition("}")[2]
        if not _NAME.fullmatch(name) or element.prefix != root.prefix or len(element.nsmap) != 1:
            raise Malformed(f"an element has a name or a namespace of its own: {name[:80]!r}")
        _check_content(element, name)
        pending.extend((child, depth + 1) for child in element)


def _check_content(element: "Element", name: str) -> None:
    if len(element.attrib) > MAX_ATTRIBUTES:
        raise Malformed(f"{name} has more than {MAX_ATTRIBUTES} attributes")
    for attribute in map(str, element.attrib):
        if not _NAME.fullmatch(attribute):
            raise Malformed(f"{name} has an attribute with a prefix or a name of its own: {attribute[:80]!r}")
        _check_value(str(element.attrib[attribute]), f"{name} {attribute}")
    if len(element):
        if element.text or any(child.tail for child in element):
            raise Malformed(f"{name} holds text between its elements")
    elif element.text:
        _check_value(element.text, name)
    elif not element.attrib:
        raise Malformed(f"{name} is empty: what is not known is left out")


def _check_value(value: str, where: str) -> None:
    if not value:
        raise Malformed(f"{where} is empty: what is not known is left out")
    if len(value) > MAX_VALUE:
        raise Malformed(f"{where} has more than {MAX_VALUE} letters")
    if _UNSEEN.search(value):
        raise Malformed(f"{where} has spaces at an end or beside one another")
