"""Whether those who vouch for others, authorities and time-stamp units, had been revoked themselves when it mattered.

A key that was given up in good order made nothing false before its end. Of a key that leaked, or that may have, only
what is proven to be older than the leak counts: whoever has it can write any date (EN 319 102-1, clause 5.6.2;
RFC 3161, clause 4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from cryptography import x509

from signing import crl, ocsp
from signing.certificates import extension
from signing.errors import SigningError
from signing.revocation import FRESHNESS, HOLD, TOLERANCE, Statement

IN_GOOD_ORDER = frozenset(
    reason.value
    for reason in (
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    )
)


class UnitRevoked(SigningError):
    """A time-stamp unit was revoked, and nothing proves that its time-stamp is older."""

    sub_indication = "REVOKED_NO_POE"


class AuthorityRevoked(SigningError):
    """An authority was revoked, and nothing proves that what rests on it is older."""

    sub_indication = "REVOKED_CA_NO_POE"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Revocation lists and OCSP answers: those in the signature and those that its verifier brings."""

    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()
    # Where the certificates of OCSP responders are found.
    others: tuple[x509.Certificate, ...] = ()
    # What was found of a certificate: many time-stamps come from few units.
    _heard: dict[tuple[x509.Certificate, x509.Certificate], list[Statement]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def check(
        self, chain: Sequence[x509.Certificate], claimed: datetime, proven: datetime
    ) -> tuple[x509.Certificate, ...]:
        """Gives those below the root of whom nothing is known; raises if one was revoked before what rests on it.

        `claimed` is the time that the signed thing bears, `proven` the time by which it existed for certain.
        """
        unknown = []
        for certificate, issuer in pairwise(chain):
            news = self._sorted_news(certificate, issuer)
            for said in news:
                # A hold may have been lifted since; a revocation is for ever.
                if said.reason != HOLD or said is news[-1]:
                    _check_revoked(said, certificate, claimed, proven)
            if not any(_knows(said, certificate, claimed) for said in news):
                unknown.append(certificate)
        return tuple(unknown)

    def _sorted_news(self, certificate: x509.Certificate, issuer: x509.Certificate) -> list[Statement]:
        """The oldest first."""
        pair = certificate, issuer
        if pair not in self._heard:
            self._heard[pair] = sorted(self._news(*pair), key=lambda said: said.this_update)
        return self._heard[pair]

    def _news(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Iterator[Statement]:
        for found in self.lists:
            if crl.is_issued_by(found, issuer):
                yield crl.statement(found, certificate)
        for answer in self.answers:
            if ocsp.is_about(answer, certificate, issuer):
                yield ocsp.heard(answer, certificate, issuer, self.others)[0]


def _check_revoked(said: Statement, certificate: x509.Certificate, claimed: datetime, proven: datetime) -> None:
    if said.revoked_at is None or (claimed if said.reason in IN_GOOD_ORDER else proven) < said.revoked_at:
        return
    constraints = extension(certificate, x509.BasicConstraints)
    error = AuthorityRevoked if constraints and constraints.ca else UnitRevoked
    name, since = certificate.subject.rfc4514_string(), f"{said.revoked_at:%Y-%m-%d %H:%M:%S} UTC"
    raise error(f"{name} was revoked from {since} ({said.reason})")


def _knows(said: Statement, certificate: x509.Certificate, at: datetime) -> bool:
    """News from after the moment, or that had not run out by then; not from when revocations are forgotten."""
    until = said.next_update or said.this_update + FRESHNESS
    return at <= until + TOLERANCE and said.this_update <= certificate.not_valid_after_utc
