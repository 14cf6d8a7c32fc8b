"""Making an authority's list of revoked certificates (RFC 5280, section 5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing import algorithms, files
from signing.crl import load_crl
from signing.register import Standing, State
from signing.revocation import FRESHNESS, UNSPECIFIED


@dataclass(frozen=True, slots=True)
class Rhythm:
    """After how long a list is made anew, and for how long it counts."""

    renewed_after: timedelta
    valid_for: timedelta


FOR_SUBSCRIBERS = Rhythm(timedelta(hours=1), FRESHNESS)
# A root lies in a safe and is taken out seldom.
FOR_AUTHORITIES = Rhythm(timedelta(days=10), timedelta(days=30))


def build(
    issuer: x509.Certificate,
    key: algorithms.PrivateKey,
    standings: Mapping[int, Standing],
    now: datetime,
    previous: bytes | None = None,
    *,
    rhythm: Rhythm = FOR_SUBSCRIBERS,
) -> bytes:
    now = now.replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + rhythm.valid_for)
        .add_extension(x509.CRLNumber(_number(previous) + 1 if previous else 1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for serial, (since, reason) in _revoked(standings).items():
        builder = builder.add_revoked_certificate(_entry(serial, since, reason))
    return builder.sign(key, algorithms.hash_for(key).primitive).public_bytes(Encoding.DER)


@dataclass
class KeptList:
    """An authority's list in its file, made anew when it is due."""

    path: Path
    issuer: x509.Certificate
    key: Callable[[], algorithms.PrivateKey]
    standings: Callable[[], Mapping[int, Standing]]
    # Of the register: another one after every entry.
    edition: Callable[[], int]
    rhythm: Rhythm
    _agreed: "_Agreed | None" = None

    def current(self, now: datetime) -> bytes | None:
        """None when the list is old, or a crash came between the register and the list."""
        if not self.path.exists():
            return None
        kept = self.path.stat()
        state = kept.st_ino, kept.st_mtime_ns, self.edition()
        if self._agreed is None or self._agreed.state != state:
            content = self.read()
            found = load_crl(content)
            if {entry.serial_number for entry in found} != _revoked(self.standings()).keys():
                return None
            self._agreed = _Agreed(state, found.last_update_utc, content)
        return self._agreed.content if now - self._agreed.made < self.rhythm.renewed_after else None

    def read(self) -> bytes:
        return self.path.read_bytes()

    def publish(self, now: datetime) -> bytes:
        before = self.read() if self.path.exists() else None
        made = build(self.issuer, self.key(), self.standings(), now, before, rhythm=self.rhythm)
        files.write(self.path, made)
        return made


@dataclass(frozen=True, slots=True)
class _Agreed:
    """A list and a register that were found to say the same."""

    state: tuple[int, int, int]
    made: datetime
    content: bytes


def _revoked(standings: Mapping[int, Standing]) -> dict[int, tuple[datetime, str]]:
    return {
        serial: (standing.since, standing.reason)
        for serial, standing in standings.items()
        if standing.state in {State.SUSPENDED, State.REVOKED} and standing.since
    }


def _number(crl: bytes) -> int:
    return load_crl(crl).extensions.get_extension_for_class(x509.CRLNumber).value.crl_number


def _entry(serial: int, since: datetime, reason: str) -> x509.RevokedCertificate:
    builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
    # An unspecified reason is left out: RFC 5280, section 5.3.1.
    if reason != UNSPECIFIED:
        builder = builder.add_extension(x509.CRLReason(x509.ReasonFlags(reason)), critical=False)
    return builder.build()
