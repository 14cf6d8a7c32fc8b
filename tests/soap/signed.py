"""Messages signed by a stranger's hand: zeep's pieces and xmlsec, none of ours."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from zeep.wsse.signature import _make_sign_key, _sign_node
from zeep.wsse.utils import ensure_id, get_security_header

from soap.security import WSSE, WSU, X509
from soap.versions import SOAP_1_1, Version

Change = Callable[[etree._Element], None]
METHODS: Mapping[str, tuple[object, object]] = {
    "rsa": (xmlsec.Transform.RSA_SHA256, xmlsec.Transform.SHA256),
    "ec": (xmlsec.Transform.ECDSA_SHA256, xmlsec.Transform.SHA256),
    "sha-1": (xmlsec.Transform.RSA_SHA1, xmlsec.Transform.SHA1),
    "weak digest": (xmlsec.Transform.RSA_SHA256, xmlsec.Transform.SHA1),
}


@dataclass(frozen=True)
class System:
    """A system with its key, and a certificate that it made itself: it is believed by its SHA-256 alone."""

    key: bytes
    certificate: bytes
    method: str = "rsa"

    def sign(
        self,
        envelope: etree._Element,
        at: datetime,
        *,
        life: timedelta = timedelta(minutes=5),
        unsigned: Collection[str] = (),
    ) -> bytes:
        """Body, time and every other header, but for those that are named."""
        security = get_security_header(envelope)  # type: ignore[no-untyped-call]
        stamp = etree.SubElement(security, f"{{{WSU}}}Timestamp")
        etree.SubElement(stamp, f"{{{WSU}}}Created").text = at.isoformat()
        etree.SubElement(stamp, f"{{{WSU}}}Expires").text = (at + life).isoformat()
        token = etree.SubElement(security, f"{{{WSSE}}}BinarySecurityToken", ValueType=X509)
        token.text = "".join(self.certificate.decode().split("\n")[1:-2])
        method, digest = METHODS[self.method]
        signature = xmlsec.template.create(envelope, xmlsec.Transform.EXCL_C14N, method)
        information = xmlsec.template.ensure_key_info(signature)
        to_token = etree.SubElement(information, f"{{{WSSE}}}SecurityTokenReference")
        identifier = ensure_id(token)  # type: ignore[no-untyped-call]
        etree.SubElement(to_token, f"{{{WSSE}}}Reference", URI=f"#{identifier}", ValueType=X509)
        security.append(signature)
        context = xmlsec.SignatureContext()
        context.key = _make_sign_key(self.key, self.certificate, None)  # type: ignore[no-untyped-call]
        headers = [block for block in security.getparent() if isinstance(block.tag, str) and block is not security]
        body = envelope.find(f"{{{etree.QName(envelope).namespace}}}Body")
        for part in (body, stamp, *headers):
            if etree.QName(part).localname not in unsigned:
                _sign_node(context, signature, part, digest)  # type: ignore[no-untyped-call]
        context.sign(signature)
        return etree.tostring(envelope)


def system(name: str, since: datetime, until: datetime, method: str = "rsa") -> System:
    key = (
        ec.generate_private_key(ec.SECP256R1())
        if method == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), since, until)
    certificate = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return System(pem, certificate.public_bytes(serialization.Encoding.PEM), method)


def envelope(body: str, header: str = "", version: Version = SOAP_1_1) -> etree._Element:
    text = (
        f'<e:Envelope xmlns:e="{version.namespace}"><e:Header>{header}</e:Header><e:Body>{body}</e:Body></e:Envelope>'
    )
    return etree.fromstring(text)
