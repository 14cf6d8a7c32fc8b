"""Reads the structure of a signature file: every element by its place, none by searching for it.

Whoever looks for `#id` in a tree finds what an attacker has put there. Here a part of the signature is what stands
where our writer puts it; Ids are only compared, and anything more or anything less makes the file malformed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from signing.base64_text import decoded
from signing.canonical import EXCLUSIVE, is_canonical, parse
from signing.errors import Malformed
from signing.namespaces import PREFIXES, SIGNED_PROPERTIES, clark
from signing.xades_parts import Digest, FileReference, Signature, SignedInfo, SignedProperties
from signing.xades_unsigned import Unsigned, unsigned_properties
from signing.xml_places import attributes, children, leaf, only, repeated
from signing.zip_read import NAME

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_FILES = 256
MAX_CERTIFICATES = 16


def read_signature(xml: bytes) -> Signature:
    """The signature in a file of our form. Raises Malformed for any other file."""
    root = parse(xml)
    if root.nsmap != PREFIXES or xml.count(b"xmlns") != len(PREFIXES) or not is_canonical(xml, root):
        raise Malformed("the signature file is not written in its canonical form")
    if root.tag != clark("asic:XAdESSignatures"):
        raise Malformed("not a signature file")
    attributes(root)
    element = only(root, "ds:Signature")
    info, value, key_info, holder = children(element, "ds:SignedInfo", "ds:SignatureValue", "ds:KeyInfo", "ds:Object")
    attributes(holder)
    qualifying = only(holder, "xades:QualifyingProperties")
    if attributes(qualifying, "Target") != [f"#{element.get('Id')}"]:
        raise Malformed("the properties belong to another signature")
    signed, unsigned = _split(qualifying)
    signature = Signature(
        root=root,
        info_element=info,
        value_element=value,
        key_info_element=key_info,
        qualifying_element=qualifying,
        properties_element=signed,
        info=_signed_info(info),
        value=decoded(leaf(value)),
        certificates=tuple(_certificates(key_info)),
        properties=_signed_properties(signed),
        unsigned=unsigned,
    )
    check_links(signature, attributes(element, "Id")[0])
    return signature


def _split(qualifying: "Element") -> "tuple[Element, tuple[Unsigned, ...]]":
    """Into what is signed and, above level B-B, what was added afterwards."""
    if len(qualifying) == 1:
        return only(qualifying, "xades:SignedProperties"), ()
    signed, unsigned = children(qualifying, "xades:SignedProperties", "xades:UnsignedProperties")
    return signed, unsigned_properties(unsigned)


def _signed_info(element: "Element") -> SignedInfo:
    attributes(element)
    names = ["ds:Reference"] * (len(element) - 2)
    if not 0 < len(names) - 1 <= MAX_FILES:
        raise Malformed("a signature needs one or more files")
    canonicalization, method, *files, properties = children(
        element, "ds:CanonicalizationMethod", "ds:SignatureMethod", *names
    )
    if _algorithm(canonicalization) != EXCLUSIVE:
        raise Malformed("the signed information is in another canonical form")
    return SignedInfo(_algorithm(method), tuple(_file(file) for file in files), *_properties(properties))


def _file(element: "Element") -> FileReference:
    """The digest is over the file's bytes: a transform would let other bytes through."""
    identifier, name = attributes(element, "Id", "URI")
    if not NAME.fullmatch(name):
        raise Malformed(f"the signature is not over a file: {name!r:.60}")
    return FileReference(identifier, name, _digest(*children(element, "ds:DigestMethod", "ds:DigestValue")))


def _properties(element: "Element") -> tuple[str, Digest]:
    kind, target = attributes(element, "Type", "URI")
    transforms, method, value = children(element, "ds:Transforms", "ds:DigestMethod", "ds:DigestValue")
    attributes(transforms)
    if kind != SIGNED_PROPERTIES or _algorithm(only(transforms, "ds:Transform")) != EXCLUSIVE:
        raise Malformed("the signature does not cover its properties as it must")
    return target, _digest(method, value)


def _digest(method: "Element", value: "Element") -> Digest:
    return Digest(_algorithm(method), decoded(leaf(value)))


def _algorithm(element: "Element") -> str:
    if leaf(element, "Algorithm"):
        raise Malformed("an algorithm has content")
    return str(element.get("Algorithm"))


def _certificates(key_info: "Element") -> Iterator[bytes]:
    attributes(key_info)
    data = only(key_info, "ds:X509Data")
    attributes(data)
    for one in repeated(data, "ds:X509Certificate", MAX_CERTIFICATES):
        yield decoded(leaf(one))


def _signed_properties(element: "Element") -> SignedProperties:
    about_signature, about_files = children(
        element, "xades:SignedSignatureProperties", "xades:SignedDataObjectProperties"
    )
    attributes(about_signature)
    attributes(about_files)
    time, certificate = children(about_signature, "xades:SigningTime", "xades:SigningCertificateV2")
    formats = repeated(about_files, "xades:DataObjectFormat", MAX_FILES)
    return SignedProperties(
        id=attributes(element, "Id")[0],
        claimed_time=_time(leaf(time)),
        certificate_digest=_certificate_digest(certificate),
        media_types=tuple(map(_format, formats)),
    )


def _certificate_digest(element: "Element") -> Digest:
    attributes(element)
    certificate = only(element, "xades:Cert")
    attributes(certificate)
    digest = only(certificate, "xades:CertDigest")
    attributes(digest)
    return _digest(*children(digest, "ds:DigestMethod", "ds:DigestValue"))


def _format(element: "Element") -> tuple[str, str]:
    return attributes(element, "ObjectReference")[0], leaf(only(element, "xades:MimeType"))


def _time(text: str) -> datetime:
    """In the one form in which our writer puts a time."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("the claimed time of signing is not a time") from None
    if time.tzinfo != UTC or time_text(time) != text:
        raise Malformed("the claimed time of signing is written in an unusual way")
    return time


def time_text(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def check_links(signature: Signature, signature_id: str) -> None:
    """Every Id once, and every link to the one thing that it must mean."""
    files = [file.id for file in signature.info.files]
    every = [signature_id, signature.properties.id, *files]
    if len(set(every)) != len(every) or not all(every):
        raise Malformed("an Id occurs twice or is empty")
    if signature.info.properties != f"#{signature.properties.id}":
        raise Malformed("the signature does not cover its properties")
    if [target for target, _ in signature.properties.media_types] != [f"#{identifier}" for identifier in files]:
        raise Malformed("the properties do not describe exactly the signed files")
    if len({file.name for file in signature.info.files}) != len(files):
        raise Malformed("a file is signed twice")
