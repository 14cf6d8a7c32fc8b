"""The header elements of the X-Road message protocol 4.0: checked if any is there, and given back as they came."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lxml import etree

from app.core.errors import N_, Invalid
from soap.versions import SOAP_1_1, Version, unmarked

NAMESPACE = "http://x-road.eu/xsd/xroad.xsd"
IDENTIFIERS = "http://x-road.eu/xsd/identifiers"
EXTENSIONS = "http://x-road.eu/xsd/"  # Below it are the namespaces of the protocol's extensions, which go back as well.
SCHEMAS = Path(__file__).parent / "schemas"
PROTOCOL = "4.0"
COUNTRY = "AZ"
VERSION = "v1"  # Of all our operations; a changed meaning would be an operation of another name.
NEEDED = ("client", "service", "id", "protocolVersion")
PARTS = ("client", "service", "userId", "issue", "id", "protocolVersion")  # Of a request.
MESSAGE_ID = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True, slots=True)
class Headers:
    """What the security server of the hub wrote."""

    blocks: tuple[etree._Element, ...]

    def text(self, name: str) -> str:
        for block in self.blocks:
            if block.tag == _tag(name):
                return (block.text or "").strip()
        return ""

    @property
    def message_id(self) -> str:
        return self.text("id")

    @property
    def person(self) -> str:
        """The FİN of who acts: the protocol puts his country before it."""
        return self.text("userId").removeprefix(COUNTRY)

    def echo(self) -> tuple[bytes, ...]:
        """All of them in their order; the hash of the request is written by the security server, never by us."""
        plain = [unmarked(block) for block in self.blocks if block.tag != _tag("requestHash")]
        return tuple([etree.tostring(block, encoding="UTF-8", with_tail=False) for block in plain])


def is_of_protocol(block: etree._Element) -> bool:
    return (etree.QName(block).namespace or "").startswith(EXTENSIONS)


def read(headers: Sequence[etree._Element], operation: str, version: Version) -> Headers:
    """None of them is no fault; some without the others is, and so is a service that is not the one in the body."""
    found = Headers(tuple(block for block in headers if is_of_protocol(block)))
    blocks = tuple(block for block in found.blocks if etree.QName(block).namespace == NAMESPACE)
    if not found.blocks:
        return found
    if version is not SOAP_1_1:
        raise Invalid("xroad.soap", N_("X-Road başlıqları yalnız SOAP 1.1 mesajında göndərilir."))
    _check_presence(blocks)
    _check_form(blocks)
    if found.text("protocolVersion") != PROTOCOL:
        raise Invalid(
            "xroad.version", N_("X-Road protokolunun yalnız 4.0 versiyası qəbul edilir."), field="protocolVersion"
        )
    if not MESSAGE_ID.fullmatch(found.message_id):
        message = N_("X-Road mesajının nömrəsi boşluqsuz, ən çoxu 64 latın hərfi, rəqəm və ya işarədir.")
        raise Invalid("xroad.id", message, field="id")
    if (user := found.text("userId")) and not user.startswith(COUNTRY):
        message = N_("userId başlığı ölkənin kodu (AZ) və şəxsin FİN-indən ibarətdir.")
        raise Invalid("xroad.user", message, field="userId")
    _check_service(blocks, operation)
    return found


def _check_presence(blocks: Sequence[etree._Element]) -> None:
    names = [etree.QName(block).localname for block in blocks]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            raise Invalid("xroad.duplicate", N_("X-Road başlığı təkrarlanır: «{name}»."), field=name, name=name)
    for name in NEEDED:
        if name not in names:
            raise Invalid("xroad.missing", N_("X-Road başlığı çatışmır: «{name}»."), field=name, name=name)


def _check_form(blocks: Sequence[etree._Element]) -> None:
    """By our copy of the protocol's schemas; what they do not know they do not judge."""
    for block in blocks:
        if etree.QName(block).localname in PARTS and not _schema().validate(unmarked(block)):
            name = etree.QName(block).localname
            raise Invalid("xroad.form", N_("X-Road başlığı düzgün qurulmayıb: «{name}»."), field=name, name=name)


@cache
def _schema() -> etree.XMLSchema:
    """Nothing is read of it but the verdict, so that all threads may share it."""
    return etree.XMLSchema(etree.parse(SCHEMAS / "xroad.xsd"))


def _check_service(blocks: Sequence[etree._Element], operation: str) -> None:
    service = next(block for block in blocks if block.tag == _tag("service"))
    version = service.findtext(f"{{{IDENTIFIERS}}}serviceVersion", VERSION)
    if service.findtext(f"{{{IDENTIFIERS}}}serviceCode", "") != operation or version != VERSION:
        message = N_("X-Road başlığındakı xidmət mesajdakı əməliyyat deyil.")
        raise Invalid("xroad.service", message, field="service")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
