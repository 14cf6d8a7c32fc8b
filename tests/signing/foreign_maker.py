"""Containers as other people's tools lay them out, written without a line of `signing`: a second emitter.

The layouts are those of the two libraries behind most ASiC-E containers in use and of their older versions.
"""

import hashlib
import io
import textwrap
import zipfile
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_1_1 = "http://www.w3.org/2006/12/xml-c14n11"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
KIND = "http://uri.etsi.org/01903#SignedProperties"
ASICE = "application/vnd.etsi.asic-e+zip"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"

PLACE = "<xades:SignatureProductionPlace{v}><xades:City>Bakı</xades:City></xades:SignatureProductionPlace{v}>"
ROLE = (
    "<xades:SignerRole{v}><xades:ClaimedRoles><xades:ClaimedRole>Direktor</xades:ClaimedRole></xades:ClaimedRoles>"
    "</xades:SignerRole{v}>"
)


@dataclass(frozen=True)
class Layout:
    """Where tools differ from one another."""

    name: str
    canonicalization: str = EXCLUSIVE
    # None leaves the transform out, which means inclusive canonicalisation.
    transform: str | None = EXCLUSIVE
    stamp_method: str | None = EXCLUSIVE
    is_spaced: bool = False
    reference_type: str = ""
    has_ids: bool = True
    version: str = ""
    claims: str = ""
    has_prefix: bool = True
    declares_inside: bool = False
    is_streamed: bool = False
    comment: str = ""
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>'
    signature_name: str = "META-INF/signatures0.xml"
    manifest_version: str = ""


LAYOUTS = (
    Layout(
        "desktop-old",
        INCLUSIVE_1_1,
        transform=None,
        stamp_method=None,
        is_spaced=True,
        claims=PLACE + ROLE,
        comment="desktop-tool/3.12 (Windows)",
        declaration='<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n',
    ),
    Layout(
        "desktop-new",
        INCLUSIVE_1_1,
        transform=INCLUSIVE_1_1,
        stamp_method=INCLUSIVE_1_1,
        version="V2",
        claims=PLACE + ROLE,
        comment="desktop-tool/4.2",
        declaration="<?xml version='1.0' encoding='UTF-8'?>\n",
        manifest_version="1.2",
    ),
    Layout(
        "server",
        reference_type=' Type=""',
        declares_inside=True,
        is_streamed=True,
        comment="server-tool",
        declaration='<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
    ),
    Layout(
        "server-new",
        version="V2",
        declares_inside=True,
        is_streamed=True,
        signature_name="META-INF/signatures001.xml",
        manifest_version="1.2",
        declaration='<?xml version="1.0" encoding="UTF-8" standalone="no"?>',
    ),
    Layout("plain", INCLUSIVE, transform=INCLUSIVE, stamp_method=INCLUSIVE, has_prefix=False, has_ids=False),
)


