"""The header elements of the X-Road message protocol 4.0: checked if any is there, and given back as they came."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from app.core.errors import N_, Invalid

NAMESPACE = "http://x-road.eu/xsd/xroad.xsd"
IDENTIFIERS = "http://x-road.eu/xsd/identifiers"
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
        found = next((block for block in self.blocks if block.tag == _tag(name)), None)
        return "" if found is None else (found.text or "").strip()

    @property
    def message_id(self) -> str:
        return self.text("id")

    @property
    def person(self) -> str:
        """The FİN of who acts: the protocol puts his country before it."""
        return self.text("userId").removeprefix(COUNTRY)

    def echo(self) -> list[etree._Element]:
        """All of them in their order; the hash of the request is written by the security server, never by us."""
        return [copy.deepcopy(block) for block in self.blocks if block.tag != _tag("requestHash")]


def read(headers: Sequence[etree._Element], operation: str) -> Headers:
    """None of them is no fault; some without the others is, and so is a service that is not the one in the body."""
    blocks = tuple(block for block in headers if etree.QName(block).namespace == NAMESPACE)
    found = Headers(blocks)
    if not blocks:
        return found
    _check_presence(blocks)
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


def _check_service(blocks: Sequence[etree._Element], operation: str) -> None:
    service = next(block for block in blocks if block.tag == _tag("service"))
    version = service.findtext(f"{{{IDENTIFIERS}}}serviceVersion", VERSION)
    if service.findtext(f"{{{IDENTIFIERS}}}serviceCode", "") != operation or version != VERSION:
        message = N_("X-Road başlığındakı xidmət mesajdakı əməliyyat deyil.")
        raise Invalid("xroad.service", message, field="service")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
