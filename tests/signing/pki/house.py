"""An authority in a folder with a clock that stands where the tests put it, and people who have certificates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA224, SHA256

from signing import profiles
from signing.algorithms import PrivateKey
from signing.authority import OWN, Authority
from signing.paths import Trust
from signing.profiles import Profile
from signing.register import Entry
from signing.subjects import Subject
from signing.vault import Vault

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PASSPHRASE = "opens the keys of the tests"
DIGEST = sha256(b"a declaration").digest()
PERSON = Subject.person("5ABC1DE", "Aygün", "Məmmədova")
OFFICER = Subject.officer("7XYZ2QW", "Elçin", "Quliyev", "00100")
FIRM = Subject.organisation("1234567891", "Nümunə MMC")


@dataclass
class Hands:
    """The hands of a clock."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **time: float) -> datetime:
        self.time += timedelta(**time)
        return self.time


@dataclass
class House:
    authority: Authority
    folder: Path
    clock: Hands

    @property
    def trust(self) -> Trust:
        return Trust((self.authority.root,))

    @property
    def issuing(self) -> x509.Certificate:
        return self.authority.issuing

    def later_entries(self) -> list[Entry]:
        """What was done after the founding, when the authority's own certificates were entered."""
        return self.authority.entries()[len(OWN) :]

    def issue(self, profile: Profile = profiles.OFFICER, subject: Subject = OFFICER) -> x509.Certificate:
        return self.authority.issue(profile, subject, new_key().public_key())

    def key(self, name: str) -> PrivateKey:
        """A key of the authority, for what it would never do itself."""
        return Vault(self.folder, PASSPHRASE).key(name)

    def forged(
        self,
        extensions: Iterable[tuple[x509.ExtensionType, bool]],
        key: PrivateKey | None = None,
        *,
        subject: x509.Name | None = None,
        issuer: x509.Name | None = None,
        issuer_key: PrivateKey | None = None,
        hash: SHA224 | SHA256 | None = None,
    ) -> x509.Certificate:
        """A certificate with any extensions, by default signed with the issuing key."""
        builder = (
            x509.CertificateBuilder()
            .serial_number(x509.random_serial_number())
            .subject_name(subject or OFFICER.name())
            .issuer_name(issuer or self.issuing.subject)
            .public_key((key or new_key()).public_key())
            .not_valid_before(START)
            .not_valid_after(START + timedelta(days=365))
        )
        for extension, is_critical in extensions:
            builder = builder.add_extension(extension, is_critical)
        return builder.sign(issuer_key or self.key("issuing"), hash or SHA256())


def founded(folder: Path) -> House:
    clock = Hands()
    return House(Authority.create(folder, PASSPHRASE, clock), folder, clock)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())
