"""Answers of OCSP responders: reading them and deciding whether they may be believed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha1, sha256
from itertools import islice

from cryptography import x509
from cryptography.exceptions import InvalidSignature as Mismatch
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signing import algorithms, der
from signing.certificates import UNREADABLE, extension, first_line, key_bits, load, public_key
from signing.errors import Indeterminate, Malformed, OutsideValidity, WrongCertificate
from signing.revocation import FRESHNESS, UNSPECIFIED, Good, Statement, judge
from signing.uses import Use, check_use

REQUEST, RESPONSE = "application/ocsp-request", "application/ocsp-response"
LIMIT = 64 * 1024
MOST_CERTIFICATES = 8
CONTEXT_0 = 0xA0
# A certificate's name in OCSP is a digest that must be found, not believed; SHA-1 is what most software expects.
ID_HASHES = {"sha1": sha1, "sha256": sha256}

CertificateId = ocsp.OCSPRequest | ocsp.OCSPSingleResponse


def build_request(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes | None = None) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def verify_ocsp(
    response: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    at: datetime,
    *,
    freshness: timedelta = FRESHNESS,
    others: Sequence[x509.Certificate] = (),
) -> Good:
    """The answer that the certificate was good at that moment; anything else is an error.

    The issuer comes from a path that was checked. For a signature with a trusted time ask with no freshness at all:
    only an answer from after that time knows that the certificate had not been revoked before it.
    """
    said, good = heard(response, certificate, issuer, others)
    judge(said, certificate, at, freshness)
    return good


def heard(
    response: bytes, certificate: x509.Certificate, issuer: x509.Certificate, others: Sequence[x509.Certificate] = ()
) -> tuple[Statement, Good]:
    """What an answer says of the certificate, and who says it; it is someone who may."""
    answer, single = load_response(response)
    if not names(single, certificate, issuer):
        raise Indeterminate("the OCSP answer is about another certificate")
    responder = _responder(answer, issuer, others)
    _check_signature(answer, responder)
    return _statement(single), Good(single.this_update_utc, answer.produced_at_utc, responder)


def is_about(response: bytes, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    return names(load_response(response)[1], certificate, issuer)


@lru_cache(maxsize=16)
def load_response(data: bytes) -> tuple[ocsp.OCSPResponse, ocsp.OCSPSingleResponse]:
    """A successful answer about one certificate."""
    if len(data) > LIMIT:
        raise Malformed("an OCSP answer is too large")
    try:
        answer = ocsp.load_der_ocsp_response(data)
        if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Indeterminate(f"the OCSP responder answered {answer.response_status.name}")
        singles = list(islice(answer.responses, 2))
        # These are parsed when they are first asked for; here they are asked for.
        _ = answer.extensions, answer.certificates, answer.responder_name, answer.signature_algorithm_oid
        _ = [(one.hash_algorithm, one.revocation_time_utc, one.revocation_reason) for one in singles]
    except UNREADABLE as error:
        raise Malformed(f"not an OCSP answer: {first_line(error)}") from error
    if len(singles) != 1:
        raise Malformed("an OCSP answer is about one certificate")
    _check_signature_bits(data)
    return answer, singles[0]


def _check_signature_bits(data: bytes) -> None:
    """Whoever does not look at how many bits of a signature count lets others change that number unnoticed."""
    outer = der.sequence(data, LIMIT)
    outer.raw()
    kind = outer.enter(CONTEXT_0).sequence()
    kind.oid()
    basic = der.sequence(kind.octets(), LIMIT)
    basic.raw(der.SEQUENCE)
    basic.raw(der.SEQUENCE)
    basic.bits()


def names(single: CertificateId, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether the CertID in a request or an answer is that of the certificate."""
    return single.serial_number == certificate.serial_number and is_issuer(single, issuer)


def is_issuer(single: CertificateId, issuer: x509.Certificate) -> bool:
    hash = single.hash_algorithm.name
    return hash in ID_HASHES and (single.issuer_name_hash, single.issuer_key_hash) == issuer_hashes(issuer, hash)


@lru_cache(maxsize=64)
def issuer_hashes(issuer: x509.Certificate, hash: str) -> tuple[bytes, bytes]:
    digest = ID_HASHES[hash]
    return digest(issuer.subject.public_bytes()).digest(), digest(key_bits(issuer)).digest()


def _responder(
    answer: ocsp.OCSPResponse, issuer: x509.Certificate, others: Sequence[x509.Certificate]
) -> x509.Certificate:
    """The issuer itself, or who bears its commission (RFC 6960, section 4.2.2.2)."""
    brought = [load(one.public_bytes(Encoding.DER)) for one in answer.certificates[:MOST_CERTIFICATES]]
    for one in (issuer, *brought, *others):
        if _is_named(answer, one):
            if one != issuer:
                _check_commission(one, issuer, answer.produced_at_utc)
            return one
    raise Indeterminate("the certificate of the OCSP responder is missing")


def _is_named(answer: ocsp.OCSPResponse, one: x509.Certificate) -> bool:
    if answer.responder_key_hash is not None:
        return answer.responder_key_hash == issuer_hashes(one, "sha1")[1]
    return answer.responder_name == one.subject


def _check_commission(responder: x509.Certificate, issuer: x509.Certificate, at: datetime) -> None:
    _check_issued(responder, issuer)
    check_use(responder, Use.OCSP)
    if extension(responder, x509.OCSPNoCheck) is None:
        raise WrongCertificate("the OCSP responder's own certificate might be revoked")
    if not responder.not_valid_before_utc <= at <= responder.not_valid_after_utc:
        raise OutsideValidity("the OCSP responder's certificate was not valid when it answered")


@lru_cache(maxsize=64)
def _check_issued(responder: x509.Certificate, issuer: x509.Certificate) -> None:
    """Also by an algorithm that counts, which `cryptography` does not ask here."""
    algorithms.hash_of_signature(responder.signature_algorithm_oid.dotted_string, public_key(issuer))
    try:
        responder.verify_directly_issued_by(issuer)
    except (Mismatch, *UNREADABLE):
        raise WrongCertificate("the OCSP responder was not appointed by the certificate's issuer") from None


def _check_signature(answer: ocsp.OCSPResponse, responder: x509.Certificate) -> None:
    key = public_key(responder)
    hash = algorithms.hash_of_signature(answer.signature_algorithm_oid.dotted_string, key)
    algorithms.verify(key, answer.signature, answer.tbs_response_bytes, hash)


def _statement(single: ocsp.OCSPSingleResponse) -> Statement:
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise Indeterminate("the OCSP responder does not know the certificate")
    reason = single.revocation_reason.value if single.revocation_reason else UNSPECIFIED
    return Statement(single.this_update_utc, single.next_update_utc, single.revocation_time_utc, reason)
