"""The writing rules for signed documents: one way to write each fact, and nothing that paper would not show."""

import re
from collections.abc import Callable

import pytest
from lxml import etree

from signing import plain_xml
from signing.errors import Malformed
from signing.plain_xml import LETTERS, MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_VALUE
from tests.signing.papers import RECORD, decision, leaf, part, record

GOOD = record(part("Goods", leaf("Name", "Şirə, üzüm\n1 l"), leaf("Value", "5.00", currency="AZN")), version="1")


def changed(old: str, new: str) -> bytes:
    assert old in GOOD.decode()
    return GOOD.decode().replace(old, new, 1).encode()


def nested(depth: int) -> bytes:
    """A document of so many levels."""
    inner = leaf("A", "1")
    for _ in range(depth - 2):
        inner = part("A", inner)
    return record(inner)


@pytest.mark.parametrize("document", [GOOD, decision(), nested(MAX_DEPTH), record(leaf("A", "a" * MAX_VALUE))])
def test_parse_a_document_by_the_rules(document: bytes) -> None:
    assert etree.tostring(plain_xml.parse(document), method="c14n") == document


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not well-formed"),
    "no xml": (b"%PDF-1.7", "not well-formed"),
    "cut off": (GOOD[:-1], "not well-formed"),
    "two roots": (GOOD + GOOD, "not well-formed"),
    "not utf-8": (GOOD.decode().encode("utf-16"), "not UTF-8"),
    "a lone byte": (changed("5.00", "5.0") + b"\xff", "not UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + GOOD, "U+FEFF"),
    "an xml declaration": (b'<?xml version="1.0"?>' + GOOD, "declaration"),
    "a document type": (b"<!DOCTYPE a>" + GOOD, "declaration"),
    "an entity": (b'<!DOCTYPE a [<!ENTITY x "y">]>' + changed("5.00", "&x;"), "declaration"),
    "an entity of nobody": (changed("5.00", "&x;"), "not well-formed"),
    "a comment": (changed("5.00", "5.<!-- -->00"), "comment"),
    "a comment at the end": (GOOD + b"<!-- -->", "comment"),
    "an instruction": (changed("5.00", "<?php ?>5.00"), "instruction"),
    "character data": (changed("5.00", "<![CDATA[5.00]]>"), "declaration"),
    "a letter by its number": (changed("5.00", "5.0&#48;"), "by its number"),
    "a direction by its number": (changed("5.00", "5.0&#x202e;0"), "by its number"),
    "a null": (changed("5.00", "5.00\0"), "U+0000"),
    "a control character": (changed("5.00", "5.0\x08"), "U+0008"),
    "a tab": (changed("5.00", "5\t00"), "U+0009"),
    "a carriage return": (changed("5.00", "5\r\n00"), "U+000D"),
    "a delete": (changed("5.00", "5\x7f"), "U+007F"),
    "a non-breaking space": (changed("üzüm", "üz\xa0üm"), "U+00A0"),
    "a soft hyphen": (changed("üzüm", "üz\xadüm"), "U+00AD"),
    "a zero-width space": (changed("üzüm", "üz\u200büm"), "U+200B"),
    "a zero-width joiner": (changed("üzüm", "üz\u200düm"), "U+200D"),
    "a word joiner": (changed("üzüm", "üz\u2060üm"), "U+2060"),
    "a right-to-left override": (changed("üzüm", "\u202eüzüm"), "U+202E"),
    "a left-to-right isolate": (changed("üzüm", "\u2066üzüm"), "U+2066"),
    "a line separator": (changed("üzüm", "üz\u2028üm"), "U+2028"),
    "a private letter": (changed("üzüm", "\ue000"), "U+E000"),
    "a letter of another script": (changed("üzüm", "葡萄"), "U+8461"),
    "a tag character": (changed("üzüm", "üzüm\U000e0041"), "U+E0041"),
    "the bar of the paper": (changed("üzüm", "a ¦ b"), "U+00A6"),
    "the dash of the paper": (changed("üzüm", "‒"), "U+2012"),
    "the line break of the paper": (changed("üzüm", "a↵"), "U+21B5"),
    "a letter in two pieces": (changed("üzüm", "u\u0308züm"), "U+0308"),
    "a letter that has another form": (changed("üzüm", "\u1e9b\u1f71"), "U+1F71"),
    "a letter that is not composed": (changed("üzüm", "\u0374"), "U+0374"),
    "no namespace": (b"<Record><A>1</A></Record>", "one namespace"),
    "no prefix": (b'<Record xmlns="urn:x"><A>1</A></Record>', "one namespace"),
    "a prefix in capitals": (b'<T:Record xmlns:T="urn:x"><T:A>1</T:A></T:Record>', "one namespace"),
    "two namespaces": (b'<t:R xmlns:t="urn:x" xmlns:u="urn:y"><t:A>1</t:A></t:R>', "one namespace"),
    "a namespace that is an address": (b'<t:R xmlns:t="http://x"><t:A>1</t:A></t:R>', "one namespace"),
    "a namespace below the root": (changed("<t:Goods>", '<t:Goods xmlns:u="urn:y">'), "namespace of its own"),
    "an element of another namespace": (
        changed("<t:Name>", '<u:Name xmlns:u="urn:y">').replace(b"</t:Name>", b"</u:Name>"),
        "namespace of its own",
    ),
    "an element without namespace": (
        changed("<t:Name>", "<Name>").replace(b"</t:Name>", b"</Name>"),
        "namespace of its own",
    ),
    "a type": (
        changed("<t:Goods>", '<t:Goods xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="t:B">'),
        "namespace of its own",
    ),
    "a language": (changed("<t:Goods>", '<t:Goods xml:lang="az">'), "with a prefix"),
    "an attribute with the prefix": (changed(" currency=", " t:currency="), "with a prefix"),
    "an element of other letters": (GOOD.replace(b"t:Goods>", "t:Mallarə>".encode()), "a name"),
    "an attribute of other letters": (changed(" currency=", " cur-rency="), "name of its own"),
    "text between elements": (changed("<t:Goods>", "<t:Goods>1"), "between its elements"),
    "text after elements": (changed("</t:Goods>", "</t:Goods>1"), "between its elements"),
    "indentation": (changed("<t:Goods>", "\n  <t:Goods>"), "between its elements"),
    "an empty element": (record("<t:A></t:A>"), "is empty"),
    "an empty attribute": (changed('"AZN"', '""'), "is empty"),
    "a space before": (changed("5.00", " 5.00"), "spaces"),
    "a space behind": (changed("5.00", "5.00 "), "spaces"),
    "a space alone": (changed("5.00", " "), "spaces"),
    "two spaces": (changed("üzüm", "üz  üm"), "spaces"),
    "a line break behind": (changed("5.00", "5.00\n"), "spaces"),
    "a space at a line break": (changed("\n1 l", "\n 1 l"), "spaces"),
    "two spaces in an attribute": (changed('"AZN"', '"A  N"'), "spaces"),
    "a line break in an attribute": (changed('"AZN"', '"A\nN"'), "canonical"),
    "other quotes": (changed('"AZN"', "'AZN'"), "canonical"),
    "a space in a tag": (changed("<t:Goods>", "<t:Goods >"), "canonical"),
    "a short end": (changed('<t:Value currency="AZN">5.00</t:Value>', '<t:Value currency="AZN"/>'), "canonical"),
    "an escape that is not needed": (changed("5.00", "5&apos;00"), "canonical"),
    "attributes in another order": (
        changed('currency="AZN"', 'unit="1" currency="AZN"'),
        "canonical",
    ),
    "a line break at the end": (GOOD + b"\n", "canonical"),
}


