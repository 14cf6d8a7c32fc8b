"""What is checked before Spyne sees anything: the request's outside, then the XML, then the shape of the envelope."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lxml import etree
from werkzeug import Request
from werkzeug.exceptions import ClientDisconnected

from app.core.errors import N_, DomainError, Invalid
from soap import xroad
from soap.security import SECURITY
from soap.versions import NAMESPACE, SOAP_1_1, VERSIONS, Version

MANDATORY = frozenset({"1", "true"})
REQUEST_HEADER = f"{{{NAMESPACE}}}RequestHeader"
UNDERSTOOD = frozenset({REQUEST_HEADER, SECURITY})
# Parser and schema take time for each element, attribute and namespace: their signs are counted before any is read.
MOST_TAGS, MOST_ATTRIBUTES, DEEPEST = 40_000, 10_000, 40
LONGEST_VALUE = 10_000_000  # The parser's own limit, in characters.
USUAL_LENGTH = 1024 * 1024  # Of a message that brings no file.
_TOO_DEEP = etree.XPath(f"boolean({'/*' * (DEEPEST + 1)})")
_INSTRUCTED = etree.XPath("boolean(//processing-instruction())")


class Refused(Invalid):
    """Not a call; carries the status by which HTTP names the reason."""

    def __init__(self, code: str, message: str, /, *, status: int = HTTPStatus.BAD_REQUEST, **facts: object) -> None:
        super().__init__(code, message, field=None, box=None, **facts)
        self.status = status


class VersionMismatch(DomainError):
    kind = "version_mismatch"


class NotUnderstood(DomainError):
    """A header that the sender holds to be indispensable means nothing here."""

    kind = "not_understood"


@dataclass(frozen=True, slots=True)
class Call:
    version: Version
    length: int
    envelope: etree._Element
    headers: tuple[etree._Element, ...]
    body: etree._Element


def spoken_version(request: Request) -> Version:
    """The version that the media type stands for; whoever names none is answered in 1.1."""
    return next((version for version in VERSIONS if version.media_type == request.mimetype), SOAP_1_1)


def read_call(request: Request, longest: int) -> Call:
    _check_method(request)
    _check_media_type(request)
    content = _content(request, longest)
    return _open(parse(content), len(content), spoken_version(request))


def check_length(call: Call, longest: int) -> None:
    """Which operation it is for is known only now; most have no use for a long message."""
    if call.length > longest:
        raise _too_large(longest)


def _check_method(request: Request) -> None:
    if request.method != "POST":
        raise Refused(
            "soap.method", N_("Xidmətə yalnız POST üsulu ilə müraciət edilir."), status=HTTPStatus.METHOD_NOT_ALLOWED
        )


def _check_media_type(request: Request) -> None:
    known = request.mimetype in {version.media_type for version in VERSIONS}
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if not known or charset not in {"utf-8", "utf8"} or request.content_encoding not in {None, "", "identity"}:
        text = N_(
            "Mesaj UTF-8 kodlaşdırmasında text/xml və ya application/soap+xml növündə, sıxılmadan göndərilməlidir."
        )
        raise Refused("soap.media_type", text, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _content(request: Request, longest: int) -> bytes:
    length = request.content_length
    if length is None:
        raise Refused(
            "soap.length", N_("Mesajın uzunluğu (Content-Length) göstərilməyib."), status=HTTPStatus.LENGTH_REQUIRED
        )
    if length > longest:
        raise _too_large(longest)
    try:
        return request.get_data(cache=False)
    except ClientDisconnected:
        raise Refused("soap.incomplete", N_("Mesaj sona qədər alınmadı.")) from None


def _too_large(longest: int) -> Refused:
    text = N_("Mesaj çox böyükdür: ən çoxu {longest} bayt qəbul edilir.")
    return Refused("soap.too_large", text, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, longest=longest)


def parse(content: bytes) -> etree._Element:
    """The root of a plain document: without a document type, without instructions, without anything from elsewhere."""
    tags = content.count(b"<")
    if tags > MOST_TAGS or content.count(b"=") > MOST_ATTRIBUTES:
        raise _misshapen()
    # A parser of its own for each message: one that is shared makes threads wait for each other.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _unreadable(error, len(content)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("soap.document_type", N_("Mesajda DOCTYPE olmamalıdır."))
    if tags > DEEPEST and _TOO_DEEP(root):
        raise _misshapen()
    if b"<?" in content.removeprefix(b"<?xml ") and _INSTRUCTED(root):
        raise Refused("soap.instruction", N_("Mesajda emal təlimatı (processing instruction) olmamalıdır."))
    return root


def _unreadable(error: Any, length: int) -> Refused:
    if error.code != etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return Refused("soap.not_xml", N_("Mesaj düzgün XML deyil."))
    if length <= LONGEST_VALUE:
        return _misshapen()
    text = N_(
        "Mesajdakı qiymət çox uzundur. Mesajın içində ən çoxu 7 MB fayl göndərilir; daha böyüyü üçün RequestUpload var."
    )
    return Refused("soap.long_value", text, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _misshapen() -> Refused:
    return Refused("soap.shape", N_("Mesajda həddən artıq element, atribut və ya iç-içə səviyyə var."))


def _open(root: etree._Element, length: int, version: Version) -> Call:
    if root.tag != version.tag("Envelope"):
        if etree.QName(root).localname == "Envelope":
            raise VersionMismatch("soap.version", N_("Zərfin ad fəzası mesajın növünə uyğun SOAP versiyasının deyil."))
        raise Refused("soap.envelope", N_("Mesaj SOAP zərfi (Envelope) deyil."))
    header, body = version.tag("Header"), version.tag("Body")
    if [part.tag for part in root] not in ([body], [header, body]):
        raise Refused("soap.envelope", N_("Zərfdə bir Body, ondan əvvəl isə ən çoxu bir Header olmalıdır."))
    if len(root[-1]) != 1:
        raise Refused("soap.body", N_("Body bölməsində yalnız bir sorğu olmalıdır."))
    headers = tuple(root[0]) if len(root) > 1 else ()
    _check_understood(headers, version)
    return Call(version, length, root, headers, root[-1][0])


def _check_understood(headers: tuple[etree._Element, ...], version: Version) -> None:
    for block in headers:
        is_mandatory = block.get(version.tag("mustUnderstand"), "").strip() in MANDATORY
        is_known = block.tag in UNDERSTOOD or xroad.is_of_protocol(block)
        if is_mandatory and not is_known and _is_for_us(block, version):
            text = N_("Mütləq anlaşılmalı olan «{name}» başlığı tanınmır.")
            raise NotUnderstood("soap.header", text, name=etree.QName(block).localname)


def _is_for_us(block: etree._Element, version: Version) -> bool:
    """A block may be meant for somebody on the way; without an address it is meant for whom the body is."""
    return block.get(version.tag(version.address), "").strip() in version.own_addresses
