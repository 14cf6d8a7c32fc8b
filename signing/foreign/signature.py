"""Reads the structure of a signature file of another maker: every element by its place, as in our own files.

Nothing is looked up by its Id, no transform is run, and what is signed stands where it must. The four namespaces are
all that may be declared, and an Id occurs once in the whole file.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from signing import der
from signing.canonical import INCLUSIVE, parse
from signing.errors import Malformed
from signing.foreign.archive import is_name
from signing.foreign.places import SPACE, algorithm, attributes, content, leaf, only, value
from signing.foreign.unsigned import canonical_form, unsigned_properties
from signing.namespaces import PREFIXES, SIGNED_PROPERTIES, clark
from signing.xades_parts import Digest, FileReference, Signature, SignedInfo, SignedProperties
from signing.xades_read import MAX_CERTIFICATES, MAX_FILES, check_links

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAMESPACE = re.compile(rb"""\sxmlns(?::[A-Za-z_][\w.-]*)?\s*=\s*["']([^"']*)["']""")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
NUMBER = re.compile("[0-9]{1,64}")
# A fragment or a question would ask for something else than a file.
NO_NAME = re.compile("%(?![0-9A-Fa-f]{2})|[#?]")


def read_signature(xml: bytes) -> Signature:
    """The signature in a file that a common tool could have written. Raises Malformed for any other file."""
    root = parse(xml)
    _check_namespaces(xml)
    _check_ids(root)
    if root.tag != clark("asic:XAdESSignatures"):
        raise Malformed("not a signature file")
    attributes(root)
    element = only(root, "ds:Signature")
    attributes(element, "Id")
    (info,), (signature_value,), (key_info,), (holder,) = content(
        element, "ds:SignedInfo", "ds:SignatureValue", "ds:KeyInfo", "ds:Object"
    )
    attributes(holder)
    qualifying = only(holder, "xades:QualifyingProperties")
    if attributes(qualifying, "Target") != [f"#{element.get('Id')}"]:
        raise Malformed("the properties belong to another signature")
    (signed,), unsigned = content(qualifying, "xades:SignedProperties", "xades:UnsignedProperties?")
    signature = Signature(
        root=root,
        info_element=info,
        value_element=signature_value,
        key_info_element=key_info,
        qualifying_element=qualifying,
        properties_element=signed,
        info=_signed_info(info),
        value=value(signature_value),
        certificates=_certificates(key_info),
        properties=_signed_properties(signed),
        unsigned=unsigned_properties(unsigned[0]) if unsigned else (),
    )
    check_links(signature, str(element.get("Id")))
    return signature


def _check_namespaces(xml: bytes) -> None:
    declared = NAMESPACE.findall(xml)
    known = {uri.encode() for uri in PREFIXES.values()}
    if len(declared) != xml.count(b"xmlns") or not known.issuperset(declared):
        raise Malformed("the signature file speaks of something else than signatures")


def _check_ids(root: "Element") -> None:
    found = [str(one.get("Id")) for one in root.iter() if "Id" in one.attrib]
    if len(set(found)) != len(found) or not all(found):
        raise Malformed("an Id occurs twice or is empty")


def _signed_info(element: "Element") -> SignedInfo:
    attributes(element)
    (canonicalization,), (method,), references = content(
        element, "ds:CanonicalizationMethod", "ds:SignatureMethod", "ds:Reference+"
    )
    *files, properties = references
    if not 0 < len(files) <= MAX_FILES:
        raise Malformed("a signature needs one or more files")
    target, digest, form = _properties(properties)
    return SignedInfo(
        algorithm(method), tuple(map(_file, files)), target, digest, canonical_form(canonicalization), form
    )


def _file(element: "Element") -> FileReference:
    """The digest is over the file's bytes: a transform would let other bytes through."""
    identifier, uri = attributes(element, "Id", "URI", optional=("Type",))
    if element.get("Type"):
        raise Malformed("the signature does not cover its properties last")
    (method,), (digest,) = content(element, "ds:DigestMethod", "ds:DigestValue")
    return FileReference(identifier, _name(uri), Digest(algorithm(method), value(digest)))


