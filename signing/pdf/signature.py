"""The signature of a seal (CAdES in CMS, ETSI EN 319 142-1): who signs a digest, with a time-stamp on the value.

It is read as the PDF is: the values are taken out, and written anew they must give the same bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from cryptography import x509

from signing import cms, der, oids
from signing.certificates import load, public_key
from signing.errors import Malformed

LIMIT = 32 * 1024


@dataclass(frozen=True, slots=True)
class Signature:
    """The certificates begin with the signer's. The value is DER for ECDSA; none yet in a seal that is prepared."""

    frame: cms.Frame
    digest: bytes
    value: bytes = b""
    token: bytes | None = None

    @property
    def certificate(self) -> x509.Certificate:
        return load(self.frame.certificates[0])

    @property
    def to_be_signed(self) -> bytes:
        return self.frame.attributes(self.digest)

    def with_value(self, value: bytes) -> "Signature":
        return replace(self, value=value)

    def with_token(self, token: bytes) -> "Signature":
        return replace(self, token=token)

    def to_bytes(self) -> bytes:
        stamped = b"" if self.token is None else der.set_of(cms.attribute(oids.SIGNATURE_TIME_STAMP, self.token))
        return self.frame.signed_data(None, self.to_be_signed, self.value, stamped)


def new_signature(certificate: x509.Certificate, chain: Iterable[x509.Certificate], digest: bytes) -> Signature:
    return Signature(cms.Frame.of(oids.DATA, certificate, tuple(chain), public_key(certificate)), digest)


def read_signature(data: bytes) -> Signature:
    """Raises Malformed unless these are signed data in the one form that we write."""
    said = cms.read(data, LIMIT)
    signer = said.signer
    frame = cms.Frame(
        said.content_type,
        signer.hash,
        signer.identifier,
        signer.values.get(oids.SIGNING_CERTIFICATE_V2, b""),
        signer.algorithm,
        _signer_first(said.certificates, signer.identifier),
    )
    signature = Signature(frame, _digest(signer), signer.signature, _token(signer))
    if said.content_type != oids.DATA or signature.to_bytes() != data:
        raise Malformed("the signature of the seal is not written as it must be")
    return signature


def _signer_first(certificates: tuple[bytes, ...], identifier: bytes) -> tuple[bytes, ...]:
    first = [one for one in certificates if cms.identifier_of(load(one)) == identifier]
    if len(first) != 1 or len(set(certificates)) != len(certificates):
        raise Malformed("the seal carries no certificate of its signer, or one twice")
    return (*first, *(one for one in certificates if one not in first))


def _digest(signer: cms.Signer) -> bytes:
    attribute = signer.values.get(oids.MESSAGE_DIGEST, b"")
    return der.Cursor(attribute, 0, len(attribute)).octets()


def _token(signer: cms.Signer) -> bytes | None:
    return cms.read_attributes(signer.unsigned).get(oids.SIGNATURE_TIME_STAMP, b"") if signer.unsigned else None
