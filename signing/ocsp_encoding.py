"""OCSP answers in DER (RFC 6960, section 4.2.1).

`cryptography` can make them, too, but at the computer's time only; here time comes from the responder's clock.
"""

from dataclasses import dataclass
from datetime import datetime

from signing import der, oids
from signing.register import Standing, State

ENUMERATED = 0x0A
GOOD, REVOKED, UNKNOWN = 0x80, 0xA1, 0x82
# CRLReason, RFC 5280, section 5.3.1; an unspecified one is left out.
REASONS = {
    "keyCompromise": 1,
    "cACompromise": 2,
    "affiliationChanged": 3,
    "superseded": 4,
    "cessationOfOperation": 5,
    "certificateHold": 6,
    "privilegeWithdrawn": 9,
    "aACompromise": 10,
}


@dataclass(frozen=True, slots=True)
class CertificateId:
    """How OCSP names a certificate: by digests of its issuer's name and key, and its number."""

    hash_oid: str
    issuer_name: bytes
    issuer_key: bytes
    serial: int

    def encoded(self) -> bytes:
        return der.seq(
            der.seq(der.oid(self.hash_oid), der.null()),
            der.octets(self.issuer_name),
            der.octets(self.issuer_key),
            der.integer(self.serial),
        )


def response_data(
    subject: CertificateId,
    standing: Standing,
    responder_key: bytes,
    now: datetime,
    next_update: datetime,
    *,
    nonce: bytes | None = None,
) -> bytes:
    """What a responder signs: one answer, made now."""
    this_moment = der.generalized_time(now)
    single = der.seq(
        subject.encoded(), _status(standing), this_moment, der.explicit(0, der.generalized_time(next_update))
    )
    extensions = b"" if nonce is None else der.explicit(1, der.seq(_nonce(nonce)))
    return der.seq(der.explicit(2, der.octets(responder_key)), this_moment, der.seq(single), extensions)


def signed(data: bytes, algorithm: bytes, signature: bytes, certificate: bytes) -> bytes:
    """The whole OCSPResponse."""
    basic = der.seq(data, algorithm, der.bits(signature), der.explicit(0, der.seq(certificate)))
    content = der.seq(der.oid(oids.OCSP_BASIC), der.octets(basic))
    return der.seq(der.encode(ENUMERATED, b"\x00"), der.explicit(0, content))


def _status(standing: Standing) -> bytes:
    if standing.state is State.GOOD:
        return der.encode(GOOD)
    if standing.since is None:
        return der.encode(UNKNOWN)
    reason = REASONS.get(standing.reason)
    encoded = b"" if reason is None else der.explicit(0, der.encode(ENUMERATED, bytes([reason])))
    return der.encode(REVOKED, der.generalized_time(standing.since), encoded)


def _nonce(nonce: bytes) -> bytes:
    return der.seq(der.oid(oids.OCSP_NONCE), der.octets(der.octets(nonce)))
