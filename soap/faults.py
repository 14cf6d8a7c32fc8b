"""Every kind of error, mapped once to a SOAP fault; nothing of what went wrong inside ever leaves."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from lxml import etree
from sqlalchemy.exc import OperationalError

from app.core.errors import (
    N_,
    Conflict,
    DomainError,
    Invalid,
    MessageIdReused,
    NotAllowed,
    NotFound,
    Problem,
    RateLimited,
    Unavailable,
)
from app.web.i18n import translate
from soap.gate import NotUnderstood, Refused, VersionMismatch
from soap.versions import NAMESPACE, SOAP_1_1, Version

log = logging.getLogger(__name__)

# The first kind that fits decides.
CODES: Final[dict[type[DomainError], str]] = {
    VersionMismatch: "VersionMismatch",
    NotUnderstood: "MustUnderstand",
    Invalid: "Client.Validation",
    NotFound: "Client.NotFound",
    NotAllowed: "Client.NotAllowed",
    MessageIdReused: "Client.MessageIdReused",
    Conflict: "Client.Conflict",
    RateLimited: "Client.RateLimited",
    Unavailable: "Server.Unavailable",
}
INTERNAL: Final = "Server.Internal"
BROKEN: Final = Problem("internal", N_("Xidmətdə xəta baş verdi. Bir azdan yenidən cəhd edin."))
AWAY: Final = Problem("database.away", N_("Xidmət müvəqqəti cavab vermir. Bir azdan yenidən cəhd edin."))
A_MOMENT: Final = 10
XML_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"

# Characters that XML cannot hold, not even escaped, are shown as the replacement character.
_UNSPEAKABLE: Final = dict.fromkeys(
    [*(code for code in range(0x20) if chr(code) not in "\t\n\r"), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF],
    "\N{REPLACEMENT CHARACTER}",
)


@dataclass(frozen=True, slots=True)
class Fault:
    code: str
    problems: tuple[Problem, ...]
    retry_after: int | None = None
    http_status: int | None = None  # Where HTTP has a better word than SOAP.

    @property
    def is_the_clients(self) -> bool:
        return self.code.startswith("Client")

    def status(self, version: Version) -> int:
        """SOAP 1.1 knows 500 alone; 1.2 tells the sender's faults by 400."""
        if self.http_status is not None:
            return self.http_status
        is_bad_request = self.is_the_clients and version is not SOAP_1_1
        return HTTPStatus.BAD_REQUEST if is_bad_request else HTTPStatus.INTERNAL_SERVER_ERROR


def fault_of(error: Exception, reference: str) -> Fault:
    code = next((code for kind, code in CODES.items() if isinstance(error, kind)), INTERNAL)
    if isinstance(error, DomainError) and code != INTERNAL:
        status = error.status if isinstance(error, Refused) and error.status != HTTPStatus.BAD_REQUEST else None
        retry_after = error.retry_after if isinstance(error, RateLimited | Unavailable) else None
        return Fault(code, error.problems, retry_after, status)
    if isinstance(error, OperationalError):
        log.error("database away", extra={"reference": reference, "code": type(error.orig).__name__})
        return Fault(CODES[Unavailable], (AWAY,), A_MOMENT)
    return broken(error, reference)


def broken(error: Exception, reference: str) -> Fault:
    """Says no more than that it was not the sender's doing; the log has the rest under the same number."""
    log.error("unexpected error", exc_info=error, extra={"reference": reference})
    return Fault(INTERNAL, (BROKEN,))


def write_fault(fault: Fault, version: Version, language: str, reference: str, headers: Sequence[bytes] = ()) -> bytes:
    texts = [_speakable(translate(language, problem.message, **problem.facts)) for problem in fault.problems]
    element = etree.Element(version.tag("Fault"), nsmap={"soap": version.namespace, "tns": NAMESPACE})
    if version is SOAP_1_1:
        _add(element, "faultcode", f"soap:{fault.code}")
        _add(element, "faultstring", texts[0]).set(XML_LANGUAGE, language)
        detail = _add(element, "detail")
    else:
        _write_code(element, fault, version)
        reason = _add(_add(element, version.tag("Reason")), version.tag("Text"), texts[0])
        reason.set(XML_LANGUAGE, language)
        detail = _add(element, version.tag("Detail"))
    detail.append(_detail(fault, texts, reference))
    return version.envelope(etree.tostring(element, encoding="UTF-8"), headers)


def _write_code(element: etree._Element, fault: Fault, version: Version) -> None:
    general, _, particular = fault.code.partition(".")
    general = {"Client": version.client, "Server": version.server}.get(general, general)
    code = _add(element, version.tag("Code"))
    _add(code, version.tag("Value"), f"soap:{general}")
    if particular:
        _add(_add(code, version.tag("Subcode")), version.tag("Value"), f"tns:{particular}")


def _detail(fault: Fault, texts: list[str], reference: str) -> etree._Element:
    """The element `ServiceFault` of the contract."""
    detail = etree.Element(f"{{{NAMESPACE}}}ServiceFault", nsmap={"tns": NAMESPACE})
    _add(detail, f"{{{NAMESPACE}}}code", fault.code)
    _add(detail, f"{{{NAMESPACE}}}reference", reference)
    for problem, text in zip(fault.problems, texts, strict=True):
        part = _add(detail, f"{{{NAMESPACE}}}problem")
        named = {"rule": problem.code, "field": problem.field, "box": problem.box, "message": text}
        for name, value in named.items():
            if value is not None:
                _add(part, f"{{{NAMESPACE}}}{name}", value)
    return detail


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, tag)
    child.text = text
    return child


def _speakable(text: str) -> str:
    return text.translate(_UNSPEAKABLE)
