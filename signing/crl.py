"""Revocation lists (RFC 5280): whether a certificate stands on one that may be believed."""

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import algorithms
from signing.certificates import UNREADABLE, extension, first_line, public_key, signed_body
from signing.errors import Indeterminate, InvalidSignature, Malformed, WrongCertificate
from signing.revocation import FRESHNESS, UNSPECIFIED, Good, Statement, judge

MEDIA_TYPE = "application/pkix-crl"
LIMIT = 16 << 20
UNDERSTOOD = (x509.CRLNumber, x509.AuthorityKeyIdentifier)


def verify_crl(
    crl: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    at: datetime,
    *,
    freshness: timedelta = FRESHNESS,
) -> Good:
    """The list's word that the certificate was good at that moment; anything else is an error.

    The issuer comes from a path that was checked.
    """
    if certificate.issuer != issuer.subject:
        raise Indeterminate("the revocation list is about another issuer's certificates")
    found, usage = load_crl(crl), extension(issuer, x509.KeyUsage)
    if found.issuer != issuer.subject or usage is None or not usage.crl_sign:
        raise WrongCertificate("the revocation list is not of the certificate's issuer")
    if not is_issued_by(crl, issuer):
        raise InvalidSignature("the signature of the revocation list is wrong")
    judge(statement(crl, certificate), certificate, at, freshness)
    return Good(found.last_update_utc, found.last_update_utc, issuer)


def read_list(data: bytes) -> bytes:
    """The list of a file, PEM or DER, in DER; it can be read."""
    if data.lstrip().startswith(b"-----BEGIN"):
        try:
            data = x509.load_pem_x509_crl(data).public_bytes(Encoding.DER)
        except UNREADABLE as error:
            raise Malformed(f"not a revocation list: {first_line(error)}") from error
    load_crl(data)
    return data


def statement(crl: bytes, certificate: x509.Certificate) -> Statement:
    """What the list says of a certificate of its issuer."""
    found = load_crl(crl)
    entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
    revoked_at, reason = (entry.revocation_date_utc, _reason(entry)) if entry else (None, UNSPECIFIED)
    return Statement(found.last_update_utc, found.next_update_utc, revoked_at, reason)


@lru_cache(maxsize=64)
def is_issued_by(crl: bytes, issuer: x509.Certificate) -> bool:
    """Whether the list is signed by this authority. Of any other list the entries, which may be many, are not read."""
    found, usage = _opened(crl), extension(issuer, x509.KeyUsage)
    if _issuer(crl) != issuer.subject or usage is None or not usage.crl_sign:
        return False
    key = public_key(issuer)
    algorithms.hash_of_signature(found.signature_algorithm_oid.dotted_string, key)
    return found.is_signature_valid(key)


@lru_cache(maxsize=8)
def load_crl(data: bytes) -> x509.CertificateRevocationList:
    """A list of all of an issuer's certificates, all of which can be read."""
    found = _opened(data)
    try:
        for entry in found:
            _reason(entry)
    except UNREADABLE as error:
        raise Malformed(f"not a revocation list: {first_line(error)}") from error
    return found


@lru_cache(maxsize=32)
def _opened(data: bytes) -> x509.CertificateRevocationList:
    """All of a list but its entries. The same few lists come in every signature."""
    signed_body(data, LIMIT)
    try:
        found = x509.load_der_x509_crl(data)
        extensions = found.extensions
        _ = found.issuer, found.last_update_utc, found.next_update_utc, found.signature_algorithm_oid
    except UNREADABLE as error:
        raise Malformed(f"not a revocation list: {first_line(error)}") from error
    # A partial list (a delta, one for some reasons, an indirect one) says so in a critical extension.
    if any(one.critical and not isinstance(one.value, UNDERSTOOD) for one in extensions):
        raise Indeterminate("the revocation list is not a whole one")
    return found


@lru_cache(maxsize=32)
def _issuer(data: bytes) -> x509.Name:
    """Put together anew whenever a list is asked for it, and compared with every authority's name."""
    return _opened(data).issuer


def _reason(entry: x509.RevokedCertificate) -> str:
    for one in entry.extensions:
        if isinstance(one.value, x509.CRLReason):
            return one.value.reason.value
        if one.critical:
            raise ValueError("an entry of the list has a strange critical extension")
    return UNSPECIFIED
