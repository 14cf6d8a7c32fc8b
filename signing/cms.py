"""Signed data (RFC 5652) of one signer, whose signature also names his certificate (RFC 5035): written and read.

What time-stamps and seals have in common. Nothing that is read is believed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cryptography import x509

from signing import algorithms, der, oids
from signing.algorithms import HASHES, Hash
from signing.certificates import to_der
from signing.errors import Malformed

MOST_CERTIFICATES = 16
CERTIFICATE_DIGEST = "sha256"
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
KEY_ID = 0x80
# Versions follow from the content: RFC 5652, sections 5.1 and 5.3.
BY_ISSUER, BY_KEY = 1, 3
VERSION_OF_DATA, VERSION_OF_OTHERS = 1, 3


class Signer(NamedTuple):
    """Who signed and how, as read."""

    identifier: bytes
    hash: Hash
    attributes: bytes
    values: dict[str, bytes]
    algorithm: bytes
    signature: bytes
    unsigned: bytes


class SignedData(NamedTuple):
    """What signed data say; a detached signature brings no content."""

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    signer: Signer


@dataclass(frozen=True)
class Frame:
    """All that does not depend on the content, encoded once for a key that signs often."""

    content_type: str
    hash: Hash
    identifier: bytes
    certificate_id: bytes
    algorithm: bytes
    certificates: tuple[bytes, ...]

    @classmethod
    def of(
        cls,
        content_type: str,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        key: algorithms.PrivateKey | algorithms.PublicKey,
    ) -> "Frame":
        """Of a certificate and its key, with the digest that is as strong as the key."""
        hash = algorithms.hash_for(key)
        return cls(
            content_type,
            hash,
            identifier_of(certificate),
            certificate_id(certificate),
            algorithms.signature_algorithm(key, hash),
            tuple(map(to_der, (certificate, *chain))),
        )

    def attributes(self, digest: bytes) -> bytes:
        """What is signed: not the content itself, but its digest beside the type and the signer's certificate."""
        return der.set_of(*self._fixed_attributes, attribute(oids.MESSAGE_DIGEST, der.octets(digest)))

    def signed_data(
        self,
        content: bytes | None,
        attributes: bytes,
        signature: bytes,
        unsigned: bytes = b"",
        *,
        with_certificates: bool = True,
    ) -> bytes:
        signer = der.seq(
            der.integer(BY_ISSUER),
            self.identifier,
            self.hash.algorithm,
            # The attributes are signed as a SET and sent as [0]: RFC 5652, section 5.4.
            b"\xa0" + attributes[1:],
            self.algorithm,
            der.octets(signature),
            unsigned and b"\xa1" + unsigned[1:],
        )
        said = b"" if content is None else der.explicit(0, der.octets(content))
        signed = der.seq(
            der.integer(_version(self.content_type)),
            der.set_of(self.hash.algorithm),
            der.seq(der.oid(self.content_type), said),
            self._certificates if with_certificates else b"",
            der.set_of(signer),
        )
        return der.seq(der.oid(oids.SIGNED_DATA), der.explicit(0, signed))

    @cached_property
    def _fixed_attributes(self) -> tuple[bytes, bytes]:
        return (
            attribute(oids.CONTENT_TYPE, der.oid(self.content_type)),
            attribute(oids.SIGNING_CERTIFICATE_V2, self.certificate_id),
        )

    @cached_property
    def _certificates(self) -> bytes:
        return der.encode(CONTEXT_0, *sorted(self.certificates))


def attribute(oid: str, value: bytes) -> bytes:
    return der.seq(der.oid(oid), der.set_of(value))


def identifier_of(certificate: x509.Certificate) -> bytes:
    """By issuer and serial number."""
    return der.seq(certificate.issuer.public_bytes(), der.integer(certificate.serial_number))


def certificate_id(certificate: x509.Certificate) -> bytes:
    """SigningCertificateV2 (RFC 5035) with SHA-256, which is its default and therefore not written."""
    return der.seq(der.seq(der.seq(der.octets(HASHES[CERTIFICATE_DIGEST].digest(to_der(certificate))))))


def certificates_in(data: bytes, limit: int) -> tuple[bytes, ...]:
    """Those that signed data bring along, without a look at anything else."""
    signed = _opened(data, limit)
    for tag in (der.INTEGER, der.SET, der.SEQUENCE):
        signed.raw(tag)
    return _certificates(signed.optional(CONTEXT_0))


def read(data: bytes, limit: int) -> SignedData:
    signed = _opened(data, limit)
    version, digests = signed.integer(), signed.raw(der.SET)
    content_type, said = _encapsulated(signed.sequence())
    found = _certificates(signed.optional(CONTEXT_0))
    _check_lists(signed.optional(CONTEXT_1))
    signers = signed.set()
    signed.end()
    signer = _signer(signers.sequence())
    signers.end()
    if version != _version(content_type) or digests not in {der.set_of(one) for one in signer.hash.algorithms}:
        raise Malformed("the head of signed data does not fit its signature")
    return SignedData(content_type, said, found, signer)


def _opened(data: bytes, limit: int) -> der.Cursor:
    content = der.sequence(data, limit)
    if content.oid() != oids.SIGNED_DATA:
        raise Malformed("not signed data")
    signed = content.enter(CONTEXT_0).sequence()
    content.end()
    return signed


def _version(content_type: str) -> int:
    return VERSION_OF_DATA if content_type == oids.DATA else VERSION_OF_OTHERS


def _encapsulated(fields: der.Cursor) -> tuple[str, bytes | None]:
    content_type, wrapper = fields.oid(), fields.optional(CONTEXT_0)
    fields.end()
    if wrapper is None:
        return content_type, None
    content = wrapper.octets()
    wrapper.end()
    return content_type, content


def _certificates(cursor: der.Cursor | None) -> tuple[bytes, ...]:
    found: list[bytes] = []
    while cursor and cursor.more:
        found.append(cursor.raw(der.SEQUENCE))
        if len(found) > MOST_CERTIFICATES:
            raise Malformed("signed data carry too many certificates")
    return tuple(found)


def _check_lists(cursor: der.Cursor | None) -> None:
    """Revocation lists are not used here; certificates that call themselves lists would be a second reading."""
    while cursor and cursor.more:
        try:
            x509.load_der_x509_crl(cursor.raw(der.SEQUENCE))
        except ValueError as error:
            raise Malformed("signed data carry a revocation list that is none") from error


def _signer(fields: der.Cursor) -> Signer:
    version, identifier = fields.integer(), fields.raw()
    if version != (BY_KEY if identifier[0] == KEY_ID else BY_ISSUER):
        raise Malformed("the version of a signature in signed data is wrong")
    hash = algorithms.read_hash(fields)
    # The attributes are sent as [0] and signed as a SET: RFC 5652, section 5.4.
    attributes = b"\x31" + fields.raw(CONTEXT_0)[1:]
    algorithm = fields.raw(der.SEQUENCE)
    signature = fields.octets()
    unsigned = b"\x31" + fields.raw()[1:] if fields.tag == CONTEXT_1 else b""
    fields.end()
    return Signer(identifier, hash, attributes, read_attributes(attributes), algorithm, signature, unsigned)


def read_attributes(encoded: bytes) -> dict[str, bytes]:
    """Each attribute with its only value."""
    cursor = der.only(encoded, der.SET)
    found: dict[str, bytes] = {}
    while cursor.more:
        fields = cursor.sequence()
        oid, values = fields.oid(), fields.set()
        fields.end()
        if oid in found:
            raise Malformed("an attribute of signed data occurs twice")
        found[oid] = values.raw()
        values.end()
    return found
