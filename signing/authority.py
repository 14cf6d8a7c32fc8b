"""The emulated national certification centre: it issues certificates and says what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing import algorithms, files, founding, issuing, oids, profiles
from signing.certificates import load_file
from signing.clock import Clock, SystemClock
from signing.errors import Refused
from signing.ocsp_responder import OcspResponder
from signing.profiles import Profile
from signing.register import Action, Entry, Register, Standing, State, moment
from signing.renewable import Renewable
from signing.revocation import HOLD
from signing.revocation_list import FOR_AUTHORITIES, FOR_SUBSCRIBERS, KeptList
from signing.subjects import Subject
from signing.tsa import Tsa
from signing.vault import Vault

REASONS = tuple(
    reason.value
    for reason in x509.ReasonFlags
    if reason not in {x509.ReasonFlags.certificate_hold, x509.ReasonFlags.remove_from_crl}
)
# The authority's own certificates that can be revoked, and of these the services that can be renewed.
OWN = (profiles.ISSUING, profiles.TSA, profiles.OCSP)
SERVICES = {profile.name: profile for profile in (profiles.TSA, profiles.OCSP)}

Service = TypeVar("Service", Tsa, OcspResponder)


class Authority:
    """An authority in its folder. Any number of processes may have it open; what it does is in the register."""

    def __init__(self, folder: Path, passphrase: str, clock: Clock) -> None:
        self._folder = folder
        self._vault = Vault(folder, passphrase)
        self._clock = clock
        self._register = Register(folder / founding.REGISTER)
        self._address = (folder / founding.ADDRESS).read_text("utf-8")
        self._key = self._vault.key("issuing")
        self._tsa = Renewable(self._vault, "tsa", self._new_tsa)
        self._ocsp = Renewable(self._vault, "ocsp", self._new_ocsp)
        self._above = KeptList(
            folder / founding.ROOT_CRL,
            self.root,
            lambda: self._vault.key("root"),  # Seldom needed, and therefore not held.
            self._above_standings,
            self._register.edition,
            FOR_AUTHORITIES,
        )
        self._below = KeptList(
            folder / founding.CRL,
            self.issuing,
            lambda: self._key,
            self._below_standings,
            self._register.edition,
            FOR_SUBSCRIBERS,
        )
        self._enter_own()

    @classmethod
    def create(cls, folder: Path, passphrase: str, clock: Clock | None = None, *, address: str = "") -> "Authority":
        """Founds an authority in a new folder; the address is where its services will be found."""
        clock = clock or SystemClock()
        founding.found(folder, passphrase, clock.now(), address.rstrip("/"))
        return cls(folder, passphrase, clock)

    @classmethod
    def open(cls, folder: Path, passphrase: str, clock: Clock | None = None) -> "Authority":
        if not (folder / founding.REGISTER).exists():
            raise Refused(f"there is no authority in {folder}")
        return cls(folder, passphrase, clock or SystemClock())

    @cached_property
    def root(self) -> x509.Certificate:
        return self._vault.certificate("root")

    @cached_property
    def issuing(self) -> x509.Certificate:
        return self._vault.certificate("issuing")

    @property
    def tsa(self) -> Tsa:
        """The newest one: a renewal is seen at once, whichever process did it."""
        return self._serving("tsa", self._tsa.newest())

    @property
    def ocsp(self) -> OcspResponder:
        return self._serving("ocsp", self._ocsp.newest())

    def own(self, name: str) -> x509.Certificate:
        """The newest certificate of the root, the issuing authority or one of its services."""
        return self._vault.certificate(name)

    def renew(self, name: str) -> x509.Certificate:
        """A new key and a new certificate for a service. Its old key is gone; its old certificate still verifies."""
        if name not in SERVICES:
            raise Refused(f"a service is one of {', '.join(SERVICES)}")
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.issue(SERVICES[name], founding.subject(SERVICES[name]), key.public_key())
        with self._register.writing():
            self._vault.keep(name, key, certificate)
        return certificate

    def issue(
        self,
        profile: Profile,
        subject: Subject,
        public_key: object,
        *,
        not_before: datetime | None = None,
        lifetime: timedelta | None = None,
    ) -> x509.Certificate:
        """A certificate of the profile; it is in the register before anybody has it."""
        if profile.is_authority:
            raise Refused("an issuing authority makes no other authority")
        if self.status(self.issuing.serial_number).state is not State.GOOD:
            raise Refused("the issuing authority itself is revoked")
        key, name = algorithms.accepted_key(public_key), subject.name()
        begin = (not_before or self._clock.now()).replace(microsecond=0)
        end = min(begin + (lifetime or profile.lifetime), self.issuing.not_valid_after_utc)
        certificate = issuing.certificate(
            profile,
            name,
            key,
            (begin, end),
            serial=issuing.new_serial(),
            issuer=self.issuing.subject,
            issuer_key=self._key,
            address=self._address,
        )
        with self._register.writing():
            self._enter(profile, certificate)
        return certificate

    def certificate(self, serial: int) -> x509.Certificate:
        if self.status(serial).state is State.UNKNOWN:
            raise Refused(f"no certificate {serial:x} was issued")
        return load_file(self._path(serial).read_bytes())[0]

    def status(self, serial: int) -> Standing:
        return self._register.standing(serial)

    def entries(self) -> list[Entry]:
        """Everything that was ever done, oldest first."""
        return self._register.entries()

    def suspend(self, serial: int, at: datetime | None = None) -> None:
        """Puts a certificate on hold: until it is resumed it counts as revoked."""
        with self._deciding(serial, State.GOOD):
            self._record(Action.SUSPENDED, serial, self._past(serial, at), HOLD)

    def resume(self, serial: int) -> None:
        with self._deciding(serial, State.SUSPENDED):
            self._record(Action.RESUMED, serial, self._clock.now())

    def revoke(self, serial: int, reason: str = "unspecified", at: datetime | None = None) -> None:
        """Ends a certificate for good; one that was on hold is revoked from the moment its hold began."""
        if reason not in REASONS:
            raise Refused(f"a reason is one of {', '.join(REASONS)}")
        with self._deciding(serial, State.GOOD, State.SUSPENDED) as standing:
            self._record(Action.REVOKED, serial, self._past(serial, at or standing.since), reason)

    def crl(self) -> bytes:
        """The list of revoked certificates, renewed when it grows old."""
        return self._current(self._below)

    def root_crl(self) -> bytes:
        """The root's list, on which the issuing authority would stand."""
        return self._current(self._above)

    def lists(self) -> tuple[bytes, bytes]:
        return self.root_crl(), self.crl()

    def _current(self, kept: KeptList) -> bytes:
        if current := kept.current(self._clock.now()):
            return current
        with self._register.writing():
            return kept.publish(self._clock.now())

    @contextmanager
    def _deciding(self, serial: int, *states: State) -> Iterator[Standing]:
        """Alone with the register: the state that allows the change still holds when it is written."""
        with self._register.writing():
            standing = self.status(serial)
            if standing.state not in states:
                raise Refused(f"certificate {serial:x} is {standing.state}, not {' or '.join(states)}")
            yield standing
            kept = self._above if self._is_above(serial) else self._below
            kept.publish(self._clock.now())

    def _past(self, serial: int, at: datetime | None) -> datetime:
        now = self._clock.now()
        if at is not None and not self.certificate(serial).not_valid_before_utc <= at <= now:
            raise Refused("a certificate is revoked between its beginning and now")
        return at or now

    def _record(self, action: Action, serial: int, effective: datetime, reason: str = "", **about: str) -> None:
        written, since = moment(self._clock.now()), moment(effective.replace(microsecond=0))
        self._register.append(Entry(written, action, f"{serial:x}", since, reason, **about))

    def _enter_own(self) -> None:
        """Its own certificates are in the register like all others, so that they can be asked for and revoked."""
        if self.status(self.issuing.serial_number).state is not State.UNKNOWN:
            return
        with self._register.writing():
            for profile in OWN:
                certificate = self.own(profile.name)
                if self.status(certificate.serial_number).state is State.UNKNOWN:
                    self._enter(profile, certificate)

    def _enter(self, profile: Profile, certificate: x509.Certificate) -> None:
        files.write(self._path(certificate.serial_number), certificate.public_bytes(Encoding.PEM))
        about = {"profile": profile.name, "subject": certificate.subject.rfc4514_string()}
        self._record(Action.ISSUED, certificate.serial_number, certificate.not_valid_before_utc, **about)

    def _is_above(self, serial: int) -> bool:
        """Whether it is one that the root issued."""
        return serial == self.issuing.serial_number

    def _above_standings(self) -> dict[int, Standing]:
        return {serial: found for serial, found in self._register.standings().items() if self._is_above(serial)}

    def _below_standings(self) -> dict[int, Standing]:
        return {serial: found for serial, found in self._register.standings().items() if not self._is_above(serial)}

    def _new_tsa(self, key: algorithms.PrivateKey, certificate: x509.Certificate) -> Tsa:
        return Tsa(key, certificate, (self.issuing,), oids.POLICY_TIMESTAMP, self._clock)

    def _new_ocsp(self, key: algorithms.PrivateKey, certificate: x509.Certificate) -> OcspResponder:
        return OcspResponder(key, certificate, self.issuing, self.status, self._clock)

    def _serving(self, name: str, service: Service) -> Service:
        """A service answers while its own certificate counts."""
        if self.status(service.certificate.serial_number).state in {State.REVOKED, State.SUSPENDED}:
            raise Refused(f"the certificate of the service {name} is revoked")
        if self._clock.now() > service.certificate.not_valid_after_utc:
            raise Refused(f"the certificate of the service {name} has ended")
        return service

    def _path(self, serial: int) -> Path:
        return self._folder / founding.ISSUED / f"{serial:x}.crt"
