"""A certification centre in memory whose clock the tests move, with people who sign and files to be signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing import oids, profiles, revocation_list
from signing.algorithms import PrivateKey, PublicKey
from signing.container import Container
from signing.data_file import DataFile, data_file
from signing.issuing import certificate
from signing.ocsp_responder import OcspResponder
from signing.paths import Trust
from signing.profiles import Profile
from signing.register import Standing, State
from signing.revocation_list import FOR_AUTHORITIES
from signing.sealing import Services, seal
from signing.signers.pkcs12 import KeyFile
from signing.subjects import Subject
from signing.tsa import Tsa

START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PERSON = Subject.person("5ABC1DE", "Aygün", "Məmmədova").name()
OFFICER = Subject.officer("7XYZ2QW", "Elçin", "Quliyev", "00100").name()
FIRM = Subject.organisation("1234567891", "Nümunə MMC").name()


@dataclass
class Hands:
    """A clock that stands where it is put."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time

    @contextmanager
    def at(self, time: datetime) -> Iterator[None]:
        """Put to another time for a while."""
        before, self.time = self.time, time
        try:
            yield
        finally:
            self.time = before


@dataclass
class Centre:
    """Root, issuing authority, time-stamp unit and revocation responder of their own."""

    name: str = "Test"
    clock: Hands = field(default_factory=Hands)
    started: datetime = START - timedelta(days=30)
    issuing_key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    ocsp_key: PrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        self._serial = 1000
        self.standings: dict[int, Standing] = {}
        self.root_key: PrivateKey = ec.generate_private_key(ec.SECP384R1())
        self.root_name = Subject(f"{self.name} Kök").name()
        self.issuing_name = Subject(f"{self.name} Sertifikat Mərkəzi").name()
        root = (self.root_name, self.root_key)
        self.root = self._make(profiles.ROOT, self.root_name, self.root_key, root)
        self.issuing = self._make(profiles.ISSUING, self.issuing_name, self.issuing_key, root)
        self.trust = Trust((self.root,))
        self.tsa = self.new_tsa()
        self.ocsp = OcspResponder(
            self.ocsp_key,
            self.issue(profiles.OCSP, Subject(f"{self.name} OCSP").name(), self.ocsp_key),
            self.issuing,
            lambda serial: self.standings.get(serial, Standing(State.GOOD)),
            self.clock,
        )

    def new_tsa(self, since: datetime | None = None) -> Tsa:
        key = ec.generate_private_key(ec.SECP256R1())
        issued = self.issue(profiles.TSA, Subject(f"{self.name} TSA").name(), key, since=since)
        return Tsa(key, issued, (self.issuing,), oids.POLICY_TIMESTAMP, self.clock)

    @property
    def services(self) -> Services:
        return Services(self.tsa, self.ocsp, self.clock, self)

    def lists(self) -> tuple[bytes, bytes]:
        """Of the root and of the issuing authority, as they stand now."""
        above = {number: self.standings[number] for number in self.standings if number == self.issuing.serial_number}
        below = {number: self.standings[number] for number in self.standings if number not in above}
        return (
            revocation_list.build(self.root, self.root_key, above, self.clock.time, rhythm=FOR_AUTHORITIES),
            revocation_list.build(self.issuing, self.issuing_key, below, self.clock.time),
        )

    def issue(
        self,
        profile: Profile,
        subject: x509.Name,
        key: PrivateKey | PublicKey,
        *,
        since: datetime | None = None,
        lifetime: timedelta | None = None,
    ) -> x509.Certificate:
        return self._make(
            profile,
            subject,
            key,
            (self.issuing_name, self.issuing_key),
            since=since,
            lifetime=lifetime,
        )

    def signer(
        self,
        profile: Profile = profiles.OFFICER,
        subject: x509.Name = OFFICER,
        key: PrivateKey | None = None,
        *,
        since: datetime | None = None,
        lifetime: timedelta | None = None,
    ) -> KeyFile:
        key = key or ec.generate_private_key(ec.SECP256R1())
        return KeyFile(self.issue(profile, subject, key, since=since, lifetime=lifetime), (self.issuing,), key)

    def _make(
        self,
        profile: Profile,
        subject: x509.Name,
        key: PrivateKey | PublicKey,
        issuer: tuple[x509.Name, PrivateKey],
        *,
        since: datetime | None = None,
        lifetime: timedelta | None = None,
    ) -> x509.Certificate:
        self._serial += 1
        begin = since or self.started
        valid = (begin, begin + (lifetime or profile.lifetime))
        name, issuer_key = issuer
        public = key if isinstance(key, PublicKey) else key.public_key()
        return certificate(profile, subject, public, valid, serial=self._serial, issuer=name, issuer_key=issuer_key)


def files(marker: str = "26AZ00100123456") -> list[DataFile]:
    declaration = f'<Declaration xmlns="urn:e-gomruk:declaration:v1"><Number>{marker}</Number></Declaration>'
    return [
        data_file("declaration.xml", declaration.encode()),
        data_file("documents/invoice.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8),
    ]


def sealed(centre: Centre, signer: KeyFile | None = None, payload: list[DataFile] | None = None) -> Container:
    return seal(payload or files(), signer or centre.signer(), centre.services)


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)
