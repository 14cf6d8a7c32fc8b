"""Creates a XAdES signature of level B-B in two steps, so that the key may be in a card, a phone or a file.

`prepare` gives the bytes that must be signed; `complete` puts the value in. Between the two lies nothing but the
unfinished file: a portal may store it while somebody looks for a phone.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography import x509

from signing.algorithms import hash_for
from signing.base64_text import decoded, encoded
from signing.canonical import EXCLUSIVE, canonical, parse, serialised
from signing.certificates import load, public_key, to_der
from signing.data_file import DataFile
from signing.namespaces import PREFIXES, SIGNED_PROPERTIES
from signing.xades_read import time_text
from signing.xml_algorithms import DIGEST_URIS, Method, method_for, method_named, verify_value
from signing.xml_text import document, element, text

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SIGNATURE_ID = "S"
PROPERTIES_ID = "S-properties"
DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signature that lacks only its value: what has to be signed, the digest of that, and the unfinished file."""

    xml: bytes
    to_be_signed: bytes
    digest: bytes
    hash_name: str


def prepare(
    certificate: x509.Certificate, files: Sequence[DataFile], at: datetime, chain: Iterable[x509.Certificate] = ()
) -> Prepared:
    """Step one. `at` is the moment that the signer claims; `chain` leads from the certificate towards a root."""
    root = parse(_draft(certificate, files, at, chain))
    signed_info, _, _, holder = root[0]
    digest = hashlib.new(DIGEST, canonical(holder[0][0], EXCLUSIVE)).digest()
    signed_info[-1][-1].text = encoded(digest)
    return _prepared(root, serialised(root, exclusive=False))


def prepared_from(xml: bytes) -> Prepared:
    """The same from an unfinished file that was stored."""
    return _prepared(parse(xml), xml)


def _prepared(root: "Element", xml: bytes) -> Prepared:
    signed_info = root[0][0]
    to_be_signed = canonical(signed_info, EXCLUSIVE)
    hash = _method(signed_info).hash
    return Prepared(xml, to_be_signed, hash.digest(to_be_signed), hash.name)


def complete(prepared: Prepared, value: bytes) -> bytes:
    """Step two: the finished signature file. Raises InvalidSignature if the value is not the certificate's."""
    root = parse(prepared.xml)
    signed_info, signature_value, key_info, _ = root[0]
    key = public_key(load(decoded(key_info[0][0].text or "")))
    verify_value(key, value, canonical(signed_info, EXCLUSIVE), _method(signed_info))
    signature_value.text = encoded(value)
    return serialised(root, exclusive=False)


def _method(signed_info: "Element") -> Method:
    return method_named(str(signed_info[1].get("Algorithm")))


def _draft(
    certificate: x509.Certificate, files: Sequence[DataFile], at: datetime, chain: Iterable[x509.Certificate]
) -> bytes:
    """The file without the digest of its own properties and without the signature value."""
    known = "".join(element("ds:X509Certificate", encoded(to_der(one))) for one in (certificate, *chain))
    signature = element(
        "ds:Signature",
        _signed_info(certificate, files),
        element("ds:SignatureValue"),
        element("ds:KeyInfo", element("ds:X509Data", known)),
        element("ds:Object", _qualifying_properties(certificate, files, at)),
        Id=SIGNATURE_ID,
    )
    return document("asic:XAdESSignatures", PREFIXES, signature)


def _signed_info(certificate: x509.Certificate, files: Sequence[DataFile]) -> str:
    return element(
        "ds:SignedInfo",
        element("ds:CanonicalizationMethod", Algorithm=EXCLUSIVE),
        element("ds:SignatureMethod", Algorithm=method_for(public_key(certificate)).uri),
        *_file_references(files),
        element(
            "ds:Reference",
            element("ds:Transforms", element("ds:Transform", Algorithm=EXCLUSIVE)),
            *_digest(""),
            Type=SIGNED_PROPERTIES,
            URI=f"#{PROPERTIES_ID}",
        ),
    )


def _file_references(files: Sequence[DataFile]) -> Iterator[str]:
    for number, file in enumerate(files):
        yield element("ds:Reference", *_digest(encoded(file.digest(DIGEST))), Id=_reference_id(number), URI=file.name)


def _reference_id(number: int) -> str:
    return f"{SIGNATURE_ID}-file-{number}"


def _digest(value: str, algorithm: str = DIGEST) -> tuple[str, str]:
    return element("ds:DigestMethod", Algorithm=DIGEST_URIS[algorithm]), element("ds:DigestValue", value)


def _qualifying_properties(certificate: x509.Certificate, files: Sequence[DataFile], at: datetime) -> str:
    formats = (
        element(
            "xades:DataObjectFormat",
            element("xades:MimeType", text(file.media_type)),
            ObjectReference=f"#{_reference_id(number)}",
        )
        for number, file in enumerate(files)
    )
    signed = element(
        "xades:SignedProperties",
        element("xades:SignedSignatureProperties", *_signer(certificate, at)),
        element("xades:SignedDataObjectProperties", *formats),
        Id=PROPERTIES_ID,
    )
    return element("xades:QualifyingProperties", signed, Target=f"#{SIGNATURE_ID}")


def _signer(certificate: x509.Certificate, at: datetime) -> Iterator[str]:
    yield element("xades:SigningTime", time_text(at))
    algorithm = hash_for(public_key(certificate))
    digest = _digest(encoded(algorithm.digest(to_der(certificate))), algorithm.name)
    yield element("xades:SigningCertificateV2", element("xades:Cert", element("xades:CertDigest", *digest)))