@dataclass
class Maker:
    """Signs, stamps and packs files as the layout says."""

    layout: Layout
    files: dict[str, bytes]
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    at: datetime
    # Certificates that stand behind the signer's own.
    chain: tuple[x509.Certificate, ...] = ()
    kinds: dict[str, str] = field(default_factory=lambda: {"xml": "application/xml", "pdf": "application/pdf"})

    def signature(self) -> etree._Element:
        """A B-B signature file."""
        root = etree.fromstring(self._draft().encode())
        info, value, _, holder = root[0]
        digest = _sha256(_canonical(holder[0][0], self.layout.transform or INCLUSIVE))
        info[-1][-1].text = self._lines(digest)
        value.text = self._lines(_signed(self.key, _canonical(info, self.layout.canonicalization)))
        return root

    def imprint(self, root: etree._Element) -> bytes:
        """What the signature time-stamp is made over."""
        return _sha256(_canonical(root[0][1], self.layout.stamp_method or INCLUSIVE))

    def add(self, root: etree._Element, token: bytes, known: list[x509.Certificate], answers: list[bytes]) -> None:
        """What makes it B-LT."""
        method = f"<ds:CanonicalizationMethod Algorithm={quoteattr(self.layout.stamp_method or '')}/>"
        stamp = f"{method if self.layout.stamp_method else ''}{self._value('EncapsulatedTimeStamp', token)}"
        certificates = "".join(
            self._value("EncapsulatedX509Certificate", one.public_bytes(Encoding.DER)) for one in known
        )
        said = "".join(self._value("EncapsulatedOCSPValue", one) for one in answers)
        added = (
            f"<xades:UnsignedProperties xmlns:xades={quoteattr(XADES)} xmlns:ds={quoteattr(DS)}>"
            f"<xades:UnsignedSignatureProperties><xades:SignatureTimeStamp{self._id('S0-T0')}>{stamp}"
            f"</xades:SignatureTimeStamp><xades:CertificateValues>{certificates}</xades:CertificateValues>"
            f"<xades:RevocationValues><xades:OCSPValues>{said}</xades:OCSPValues></xades:RevocationValues>"
            "</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
        )
        root[0][3][0].append(etree.fromstring(added))

    def packed(self, *signatures: bytes) -> bytes:
        """The container, with comments, dates and sizes as the tool leaves them."""
        stream = Pipe() if self.layout.is_streamed else io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.entries(*signatures):
                entry = zipfile.ZipInfo(name, (2026, 11, 20, 12, 0, 0))
                entry.comment = self.layout.comment.encode()
                entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
            archive.comment = self.layout.comment.encode() if self.layout.is_streamed else b""
        return stream.getvalue()

    def entries(self, *signatures: bytes) -> list[tuple[str, bytes]]:
        names = [self.layout.signature_name.replace("0.", f"{number}.") for number in range(len(signatures))]
        return [
            ("mimetype", ASICE.encode()),
            ("META-INF/manifest.xml", self._manifest()),
            *self.files.items(),
            *zip(names, signatures, strict=True),
        ]

    def text(self, root: etree._Element) -> bytes:
        """The file as the tool saves it."""
        return self.layout.declaration.encode() + etree.tostring(root, encoding="unicode").encode() + b"\n"

    def _draft(self) -> str:
        references = "".join(
            f"<ds:Reference Id='S0-RefId{number}'{self.layout.reference_type} URI={quoteattr(quote(name))}>"
            f"{self._digest(_sha256(content))}</ds:Reference>"
            for number, (name, content) in enumerate(self.files.items())
        )
        transform = f"<ds:Transforms><ds:Transform Algorithm={quoteattr(self.layout.transform or '')}/></ds:Transforms>"
        known = "".join(self._certificate(one) for one in (self.certificate, *self.chain))
        inside = f" xmlns:ds={quoteattr(DS)}" if self.layout.declares_inside else ""
        outside = "" if inside else f" xmlns:ds={quoteattr(DS)} xmlns:xades={quoteattr(XADES)}"
        text = (
            f"<asic:XAdESSignatures xmlns:asic={quoteattr(ASIC)}{outside}><ds:Signature{inside} Id='S0'><ds:SignedInfo>"
            f"<ds:CanonicalizationMethod Algorithm={quoteattr(self.layout.canonicalization)}/>"
            f"<ds:SignatureMethod Algorithm={quoteattr(_method(self.key))}/>{references}"
            f"<ds:Reference Type={quoteattr(KIND)} URI='#S0-SignedProperties'>"
            f"{transform if self.layout.transform else ''}{self._digest(b'')}</ds:Reference></ds:SignedInfo>"
            f"<ds:SignatureValue{self._id('S0-SIG')}></ds:SignatureValue>"
            f"<ds:KeyInfo><ds:X509Data>{known}</ds:X509Data></ds:KeyInfo>"
            f"<ds:Object>{self._qualifying()}</ds:Object></ds:Signature></asic:XAdESSignatures>"
        )
        if self.layout.is_spaced:
            root = etree.fromstring(text)
            etree.indent(root)
            text = etree.tostring(root, encoding="unicode")
        for old in ("xmlns:ds=", "<ds:", "</ds:") if not self.layout.has_prefix else ():
            text = text.replace(old, old.replace(":ds", "").replace("ds:", ""))
        return text

    def _qualifying(self) -> str:
        formats = "".join(
            f"<xades:DataObjectFormat ObjectReference='#S0-RefId{number}'><xades:MimeType>{escape(self._kind(name))}"
            "</xades:MimeType></xades:DataObjectFormat>"
            for number, name in enumerate(self.files)
        )
        inside = f" xmlns:xades={quoteattr(XADES)}" if self.layout.declares_inside else ""
        return (
            f"<xades:QualifyingProperties{inside} Target='#S0'><xades:SignedProperties Id='S0-SignedProperties'>"
            f"<xades:SignedSignatureProperties><xades:SigningTime>{self.at:%Y-%m-%dT%H:%M:%SZ}</xades:SigningTime>"
            f"{self._signing_certificate()}{self.layout.claims.format(v=self.layout.version)}"
            f"</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>{formats}"
            "</xades:SignedDataObjectProperties></xades:SignedProperties></xades:QualifyingProperties>"
        )

    def _signing_certificate(self) -> str:
        digest = self._digest(_sha256(self.certificate.public_bytes(Encoding.DER)))
        issuer = (
            "<xades:IssuerSerial>"
            f"<ds:X509IssuerName>{escape(self.certificate.issuer.rfc4514_string())}</ds:X509IssuerName>"
            f"<ds:X509SerialNumber>{self.certificate.serial_number}</ds:X509SerialNumber></xades:IssuerSerial>"
        )
        name = f"xades:SigningCertificate{self.layout.version}"
        return (
            f"<{name}><xades:Cert><xades:CertDigest>{digest}</xades:CertDigest>"
            f"{'' if self.layout.version else issuer}</xades:Cert></{name}>"
        )

    def _digest(self, value: bytes) -> str:
        return f"<ds:DigestMethod Algorithm={quoteattr(SHA256)}/><ds:DigestValue>{self._lines(value)}</ds:DigestValue>"

    def _certificate(self, one: x509.Certificate) -> str:
        return f"<ds:X509Certificate>{self._lines(one.public_bytes(Encoding.DER))}</ds:X509Certificate>"

    def _value(self, name: str, value: bytes) -> str:
        return f"<xades:{name}{self._id(f'V{_sha256(value).hex()[:8]}')}>{self._lines(value)}</xades:{name}>"

    def _id(self, value: str) -> str:
        return f" Id='{value}'" if self.layout.has_ids else ""

    def _lines(self, value: bytes) -> str:
        text = b64encode(value).decode()
        return "\n".join(textwrap.wrap(text, 64)) + "\n" if self.layout.is_spaced else text

    def _kind(self, name: str) -> str:
        return self.kinds.get(name.rpartition(".")[2], "application/octet-stream")

    def _manifest(self) -> bytes:
        version = f' manifest:version="{self.layout.manifest_version}"' if self.layout.manifest_version else ""
        entries = "\n  ".join(
            f"<manifest:file-entry manifest:media-type={quoteattr(kind)} manifest:full-path={quoteattr(name)}/>"
            for name, kind in [("/", ASICE), *((name, self._kind(name)) for name in self.files)]
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{MANIFEST}"{version}>\n'
            f"  {entries}\n</manifest:manifest>\n"
        ).encode()


class Pipe(io.BytesIO):
    """A stream that cannot be gone back in, so that checksums and sizes follow their members."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError("a pipe has no places")


def _canonical(element: etree._Element, form: str) -> bytes:
    """Of the element as a document of its own, as lxml is right about whole documents only."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    return etree.tostring(alone, method="c14n", exclusive=form == EXCLUSIVE, with_comments=False)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _method(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    kind = "rsa" if isinstance(key, rsa.RSAPrivateKey) else "ecdsa"
    return f"http://www.w3.org/2001/04/xmldsig-more#{kind}-sha256"


def _signed(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256())))
    width = (key.key_size + 7) // 8
    return r.to_bytes(width) + s.to_bytes(width)
