"""A client of the gateway: calls an operation by the contract, signed with the key of a registered system."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import xmlsec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from lxml import etree
from zeep import Client, Settings
from zeep.helpers import serialize_object
from zeep.transports import Transport
from zeep.wsse.utils import ensure_id, get_security_header

from app.core.clock import Clock
from signing.certificates import load_file
from soap.gate import REQUEST_HEADER
from soap.security import WSSE, WSU, X509
from soap.xroad import NAMESPACE as XROAD

LIFE = timedelta(minutes=5)
BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs body, time and the headers that say who acts in every message; zeep hands them over."""

    key: bytes  # PEM without a password.
    certificate: bytes
    clock: Clock

    def apply(self, envelope: etree._Element, headers: dict[str, str]) -> tuple[etree._Element, dict[str, str]]:
        security = get_security_header(envelope)  # type: ignore[no-untyped-call]
        token = self._token(security)
        names = (REQUEST_HEADER, f"{{{XROAD}}}*")
        who_acts = (block for name in names for block in envelope.iterfind(f"{{*}}Header/{name}"))
        signed = [envelope[-1], self._stamp(security), *who_acts]
        is_rsa = isinstance(load_pem_private_key(self.key, None), RSAPrivateKey)
        method = xmlsec.Transform.RSA_SHA256 if is_rsa else xmlsec.Transform.ECDSA_SHA256
        signature = xmlsec.template.create(envelope, xmlsec.Transform.EXCL_C14N, method)
        security.append(signature)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(self.key, xmlsec.KeyFormat.PEM)
        for element in signed:
            uri = f"#{ensure_id(element)}"  # type: ignore[no-untyped-call]
            context.register_id(element, "Id", WSU)
            reference = xmlsec.template.add_reference(signature, xmlsec.Transform.SHA256, uri=uri)
            xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
        information = xmlsec.template.ensure_key_info(signature)
        to_token = etree.SubElement(information, f"{{{WSSE}}}SecurityTokenReference")
        etree.SubElement(to_token, f"{{{WSSE}}}Reference", URI=f"#{token}", ValueType=X509)
        context.sign(signature)
        return envelope, headers

    def verify(self, envelope: etree._Element) -> etree._Element:
        """Answers are not signed: the connection shows whose they are."""
        return envelope

    def _token(self, security: etree._Element) -> str:
        token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken", ValueType=X509, EncodingType=BASE64)
        (certificate,) = load_file(self.certificate)
        lines = certificate.public_bytes(Encoding.PEM).decode().split("\n")[1:-2]
        token.text = "".join(lines)
        return str(ensure_id(token))  # type: ignore[no-untyped-call]

    def _stamp(self, security: etree._Element) -> etree._Element:
        now = self.clock.now()
        stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
        etree.SubElement(stamp, f"{{{WSU}}}Created").text = now.isoformat()
        etree.SubElement(stamp, f"{{{WSU}}}Expires").text = (now + LIFE).isoformat()
        return stamp


def call(
    address: str,
    operation: str,
    header: Mapping[str, str],
    values: Mapping[str, object],
    *,
    signer: Signer | None = None,
    transport: Transport | None = None,
) -> dict[str, Any]:
    """The result and the response header as plain values; a fault is raised as zeep's `Fault`."""
    settings = Settings(strict=True)
    client = Client(f"{address}?wsdl", wsse=signer, transport=transport, settings=settings)  # type: ignore[no-untyped-call]
    if operation not in client.service._operations:
        raise LookupError(operation)
    answer = client.service[operation](**values, _soapheaders={"RequestHeader": dict(header)})
    plain = serialize_object({"header": answer.header.ResponseHeader, "result": answer.body}, dict)  # type: ignore[no-untyped-call]
    return {"header": plain["header"], "result": next(iter(plain["result"].values()))}
