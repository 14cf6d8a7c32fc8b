"""What is known while one signature is examined, and what it must be to be accepted."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509

from signing.algorithm_policy import digest_strong_until, keys_strong_until
from signing.algorithms import PublicKey
from signing.container import Container, SignatureFile
from signing.data_file import DataFile
from signing.forms import OWN, Form
from signing.paths import Path, Trust
from signing.profiles import Role
from signing.proof_times import ProofTimes, Stamped
from signing.report import Warned
from signing.revocation import Good
from signing.standing import Evidence
from signing.xades_parts import Signature
from signing.xades_unsigned import Kind
from signing.xml_algorithms import digest_named, method_named

if TYPE_CHECKING:
    from signing.transparency.trust import LogTrust


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may sign, how late the answer on revocation may come after the proven time, and which register counts."""

    roles: frozenset[Role] = frozenset({Role.PERSON, Role.OFFICER, Role.ORGANISATION})
    # A later answer could have missed a suspension that was lifted in between.
    latest_answer: timedelta = timedelta(days=1)
    late_answer: timedelta = timedelta(minutes=15)
    # Whether a signature is refused that does not show that the authorities and units themselves were not revoked.
    needs_authorities: bool = False
    # How containers may be written.
    form: Form = OWN
    # Whom to believe about the register of decisions; without it a proof that a container brings is not looked at.
    register: "LogTrust | None" = None
    name: str = "e-gomruk-1"


@dataclass(kw_only=True)
class Case(ABC):
    """A signature under examination, whatever its format. Attributes without a value exist once their check passed."""

    trust: Trust
    policy: Policy
    now: datetime
    certificate: x509.Certificate = field(init=False)
    # The certificates that the signature carries besides the signer's own.
    known: tuple[x509.Certificate, ...] = ()
    key: PublicKey = field(init=False)
    times: ProofTimes | None = None
    path: Path | None = None
    good: Good | None = None
    warnings: list[Warned] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        """The moment for which the certificate is judged: the proven one, or now if nothing is proven."""
        return self.times.earliest.time if self.times else self.now

    @property
    @abstractmethod
    def name(self) -> str:
        """What the report calls the signature."""

    @property
    @abstractmethod
    def format(self) -> str:
        """XAdES or PAdES."""

    @property
    @abstractmethod
    def level(self) -> str:
        """As far as the structure tells; whether it holds is for the checks."""

    @property
    @abstractmethod
    def claimed_time(self) -> datetime | None:
        """What the signer wrote; None as long as nothing could be read."""

    @property
    @abstractmethod
    def answers(self) -> Sequence[bytes]:
        """On revocation, as the signature carries them."""

    @property
    def value(self) -> bytes:
        """Of the signature; empty as long as nothing could be read, and where no register knows it."""
        return b""

    @property
    def lists(self) -> Sequence[bytes]:
        """Revocation lists that the signature carries."""
        return ()

    @property
    def evidence(self) -> Evidence:
        """On those who vouch for the signature and for its time."""
        return Evidence((*self.trust.lists, *self.lists), tuple(self.answers), self.known)

    @property
    @abstractmethod
    def value_digest(self) -> str:
        """The digest that the signature value is made over."""

    @property
    @abstractmethod
    def content_digests(self) -> Sequence[str]:
        """The digests that stand for what is signed, and for the signer's certificate."""

    @abstractmethod
    def proof_times(self) -> ProofTimes | None:
        """What the time-stamps prove; None without any."""

    @property
    def vouching(self) -> tuple[x509.Certificate, ...]:
        """Those who vouch for the signer: his authorities, and who answered on revocation."""
        above = self.path.chain[1:] if self.path else ()
        return (*above, self.good.responder) if self.good else above

    @property
    def good_until(self) -> datetime | None:
        """Until when everything is proven; before that a new archive time-stamp has to be made."""
        if self.times is None:
            return None
        if self.times.archive:
            return self.times.good_until
        digests = map(digest_strong_until, self.content_digests)
        return min(self.times.good_until, keys_strong_until(self.vouching), *digests)


@dataclass(kw_only=True)
class Examination(Case):
    """A XAdES signature in a container."""

    container: Container
    file: SignatureFile
    signature: Signature = field(init=False)

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def format(self) -> str:
        return "XAdES"

    @property
    def claimed_time(self) -> datetime | None:
        return self.signature.properties.claimed_time if self.level else None

    @property
    def answers(self) -> Sequence[bytes]:
        return self.signature.answers

    @property
    def lists(self) -> Sequence[bytes]:
        return self.signature.lists

    @property
    def value(self) -> bytes:
        return self.signature.value if self.level else b""

    @property
    def value_digest(self) -> str:
        return method_named(self.signature.info.method).hash.name

    @property
    def content_digests(self) -> Sequence[str]:
        info, certificate = self.signature.info, self.signature.properties.certificate_digest
        every = (info.properties_digest, certificate, *(file.digest for file in info.files))
        return [digest_named(one.algorithm) for one in every]

    def proof_times(self) -> ProofTimes | None:
        return Stamped(self.signature, self.files, self.known, self.trust, self.evidence).proof_times(self.now)

    @property
    def files(self) -> dict[str, DataFile]:
        return {file.name: file for file in self.container.files}

    @property
    def level(self) -> str:
        if not hasattr(self, "signature"):
            return ""
        kinds = {one.kind for one in self.signature.unsigned}
        return next((level for kind, level in LEVELS.items() if kind in kinds), "B-B")


# The highest first; what makes a signature one of that level.
LEVELS = {Kind.ARCHIVE_TIME_STAMP: "B-LTA", Kind.REVOCATION: "B-LT", Kind.SIGNATURE_TIME_STAMP: "B-T"}
