"""The two versions of SOAP: their namespaces, media types and words for who is at fault."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from soap.security import WSU

NAMESPACE = "urn:e-gomruk:services:v1"


@dataclass(frozen=True, slots=True)
class Version:
    number: str
    namespace: str
    media_type: str
    wsdl_namespace: str
    client: str
    server: str
    address: str  # The attribute of a header that says for whom it is.
    own_addresses: frozenset[str]

    def tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"

    def envelope(self, content: bytes, headers: Sequence[bytes] = ()) -> bytes:
        """The content as the one child of the body of a whole message; it and the headers bring their namespaces."""
        header = b"<soap:Header>%s</soap:Header>" % b"".join(headers) if headers else b""
        opening = f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{self.namespace}">'
        return b"%s%s<soap:Body>%s</soap:Body></soap:Envelope>" % (opening.encode(), header, content)


SOAP_1_1 = Version(
    number="1.1",
    namespace="http://schemas.xmlsoap.org/soap/envelope/",
    media_type="text/xml",
    wsdl_namespace="http://schemas.xmlsoap.org/wsdl/soap/",
    client="Client",
    server="Server",
    address="actor",
    own_addresses=frozenset({"", "http://schemas.xmlsoap.org/soap/actor/next"}),
)
SOAP_1_2 = Version(
    number="1.2",
    namespace="http://www.w3.org/2003/05/soap-envelope",
    media_type="application/soap+xml",
    wsdl_namespace="http://schemas.xmlsoap.org/wsdl/soap12/",
    client="Sender",
    server="Receiver",
    address="role",
    own_addresses=frozenset(
        {"", *(f"http://www.w3.org/2003/05/soap-envelope/role/{name}" for name in ("next", "ultimateReceiver"))}
    ),
)
VERSIONS = (SOAP_1_1, SOAP_1_2)

_MARKS = {WSU, *(version.namespace for version in VERSIONS)}


def unmarked(header: etree._Element) -> etree._Element:
    """A copy without what the envelope and a signature wrote on it, to be held against a schema."""
    plain = copy.deepcopy(header)
    for name in [name for name in plain.attrib if etree.QName(name).namespace in _MARKS]:
        del plain.attrib[name]
    return plain
