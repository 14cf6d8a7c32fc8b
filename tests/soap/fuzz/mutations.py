"""What is done to a right message: to its bytes, structure, values, headers, encoding, and to the request around it."""

import copy
import gzip
import zlib
from collections.abc import Callable
from random import Random

from lxml import etree

from soap.security import DS, WSSE, WSU
from soap.versions import NAMESPACE, VERSIONS
from soap.xroad import NAMESPACE as XRD
from tests.soap.fuzz.messages import Message

XSI = "http://www.w3.org/2001/XMLSchema-instance"
VALUES = (
    "", " ", "0", "-1", "+1", "1e3", "1E+3", "NaN", "INF", "-0.000", "0" * 40, "9" * 400, "1" * 20_000, "1,5",
    "0.1234567890123456789", "true", "TRUE", "2", "yes", "az", "xx", "import", "box", "2026-01-01T24:00:00Z",
    "2026-01-01T23:59:60Z", "2026-02-30", "0000-01-01T00:00:00Z", "-2026-01-01T00:00:00Z", "12026-01-01T00:00:00Z",
    "2026-12-01T12:00:00", "2026-12-01T12:00:00+14:01", "2026-11-02Z", "9999-12-31T23:59:59-14:00", "=", "====", "Q",
    "QQ==", "Q\nQ=\t=", "\u00e9", "ə" * 600, "\U0001f4a9", "\u202e\u0130", "\ufffd", "{text}", "{0.__class__}",
    "%s%n", "'; DROP TABLE person; --", "<![CDATA[x]]>", "../../etc/passwd", "7EF9G4H", "9900000301", "\t\r\n",
)  # fmt: skip
NAMES = ("Envelope", "Header", "Body", "Fault", "Ping", "Weigh", "UploadDocument", "PingResponse", "ServiceFault", "x")
SPACES = (NAMESPACE, "", "urn:other", XRD, WSSE, WSU, DS, *(version.namespace for version in VERSIONS))
CHARSETS = (
    "utf-8", "utf8", "UTF-8", "utf-7", "utf-16", "utf-16-le", "utf-32", "iso-8859-9", "cp1251", "cp037", "ascii",
    "none",
)  # fmt: skip
MEDIA_TYPES = (
    "text/xml", "application/soap+xml", "text/xml; charset=utf-16", 'application/soap+xml; charset="utf-8"; action="x"',
    'multipart/related; type="text/xml"; boundary=a', "application/json", "text/xml;", ";", "", "text/xml; charset",
    "application/soap+xml; charset=utf-7", "text/xml, text/xml", "text/\u0130ml", "x" * 5_000, "TEXT/XML",
)  # fmt: skip
BYTES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"&", b"<", b">", b"]]>", b"&#0;", b"&#xB;", b"&#x1F4A9;",
    b"&x;", b"<!--", b"<?x y?>", b"<![CDATA[", b"\xc3\x28", b"\xed\xa0\x80", b'"', b"'", b"xmlns=", b"\x80" * 50,
    b"<a>" * 300,
)  # fmt: skip
PACKINGS = ("gzip", "deflate", "identity", "br", "gzip, gzip", "x-gzip", "")
CERTIFICATES = ("x", "%", "-----BEGIN%20CERTIFICATE-----%0AAAAA%0A-----END%20CERTIFICATE-----", "%FF" * 900)

Mutation = Callable[[Random, Message], None]


def elements(message: Message) -> list[etree._Element]:
    return list(message.tree.iter("*"))


def any_of(chance: Random, message: Message) -> etree._Element:
    return chance.choice(elements(message))


def inner(chance: Random, message: Message) -> etree._Element:
    """Anything but the root, which has no parent."""
    return chance.choice(elements(message)[1:] or elements(message))


# Structure


def remove(chance: Random, message: Message) -> None:
    element = inner(chance, message)
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def double(chance: Random, message: Message) -> None:
    element = inner(chance, message)
    for _ in range(chance.choice([1, 1, 2, 200])):
        element.addnext(copy.deepcopy(element))


def move(chance: Random, message: Message) -> None:
    element, place = inner(chance, message), any_of(chance, message)
    if place is not element and element not in place.iterancestors():
        place.insert(chance.randrange(len(place) + 1), element)


