"""Time-stamps (RFC 3161): who gives them, and when they may be believed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from cryptography import x509

from signing import algorithms, cms, der, oids
from signing.algorithms import Hash
from signing.certificates import extension, load, public_key, to_der
from signing.errors import DigestMismatch, Malformed, Untrusted, WrongCertificate
from signing.paths import Trust, find_path
from signing.timestamp_token import Token, parse_token
from signing.uses import Use

__all__ = ["Timestamp", "TimestampSource", "Token", "parse_token", "verify_token"]


class TimestampSource(Protocol):
    """Who gives time-stamps: a unit of one's own or a service far away."""

    def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        """A TimeStampToken over the digest."""


class Timestamp(NamedTuple):
    """A token that may be believed."""

    time: datetime
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    hash: Hash
    serial: int
    policy: str


def verify_token(
    token: bytes | Token, digest: bytes, trust: Trust, *, certificates: Sequence[x509.Certificate] = ()
) -> Timestamp:
    """The trusted time of a digest. The given certificates help to find the unit's path, as the token's own do."""
    said = token if isinstance(token, Token) else parse_token(token)
    if said.digest != digest:
        raise DigestMismatch("the time-stamp was given to other data")
    known = [*map(load, said.certificates), *certificates]
    certificate = _signing_certificate(said.signer, known)
    _check_signature(said, certificate)
    path = find_path(certificate, known, trust, said.time, Use.TIMESTAMP)
    return Timestamp(said.time, certificate, path.chain, said.hash, said.serial, said.policy)


def _signing_certificate(signer: cms.Signer, known: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that the signature itself names by its digest (RFC 5035)."""
    hash, wanted = _named_certificate(signer)
    for certificate in known:
        if hash.digest(to_der(certificate)) == wanted:
            _check_identifier(signer.identifier, certificate)
            return certificate
    raise Untrusted("the certificate of the time-stamp unit is missing")


def _named_certificate(signer: cms.Signer) -> tuple[Hash, bytes]:
    """The digest of the certificate that the signature itself names."""
    if oids.SIGNING_CERTIFICATE_V2 not in signer.values:
        raise Malformed("signed data do not name the signer's certificate")
    identifier = der.sequence(signer.values[oids.SIGNING_CERTIFICATE_V2]).sequence().sequence()
    hash = algorithms.read_hash(identifier) if identifier.tag == der.SEQUENCE else algorithms.HASHES["sha256"]
    return hash, identifier.octets()


def _check_identifier(identifier: bytes, certificate: x509.Certificate) -> None:
    if identifier[0] == cms.KEY_ID:
        key_id = extension(certificate, x509.SubjectKeyIdentifier)
        same = key_id is not None and der.encode(cms.KEY_ID, key_id.digest) == identifier
    else:
        named = der.sequence(identifier)
        same = named.raw(der.SEQUENCE) == certificate.issuer.public_bytes()
        same = same and named.integer() == certificate.serial_number
    if not same:
        raise WrongCertificate("a time-stamp names two different certificates")


def _check_signature(said: Token, certificate: x509.Certificate) -> None:
    signer = said.signer
    if signer.values.get(oids.CONTENT_TYPE) != der.oid(oids.TST_INFO):
        raise Malformed("the signature of a time-stamp is over something else")
    if signer.values.get(oids.MESSAGE_DIGEST) != der.octets(signer.hash.digest(said.info)):
        raise DigestMismatch("the signature of a time-stamp is over another time-stamp")
    key = public_key(certificate)
    hash = algorithms.hash_of_signature(der.sequence(signer.algorithm).oid(), key, signer.hash)
    algorithms.verify(key, signer.signature, signer.attributes, hash)
