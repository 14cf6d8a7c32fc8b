"""The headers of our own contract: for whom a system calls and under which number, and what it is told of the call."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree
from spyne import Boolean, ComplexModel, Unicode

from app.core.errors import N_, Invalid
from soap.compiled import escaped
from soap.gate import REQUEST_HEADER
from soap.types import Code, Language, Line, optional, required, simple
from soap.versions import NAMESPACE, unmarked

MessageId = simple("MessageId", Unicode, min_len=1, max_len=64, pattern=r"[!-~]+")
PersonNumber = simple("PersonNumber", Unicode, pattern=r"[0-9A-Z]{7}")
PrincipalNumber = simple("PrincipalNumber", Unicode, pattern=r"[0-9]{10}")


class RequestHeader(ComplexModel):
    """The number of the message, who acts and for whom, and the language of texts in the answer."""

    __namespace__ = NAMESPACE
    messageId = optional(MessageId)
    actingPerson = optional(PersonNumber)
    principal = optional(PrincipalNumber)
    language = optional(Language)


class ResponseHeader(ComplexModel):
    """The number of the message and of this call, and whether the answer is that of an earlier one."""

    __namespace__ = NAMESPACE
    messageId = optional(MessageId)
    reference = required(Code)
    replayed = required(Boolean)
    notice = optional(Line)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request header says; empty where it says nothing."""

    message_id: str = ""
    person: str = ""
    principal: str = ""
    language: str = ""


def find_header(blocks: Sequence[etree._Element]) -> etree._Element | None:
    """The one there may be."""
    found = [block for block in blocks if block.tag == REQUEST_HEADER]
    if len(found) > 1:
        raise Invalid(
            "soap.header_twice", N_("RequestHeader başlığı yalnız bir dəfə göndərilir."), field="RequestHeader"
        )
    return unmarked(found[0]) if found else None


def read_header(header: etree._Element | None) -> Asked:
    if header is None:
        return Asked()
    said = {
        name: header.findtext(f"{{{NAMESPACE}}}{name}", "")
        for name in ("messageId", "actingPerson", "principal", "language")
    }
    return Asked(said["messageId"], said["actingPerson"], said["principal"], said["language"])


def response_header(message_id: str, reference: str, *, replayed: bool, notice: str) -> bytes:
    said = {
        "messageId": message_id,
        "reference": reference,
        "replayed": "true" if replayed else "false",
        "notice": notice,
    }
    blocks = "".join([f"<{name}>{escaped(value)}</{name}>" for name, value in said.items() if value])
    return f'<ResponseHeader xmlns="{NAMESPACE}">{blocks}</ResponseHeader>'.encode()
