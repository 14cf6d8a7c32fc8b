"""What a verification found: plain values in the words of EN 319 102-1, for people and for programs."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from signing.profiles import Role


class Indication(StrEnum):
    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    SKIPPED = "skipped"


class Stage(StrEnum):
    """The three stages of a verification in Azerbaijani law: Cabinet decision 27 of 28 January 2006."""

    KEY = "key"  # The verification data belong to the certificate.
    CERTIFICATE = "certificate"  # The certificate was good at the moment of signing.
    SIGNATURE = "signature"  # The procedure of the signature itself.


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. The detail is for specialists and in English."""

    name: str
    stage: Stage
    outcome: Outcome
    sub_indication: str = ""
    detail: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that does not change the verdict but that a reader should know."""

    name: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Who signed, known only after the path to a pinned root has been checked."""

    name: str
    identifier: str
    organisation: str
    role: Role | None
    issuer: str
    certificate_sha256: str


@dataclass(frozen=True, slots=True)
class SignatureReport:
    file: str
    format: str
    level: str
    indication: Indication
    sub_indication: str
    checks: tuple[Check, ...]
    warnings: tuple[Warned, ...] = ()
    signer: Person | None = None
    trusted_time: datetime | None = None
    claimed_time: datetime | None = None
    revocation_time: datetime | None = None
    archive_times: tuple[datetime, ...] = ()
    # Before this moment the signature has to be renewed by an archive time-stamp.
    good_until: datetime | None = None
    # Of the signature value, under which the register of decisions knows the signature.
    value_sha256: str = ""

    @property
    def is_valid(self) -> bool:
        return self.indication is Indication.PASSED

    def outcome_of(self, stage: Stage) -> Outcome:
        """Of all checks of a stage: passed only if every one has passed."""
        found = {check.outcome for check in self.checks if check.stage is stage}
        worst_first = (Outcome.FAILED, Outcome.UNDECIDED, Outcome.SKIPPED, Outcome.PASSED)
        return next((outcome for outcome in worst_first if outcome in found), Outcome.SKIPPED)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    name: str
    media_type: str
    size: int
    # Of a file in a PDF, which nobody else names; those of a container are named in its signatures.
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a container: the worst of its signatures."""

    indication: Indication
    sub_indication: str
    signatures: tuple[SignatureReport, ...]
    container: Check
    files: tuple[CheckedFile, ...]
    policy: str
    verified_at: datetime
    data: bytes = field(repr=False)
    # The register of decisions: None without a proof, skipped where nobody said which register to believe.
    register: Check | None = None
    # What could be read besides our own containers.
    form: str = "own"

    @property
    def sha256(self) -> str:
        """Of the whole container: what a receiver files the report under."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_valid(self) -> bool:
        return self.indication is Indication.PASSED

    @property
    def decisive(self) -> Check | None:
        """The check that the verdict rests on, where something spoke against the container."""
        every = (self.container, *(check for signature in self.signatures for check in signature.checks))
        return worst((*every, *((self.register,) if self.register else ())))

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """About the container as a whole: an officer's decision should be seen to stand in the register."""
        if self.register and self.register.outcome is Outcome.SKIPPED:
            return (Warned("register_not_checked"),)
        is_decision = any(one.signer and one.signer.role is Role.OFFICER for one in self.signatures)
        return (Warned("no_register_proof"),) if is_decision and not self.register else ()


def worst(checks: Iterable[Check]) -> Check | None:
    """The first that failed, else the first that was left undecided."""
    refused = [check for check in checks if check.outcome in {Outcome.FAILED, Outcome.UNDECIDED}]
    return min(refused, key=lambda check: check.outcome is not Outcome.FAILED, default=None)
