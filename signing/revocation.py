"""Whether a certificate was revoked at a moment, by an OCSP answer (RFC 6960) or a revocation list (RFC 5280)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from cryptography import x509

from signing.errors import Indeterminate, Revoked

# Registers and lists of revoked certificates are renewed within three hours: Cabinet decision 27 of 28 January 2006.
FRESHNESS = timedelta(hours=3)
# Clocks of two services differ a little.
TOLERANCE = timedelta(seconds=5)

HOLD = x509.ReasonFlags.certificate_hold.value
UNSPECIFIED = x509.ReasonFlags.unspecified.value


class OcspSource(Protocol):
    """Who answers whether a certificate is good: a responder of one's own or a service far away."""

    def response(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
        """A successful OCSPResponse about the certificate."""


class ListSource(Protocol):
    """Who has the revocation lists of authorities."""

    def lists(self) -> Sequence[bytes]:
        """The lists of those above whoever signs and stamps, as they stand now."""


class Good(NamedTuple):
    """The certificate was not revoked; who says so and when."""

    this_update: datetime
    produced_at: datetime
    responder: x509.Certificate


class Statement(NamedTuple):
    """What an answer or a list says about one certificate."""

    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None
    reason: str


def judge(said: Statement, certificate: x509.Certificate, at: datetime, freshness: timedelta) -> None:
    """Passes if the certificate was good at that moment. A revocation is for ever; a hold is as old as its news."""
    if said.reason != HOLD:
        _check_revoked(said, at)
    _check_freshness(said, certificate, at, freshness)
    _check_revoked(said, at)


def _check_revoked(said: Statement, at: datetime) -> None:
    if said.revoked_at is not None and said.revoked_at <= at:
        state = "on hold" if said.reason == HOLD else "revoked"
        since = f"{said.revoked_at:%Y-%m-%d %H:%M:%S} UTC"
        raise Revoked(f"the certificate was {state} from {since}", said.revoked_at, said.reason)


def _check_freshness(said: Statement, certificate: x509.Certificate, at: datetime, freshness: timedelta) -> None:
    """News from before the moment may be only so old; news from after it also tells what was before."""
    if said.this_update < at - freshness - TOLERANCE:
        raise Indeterminate("the revocation answer is older than the moment that it should decide")
    if said.next_update is not None and said.next_update + TOLERANCE < at:
        raise Indeterminate("the revocation answer had run out")
    if said.this_update > certificate.not_valid_after_utc:
        raise Indeterminate("the revocation answer is from after the certificate's end, when revocations are forgotten")
