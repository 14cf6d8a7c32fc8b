"""Reading certificates that come from outside: whatever the bytes, a whole certificate or `Malformed`."""

from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing import algorithms, der
from signing.errors import Malformed

LIMIT = 32 * 1024
PEM_LIMIT = 1 << 20
VERSION = 0xA0  # [0] EXPLICIT in the body of a certificate.

# What `cryptography` raises over bytes that are not what they should be; its warnings, where they are made errors, too.
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension, Warning)

Kind = TypeVar("Kind", bound=x509.ExtensionType)


@lru_cache(maxsize=256)
def load(data: bytes) -> x509.Certificate:
    """A certificate in DER, every part of which can be read; the same few occur in every container."""
    _refuse_strange(data)
    try:
        certificate = x509.load_der_x509_certificate(data)
        # These are parsed when they are first asked for; here they are asked for.
        _ = certificate.extensions, certificate.subject, certificate.issuer, certificate.not_valid_after_utc
        certificate.public_key()
    except UNREADABLE as error:
        raise Malformed(f"not a certificate: {first_line(error)}") from error
    return certificate


def load_file(data: bytes) -> list[x509.Certificate]:
    """The certificates of a file, in PEM or one in DER."""
    if not data.lstrip().startswith(b"-----BEGIN"):
        return [load(data)]
    if len(data) > PEM_LIMIT:
        raise Malformed("a file of certificates is too large")
    try:
        found = x509.load_pem_x509_certificates(data)
    except UNREADABLE as error:
        raise Malformed(f"not a file of certificates: {first_line(error)}") from error
    return [load(to_der(certificate)) for certificate in found]


@lru_cache(maxsize=256)
def to_der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def public_key(certificate: x509.Certificate) -> algorithms.PublicKey:
    """The certificate's key, if it is strong enough."""
    return algorithms.accepted_key(certificate.public_key())


@lru_cache(maxsize=256)
def key_bits(certificate: x509.Certificate) -> bytes:
    """The content of the subjectPublicKey, which key identifiers and OCSP hash."""
    info = der.sequence(
        certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), limit=LIMIT
    )
    info.raw(der.SEQUENCE)
    return info.bits()


def extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind | None:
    for entry in certificate.extensions:
        # No subclasses occur, and `isinstance` would ask each of these abstract classes at length.
        if type(entry.value) is kind:
            return entry.value
    return None


def policies(certificate: x509.Certificate) -> frozenset[str]:
    """The certificate policies, as dotted strings."""
    found = extension(certificate, x509.CertificatePolicies)
    return frozenset(policy.policy_identifier.dotted_string for policy in found) if found else frozenset()


def signed_body(data: bytes, limit: int) -> der.Cursor:
    """What is signed in a certificate or a list; around it stand an algorithm and a signature of whole bytes."""
    outer = der.sequence(data, limit)
    body = outer.sequence()
    outer.raw(der.SEQUENCE)
    outer.bits()
    outer.end()
    return body


def _refuse_strange(data: bytes) -> None:
    """Serial numbers that are not positive are forbidden by RFC 5280, and `cryptography` only warns of them."""
    body = signed_body(data, LIMIT)
    body.optional(VERSION)
    if body.integer() <= 0:
        raise Malformed("a certificate's serial number is not positive")


def first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
