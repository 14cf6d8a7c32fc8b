"""Creates a XAdES signature of level B-B in two steps, so that the key may be in a card, a phone or a file.

`prepare` gives the bytes that must be signed; `complete` puts the value in. Between the two lies nothing but the
unfinished file: a portal may store it while somebody looks for a phone.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from signing.algorithms import hash_for
from signing.base64_text import decoded, encoded
from signing.canonical import EXCLUSIVE, canonical, parse
from signing.certificates import load, public_key, to_der
from signing.data_file import DataFile
from signing.errors import Malformed
from signing.namespaces import PREFIXES, SIGNED_PROPERTIES
from signing.xades_read import time_text
from signing.xml_algorithms import DIGEST_URIS, Method, method_for, method_named, verify_value
from signing.xml_text import document, element, exclusive, text

SIGNATURE_ID = "S"
PROPERTIES_ID = "S-properties"
DIGEST = "sha256"
# What is the same in every signature is written once.
FORM = element("ds:CanonicalizationMethod", Algorithm=EXCLUSIVE)
TRANSFORMS = element("ds:Transforms", element("ds:Transform", Algorithm=EXCLUSIVE))
DIGEST_METHODS = {name: element("ds:DigestMethod", Algorithm=uri) for name, uri in DIGEST_URIS.items()}
NO_VALUE = element("ds:SignatureValue").encode()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A signature that lacks only its value: the unfinished file, what has to be signed, and by whom."""

    xml: bytes
    to_be_signed: bytes
    certificate: x509.Certificate
    method: Method

    @property
    def digest(self) -> bytes:
        return self.method.hash.digest(self.to_be_signed)

    @property
    def hash_name(self) -> str:
        return self.method.hash.name


def prepare(
    certificate: x509.Certificate, files: Sequence[DataFile], at: datetime, chain: Iterable[x509.Certificate] = ()
) -> Prepared:
    """Step one. `at` is the moment that the signer claims; `chain` leads from the certificate towards a root."""
    method = method_for(public_key(certificate))
    properties = _signed_properties(certificate, files, at)
    info = _signed_info(method, files, hashlib.new(DIGEST, exclusive(properties, PREFIXES)).digest())
    xml = document("asic:XAdESSignatures", PREFIXES, _signature(info, (certificate, *chain), properties))
    return Prepared(xml, exclusive(info, PREFIXES), certificate, method)


def prepared_from(xml: bytes) -> Prepared:
    """The same from an unfinished file that was stored."""
    signed_info, _, key_info, _ = parse(xml)[0]
    certificate = load(decoded(key_info[0][0].text or ""))
    method = method_named(str(signed_info[1].get("Algorithm")))
    return Prepared(xml, canonical(signed_info, EXCLUSIVE), certificate, method)


def complete(prepared: Prepared, value: bytes) -> bytes:
    """Step two: the finished signature file. Raises InvalidSignature if the value is not the certificate's."""
    verify_value(public_key(prepared.certificate), value, prepared.to_be_signed, prepared.method)
    before, gap, behind = prepared.xml.partition(NO_VALUE)
    if not gap:
        raise Malformed("the signature is finished already")
    return before + element("ds:SignatureValue", encoded(value)).encode() + behind


def _signature(info: str, certificates: Iterable[x509.Certificate], properties: str) -> str:
    """All of it but the value."""
    known = "".join([element("ds:X509Certificate", encoded(to_der(one))) for one in certificates])
    return element(
        "ds:Signature",
        info,
        NO_VALUE.decode(),
        element("ds:KeyInfo", element("ds:X509Data", known)),
        element("ds:Object", element("xades:QualifyingProperties", properties, Target=f"#{SIGNATURE_ID}")),
        Id=SIGNATURE_ID,
    )


def _signed_info(method: Method, files: Sequence[DataFile], of_properties: bytes) -> str:
    return element(
        "ds:SignedInfo",
        FORM,
        element("ds:SignatureMethod", Algorithm=method.uri),
        *_file_references(files),
        element(
            "ds:Reference",
            TRANSFORMS,
            *_digest(of_properties),
            Type=SIGNED_PROPERTIES,
            URI=f"#{PROPERTIES_ID}",
        ),
    )


def _file_references(files: Sequence[DataFile]) -> Iterator[str]:
    for number, file in enumerate(files):
        yield element("ds:Reference", *_digest(file.digest(DIGEST)), Id=_reference_id(number), URI=file.name)


def _reference_id(number: int) -> str:
    return f"{SIGNATURE_ID}-file-{number}"


def _digest(value: bytes, algorithm: str = DIGEST) -> tuple[str, str]:
    return DIGEST_METHODS[algorithm], element("ds:DigestValue", encoded(value))


def _signed_properties(certificate: x509.Certificate, files: Sequence[DataFile], at: datetime) -> str:
    formats = (
        element(
            "xades:DataObjectFormat",
            element("xades:MimeType", text(file.media_type)),
            ObjectReference=f"#{_reference_id(number)}",
        )
        for number, file in enumerate(files)
    )
    return element(
        "xades:SignedProperties",
        element("xades:SignedSignatureProperties", *_signer(certificate, at)),
        element("xades:SignedDataObjectProperties", *formats),
        Id=PROPERTIES_ID,
    )


def _signer(certificate: x509.Certificate, at: datetime) -> Iterator[str]:
    yield element("xades:SigningTime", time_text(at))
    algorithm = hash_for(public_key(certificate))
    digest = _digest(algorithm.digest(to_der(certificate)), algorithm.name)
    yield element("xades:SigningCertificateV2", element("xades:Cert", element("xades:CertDigest", *digest)))