def _name(uri: str) -> str:
    """The name of a file from the container, percent-encoded or as it is."""
    try:
        name = unquote(uri, errors="strict")
    except UnicodeDecodeError:
        name = ""
    if NO_NAME.search(uri) or not is_name(name):
        raise Malformed(f"the signature is not over a file: {uri!r:.60}")
    return name


def _properties(element: "Element") -> tuple[str, Digest, str]:
    """Without a transform the canonical form is inclusive: XMLDSig, clause 4.3.3.2."""
    kind, target = attributes(element, "Type", "URI")
    if kind != SIGNED_PROPERTIES:
        raise Malformed("the signature does not cover its properties last")
    transforms, (method,), (digest,) = content(element, "ds:Transforms?", "ds:DigestMethod", "ds:DigestValue")
    form = INCLUSIVE
    for one in transforms:
        attributes(one)
        form = canonical_form(only(one, "ds:Transform"))
    return target, Digest(algorithm(method), value(digest)), form


def _certificates(key_info: "Element") -> tuple[bytes, ...]:
    """The signer's first, then others in any order."""
    attributes(key_info)
    data = only(key_info, "ds:X509Data")
    attributes(data)
    (found,) = content(data, "ds:X509Certificate+")
    if len(found) > MAX_CERTIFICATES:
        raise Malformed("too many certificates")
    return tuple(map(value, found))


def _signed_properties(element: "Element") -> SignedProperties:
    """Roles and places are claims that nothing depends on; what a policy of its own means is not known here."""
    attributes(element, "Id")
    (about_signature,), (about_files,) = content(
        element, "xades:SignedSignatureProperties", "xades:SignedDataObjectProperties"
    )
    attributes(about_signature)
    attributes(about_files)
    (time,), (certificate,), _, _ = content(
        about_signature,
        "xades:SigningTime",
        "xades:SigningCertificate|xades:SigningCertificateV2",
        "xades:SignatureProductionPlace|xades:SignatureProductionPlaceV2?",
        "xades:SignerRole|xades:SignerRoleV2?",
    )
    (formats,) = content(about_files, "xades:DataObjectFormat+")
    if len(formats) > MAX_FILES:
        raise Malformed("the properties describe too many files")
    digest, serial = _certificate(certificate)
    return SignedProperties(
        id=str(element.get("Id")),
        claimed_time=_time(leaf(time)),
        certificate_digest=digest,
        media_types=tuple(map(_format, formats)),
        certificate_serial=serial,
    )


def _certificate(element: "Element") -> tuple[Digest, int | None]:
    """In the first and in the second form, which differ in how they name the issuer."""
    attributes(element)
    certificate = only(element, "xades:Cert")
    attributes(certificate, optional=("URI",))
    is_first = element.tag == clark("xades:SigningCertificate")
    (digest,), named = content(
        certificate, "xades:CertDigest", "xades:IssuerSerial" if is_first else "xades:IssuerSerialV2?"
    )
    attributes(digest)
    (method,), (of,) = content(digest, "ds:DigestMethod", "ds:DigestValue")
    serial = (_serial(named[0]) if is_first else _serial_in_der(value(named[0]))) if named else None
    return Digest(algorithm(method), value(of)), serial


def _serial(element: "Element") -> int:
    attributes(element)
    (issuer,), (serial,) = content(element, "ds:X509IssuerName", "ds:X509SerialNumber")
    leaf(issuer)
    text = leaf(serial).strip(SPACE)
    if not NUMBER.fullmatch(text):
        raise Malformed("the number of a certificate is not a number")
    return int(text)


def _serial_in_der(data: bytes) -> int:
    fields = der.sequence(data)
    fields.raw(der.SEQUENCE)
    serial = fields.integer()
    fields.end()
    return serial


def _format(element: "Element") -> tuple[str, str]:
    (target,) = attributes(element, "ObjectReference")
    _, _, (media_type,), _ = content(
        element, "xades:Description?", "xades:ObjectIdentifier?", "xades:MimeType", "xades:Encoding?"
    )
    return target, leaf(media_type)


def _time(text: str) -> datetime:
    if not TIME.fullmatch(text):
        raise Malformed("the claimed time of signing is not a time with its zone")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed("the claimed time of signing is not a time with its zone") from None
