"""What is checked before Spyne sees anything: the request's outside, then the XML, then the shape of the envelope."""

from dataclasses import dataclass
from http import HTTPStatus

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
# The schema validator takes time for each attribute and element, wrong ones above all; counting costs next to nothing.
MOST_ELEMENTS, MOST_ATTRIBUTES, DEEPEST = 20_000, 50, 40


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
    envelope: etree._Element
    headers: tuple[etree._Element, ...]
    body: etree._Element


def spoken_version(request: Request) -> Version:
    """The version that the media type stands for; whoever names none is answered in 1.1."""
    return next((version for version in VERSIONS if version.media_type == request.mimetype), SOAP_1_1)


def read_call(request: Request, longest: int) -> Call:
    _check_method(request)
    _check_media_type(request)
    root = parse(_content(request, longest))
    return _open(root, spoken_version(request))


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
        text = N_("Mesaj çox böyükdür: ən çoxu {longest} bayt qəbul edilir.")
        raise Refused("soap.too_large", text, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, longest=longest)
    try:
        return request.get_data(cache=False)
    except ClientDisconnected:
        raise Refused("soap.incomplete", N_("Mesaj sona qədər alınmadı.")) from None


def parse(content: bytes) -> etree._Element:
    """The root of a plain document: without a document type, without instructions, without anything from elsewhere."""
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
    except etree.XMLSyntaxError:
        raise Refused("soap.not_xml", N_("Mesaj düzgün XML deyil.")) from None
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        raise Refused("soap.document_type", N_("Mesajda DOCTYPE olmamalıdır."))
    _check_size(root)
    if tree.xpath("boolean(//processing-instruction())"):
        raise Refused("soap.instruction", N_("Mesajda emal təlimatı (processing instruction) olmamalıdır."))
    return root


def _check_size(root: etree._Element) -> None:
    elements, depth = 0, 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if elements > MOST_ELEMENTS or depth > DEEPEST or len(element.attrib) > MOST_ATTRIBUTES:
            raise Refused("soap.shape", N_("Mesajda həddən artıq element, atribut və ya iç-içə səviyyə var."))


def _open(root: etree._Element, version: Version) -> Call:
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
    return Call(version, root, headers, root[-1][0])


def _check_understood(headers: tuple[etree._Element, ...], version: Version) -> None:
    for block in headers:
        known = block.tag in UNDERSTOOD or etree.QName(block).namespace == xroad.NAMESPACE
        if not known and block.get(version.tag("mustUnderstand"), "").strip() in MANDATORY:
            text = N_("Mütləq anlaşılmalı olan «{name}» başlığı tanınmır.")
            raise NotUnderstood("soap.header", text, name=etree.QName(block).localname)