@pytest.mark.parametrize(("document", "reason"), REFUSED.values(), ids=REFUSED)
def test_parse_refuses(document: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=re.escape(reason)) as caught:
        plain_xml.parse(document)
    assert "\n" not in str(caught.value)


LIMITS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a long file": (lambda: record(leaf("A", "a" * MAX_BYTES)), f"larger than {MAX_BYTES} bytes"),
    "four mebibytes of text": (lambda: record(leaf("A", "a" * (MAX_BYTES - 300))), f"more than {MAX_VALUE} letters"),
    "many elements": (lambda: record("<t:A>1</t:A>" * MAX_ELEMENTS), f"more than {MAX_ELEMENTS} elements"),
    "many empty elements": (lambda: record("<t:A/>" * (MAX_ELEMENTS + 1)), f"more than {MAX_ELEMENTS} elements"),
    "one level too deep": (lambda: nested(MAX_DEPTH + 1), f"more than {MAX_DEPTH} deep"),
    "very deep": (lambda: nested(50_000), "not well-formed"),
    "opened and never closed": (lambda: b'<t:A xmlns:t="urn:x">' + b"<t:A>" * 800_000, "not well-formed"),
    "one attribute too many": (
        lambda: record(leaf("A", "1", **{f"a{number:03}": "1" for number in range(MAX_ATTRIBUTES + 1)})),
        f"more than {MAX_ATTRIBUTES} attributes",
    ),
    "very many attributes": (
        lambda: record(leaf("A", "1", **{f"a{number:06}": "1" for number in range(200_000)})),
        "attributes",
    ),
    "very many namespaces": (
        lambda: GOOD.replace(
            f'xmlns:t="{RECORD}"'.encode(),
            " ".join(f'xmlns:t{number}="urn:{number}"' for number in range(50_000)).encode() + b' xmlns:t="urn:x"',
        ),
        "one namespace",
    ),
    "a long name": (lambda: record(leaf("A" * 65, "1")), "a name"),
    "a long namespace": (lambda: GOOD.replace(RECORD.encode(), b"urn:" + b"x" * 200), "one namespace"),
}


@pytest.mark.parametrize(("document", "reason"), LIMITS.values(), ids=LIMITS)
def test_parse_refuses_what_is_too_much(document: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        plain_xml.parse(document())


def test_letters_holds_what_our_languages_need() -> None:
    needed = "aəüöğışçƏÜÖĞIİŞÇ АЯаяЁё 0123456789 «»“”‘’„…–—•№₼€$₽§%‰°±²³µ×÷½≤≥ q ß é ñ ž ł"
    assert [letter for letter in needed if not re.match(f"[{LETTERS}]", letter)] == []