def rename(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    space = chance.choice(SPACES)
    element.tag = f"{{{space}}}{chance.choice(NAMES)}" if space else chance.choice(NAMES)


def other_namespace(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    name, space = etree.QName(element).localname, chance.choice(SPACES)
    element.tag = f"{{{space}}}{name}" if space else name


def shuffle(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    element[:] = sorted(element, key=lambda _: chance.random())


def deepen(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    for _ in range(chance.choice([1, 30, 45, 300])):
        element = etree.SubElement(element, f"{{{NAMESPACE}}}x")


def widen(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    for _ in range(chance.choice([5, 500, 25_000])):
        etree.SubElement(element, f"{{{NAMESPACE}}}item")


def comment(chance: Random, message: Message) -> None:
    node = chance.choice([etree.Comment("x"), etree.ProcessingInstruction("x", "y")])
    place = any_of(chance, message)
    place.insert(chance.randrange(len(place) + 1), node)


def attribute(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    name, value = chance.choice(
        [
            (f"{{{XSI}}}nil", "true"),
            (f"{{{XSI}}}type", "tns:Document"),
            (f"{{{XSI}}}schemaLocation", "urn:x http://127.0.0.1:1/x.xsd"),
            (f"{{{message.version.namespace}}}mustUnderstand", chance.choice(["1", "true", "0", "x"])),
            (f"{{{message.version.namespace}}}encodingStyle", "http://schemas.xmlsoap.org/soap/encoding/"),
            (f"{{{WSU}}}Id", "id-1"),
            ("href", "#id-1"),
            ("id", "id-1"),
            ("{http://www.w3.org/XML/1998/namespace}base", "http://127.0.0.1:1/"),
        ]
    )
    element.set(name, value)


def many_attributes(chance: Random, message: Message) -> None:
    element = any_of(chance, message)
    for number in range(chance.choice([10, 60, 2_000])):
        element.set(f"a{number}", "")


def around(chance: Random, message: Message) -> None:
    """Text where the schema has none."""
    inner(chance, message).tail = chance.choice(["x", " ", "\u00a0"])


# Values


def value(chance: Random, message: Message) -> None:
    element = chance.choice([one for one in elements(message) if not len(one)] or elements(message))
    element.text = chance.choice(VALUES)


def grown(chance: Random, message: Message) -> None:
    element = chance.choice([one for one in elements(message) if element_text(one)] or elements(message))
    text = element_text(element)
    place = chance.randrange(len(text) + 1)
    element.text = text[:place] + chance.choice(VALUES) + text[place:]


def element_text(element: etree._Element) -> str:
    return element.text or ""


# Headers


def header_block(chance: Random, message: Message) -> None:
    header = message.tree.find(message.version.tag("Header"))
    if header is None:
        header = etree.Element(message.version.tag("Header"))
        message.tree.insert(0, header)
    space, name = chance.choice(
        [
            (NAMESPACE, "RequestHeader"),
            (XRD, "id"),
            (XRD, "userId"),
            (XRD, "client"),
            (WSSE, "Security"),
            ("urn:x", "Any"),
        ]
    )
    block = etree.SubElement(header, f"{{{space}}}{name}")
    if chance.random() < 0.5:
        block.set(message.version.tag("mustUnderstand"), chance.choice(["1", "true", "0"]))
    if chance.random() < 0.5:
        block.text = chance.choice(VALUES)


def header_part(chance: Random, message: Message) -> None:
    header = message.tree.find(message.version.tag("Header"))
    if header is not None and len(header):
        block = chance.choice(list(header))
        part = chance.choice([block, *block.iterdescendants("*")])
        part.text = chance.choice(VALUES)


# Bytes and encodings; what comes after the tree was written


def flip(chance: Random, message: Message) -> None:
    content = bytearray(message.content)
    for _ in range(chance.choice([1, 1, 3, 40])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    message.content = bytes(content)


def cut(chance: Random, message: Message) -> None:
    one, other = sorted(chance.randrange(len(message.content) + 1) for _ in range(2))
    message.content = chance.choice([message.content[:one], message.content[:one] + message.content[other:]])


def put_in(chance: Random, message: Message) -> None:
    place = chance.randrange(len(message.content) + 1)
    message.content = message.content[:place] + chance.choice(BYTES) + message.content[place:]


def swap(chance: Random, message: Message) -> None:
    one, other, third = sorted(chance.randrange(len(message.content) + 1) for _ in range(3))
    content = message.content
    message.content = content[:one] + content[other:third] + content[one:other] + content[third:]


def recode(chance: Random, message: Message) -> None:
    charset = chance.choice(CHARSETS)
    if charset != "none":
        text = message.content.decode("utf-8", "replace")
        if chance.random() < 0.5:
            text = f'<?xml version="1.0" encoding="{charset}"?>{text}'
        message.content = text.encode(charset, "replace")
    if chance.random() < 0.5:
        message.content_type = f"{message.version.media_type}; charset={charset}"


def document_type(chance: Random, message: Message) -> None:
    """Entities that grow, that are files, that are elsewhere: where the portal would have to go and ask."""
    place = chance.choice(["http://127.0.0.1:{port}/x", "file:///etc/passwd", "ftp://127.0.0.1:{port}/x"])
    kinds = (
        f'<!DOCTYPE e SYSTEM "{place}">',
        f'<!DOCTYPE e [<!ENTITY x SYSTEM "{place}">]>',
        f'<!DOCTYPE e [<!ENTITY % x SYSTEM "{place}"> %x;]>',
        '<!DOCTYPE e [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;&y;">]>',
        "<!DOCTYPE e [<!ELEMENT e ANY><!ATTLIST e a CDATA 'x'>]>",
        f'<?xml-stylesheet href="{place}"?>',
    )
    begin = chance.choice(kinds).replace("{port}", str(message.environ["listener"])).encode()
    message.content = begin + message.content.replace(b"</", chance.choice([b"&x;</", b"&z;</", b"</"]), 1)


def squeeze(chance: Random, message: Message) -> None:
    ways: tuple[Callable[[bytes], bytes], ...] = (gzip.compress, zlib.compress, bytes)
    packed = chance.choice(ways)(message.content)
    message.content = packed[: len(packed) - chance.choice([0, 0, 1, 9])]
    if chance.random() < 0.8:
        message.headers["Content-Encoding"] = chance.choice(PACKINGS)


# The request


def media_type(chance: Random, message: Message) -> None:
    message.content_type = chance.choice(MEDIA_TYPES)


def length(chance: Random, message: Message) -> None:
    """One that is not there, or is not that of the content."""
    size = len(message.content)
    wrong = ("", "0", "-1", "x", str(size - 1), str(size + 5), str(10**12), " 7")
    message.environ["CONTENT_LENGTH"] = chance.choice(wrong)


def method(chance: Random, message: Message) -> None:
    message.method = chance.choice(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "M-POST"])


def request_head(chance: Random, message: Message) -> None:
    name, values = chance.choice(
        [
            ("SOAPAction", ("", '"Ping"', "UploadDocument", "x" * 3_000)),
            ("X-Client-Certificate", CERTIFICATES),
            ("X-Forwarded-For", ("::1", "x", "10.0.0.1, 10.0.0.1", "")),
            ("Expect", ("100-continue",)),
            ("Accept-Language", ("ru", "*", ";q=x")),
            ("Host", ("evil.example", "")),
        ]
    )
    message.headers[name] = chance.choice(values)


IN_TREE: dict[str, tuple[Mutation, ...]] = {
    "structure": (
        remove, double, move, rename, other_namespace, shuffle, deepen, widen, comment, attribute, many_attributes,
        around,
    ),
    "types": (value, value, value, grown),
    "header": (header_block, header_part, header_part),
}  # fmt: skip
IN_BYTES: dict[str, tuple[Mutation, ...]] = {
    "bytes": (flip, cut, put_in, swap),
    "encoding": (recode, recode, document_type),
    "gzip": (squeeze,),
    "request": (media_type, length, method, request_head, request_head),
}
# What the gate lets through to what stands behind it is worth more tries than what it stops at once.
KINDS = (*IN_TREE, *IN_TREE, *IN_BYTES)
