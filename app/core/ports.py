"""The outside world as operations see it: small protocols; `app/adapters/` holds what stands behind them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from app.core.limits import Limits

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from signing.errors import SigningError
    from signing.paths import Trust as Roots
    from signing.sealing import Services
    from signing.signers.mobile import Complete, MobileService, Running, Session
    from signing.signers.signer import Signer
    from signing.transparency.keys import SignerKey, VerifierKey


class StoredBlob(Protocol):
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...


class Blobs(Protocol):
    """Files by their SHA-256: written once, never changed."""

    def put(self, content: Path | BinaryIO | bytes) -> StoredBlob: ...
    def open(self, sha256: str) -> Iterator[bytes]: ...
    def size(self, sha256: str) -> int: ...
    def exists(self, sha256: str) -> bool: ...


class ScanResult(Protocol):
    @property
    def verdict(self) -> str: ...
    @property
    def signature(self) -> str: ...


class Scanner(Protocol):
    def scan(self, path: Path) -> ScanResult: ...


class Mail(Protocol):
    def send(self, message_id: str, recipient: str, subject: str, text: str) -> None: ...


class Trust(Protocol):
    """Whom signatures are believed to, and who vouches for new ones."""

    @property
    def roots(self) -> "Roots": ...
    @property
    def authorities(self) -> "Sequence[Certificate]":
        """Those below the roots, for a certificate that comes without them; they are not believed by themselves."""

    @property
    def services(self) -> "Services": ...


class Seal(Protocol):
    """The customs' own seal. The web process knows that there is one; only the worker asks for its signer."""

    @property
    def is_there(self) -> bool: ...
    @property
    def signer(self) -> "Signer":
        """Opens the key."""


class PublishedLog(Protocol):
    """The register as everybody can read it: files under their paths in a folder, and the key that signs it."""

    @property
    def key(self) -> "SignerKey": ...
    @property
    def witnesses(self) -> "Sequence[VerifierKey]": ...
    def read(self, path: str) -> bytes:
        """The content of a file; raises `signing.transparency.tiles.NotServed` where there is none."""

    def write(self, path: str, content: bytes) -> None:
        """Whole and on the disk when this returns."""

    def remove(self, path: str) -> None:
        """A folder with what is in it; none there is no failure."""

    def writing(self) -> AbstractContextManager[None]:
        """Alone among all writers."""


class SignInSite(Protocol):
    """Where somebody goes to show who he is, and to sign out there."""

    @property
    def origins(self) -> Sequence[str]: ...
    @property
    def sign_out(self) -> str:
        """The address; empty where one cannot."""

    @property
    def client_id(self) -> str: ...
    def sign_in_address(self, *, state: str, nonce: str, verifier: str, language: str, anew: bool) -> str: ...


class Identity(Protocol):
    """Whom a provider vouches for, and since when it knows him."""

    @property
    def pin(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def session(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def proven_at(self) -> datetime | None: ...


class Farewell(Protocol):
    """Who has signed out at the provider."""

    @property
    def id(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def session(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...


class IdentityProvider(Protocol):
    """Another site that knows people. Raises Unavailable when it is away, NotAllowed for what cannot be believed."""

    def site(self) -> SignInSite: ...
    def identify(
        self, code: str, *, issuer: str | None, nonce: str, verifier: str, now: datetime, since: datetime | None
    ) -> Identity: ...
    def farewell(self, token: str, now: datetime) -> Farewell: ...


class Phones(Protocol):
    """The phones of people, rung by a mobile signature service."""

    @property
    def service(self) -> "MobileService": ...
    def heard(self, session: "Session") -> "Running | Complete | SigningError":
        """What is known of the answer by now, or what went wrong last; whoever asks never waits."""


class PaperKind(StrEnum):
    """By what a person names himself to the population register."""

    PIN = "pin"
    ID_CARD = "id_card"
    PASSPORT = "passport"  # Of another state.
    PERMIT = "permit"


@dataclass(frozen=True, slots=True)
class Paper:
    """A person's own document, or the number by which the register knows him."""

    citizenship: str  # ISO 3166, two letters.
    kind: PaperKind
    number: str


@dataclass(frozen=True, slots=True)
class RegisteredPerson:
    """A person as the population register has him; `number` is its own and stays when documents change."""

    number: str
    pin: str
    surname: str
    given_name: str
    patronymic: str
    born: date
    series: str
    document: str
    issuer: str
    issued: date
    expires: date | None
    address: str = ""
    died: date | None = None

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surname}"


class PopulationRegister(Protocol):
    """Raises Unavailable when it does not answer, or not in time."""

    def find(self, paper: Paper) -> RegisteredPerson | None: ...


@dataclass(frozen=True, slots=True)
class Taxpayer:
    voen: str
    name: str
    is_active: bool


class TaxpayerRegister(Protocol):
    """Raises Unavailable when it does not answer, or not in time."""

    def of_person(self, pin: str) -> Taxpayer | None: ...


@dataclass(frozen=True, slots=True)
class Ports:
    limits: Limits
    blobs: Blobs
    scanner: Scanner
    mail: Mail
    trust: Trust
    log: PublishedLog
    base_url: str
    hosts: Sequence[str] = ()
    e_gov: IdentityProvider | None = None
    phones: Phones | None = None  # Without a service nobody signs in by phone.
    population: PopulationRegister | None = None
    taxpayers: TaxpayerRegister | None = None
    seal: Seal | None = None  # Without one no paper leaves the portal as a file.
    asks_birth_date: bool = False  # Of whoever wants a GÖÖEN.
    gooen_hourly: int = 2000  # Persons looked up for a GÖÖEN, for all who ask together.
    secret: str = field(default="", repr=False)  # For what only this installation can make out.
