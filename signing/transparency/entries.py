"""What the register has of a decision, a seal or the audit trail: numbers, digests and a time, nothing personal."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from signing.errors import Indeterminate, Malformed
from signing.report import SignatureReport

# Printable and without spaces, so that a line can be read in one way only.
WORD = re.compile(r"[!-~]{1,64}")
DIGEST = re.compile(r"[0-9a-f]{64}")
MAX_BYTES = 512


class EntryKind(StrEnum):
    """The first line of an entry."""

    DECISION = "az-customs-decision/v1"
    SEAL = "az-customs-seal/v1"
    AUDIT = "az-customs-audit/v1"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line for each fact: kind, number of the declaration, code of the decision, signature, time."""

    kind: EntryKind
    number: str
    code: str
    signature_sha256: str
    time: datetime

    def __post_init__(self) -> None:
        if not WORD.fullmatch(self.number) or not WORD.fullmatch(self.code):
            raise Malformed("a number or a code of the register is empty, too long or holds other signs than it may")
        if not DIGEST.fullmatch(self.signature_sha256) or self.time.utcoffset() is None:
            raise Malformed("an entry of the register needs the digest of a signature and a time with its zone")

    def to_bytes(self) -> bytes:
        lines = (self.kind, self.number, self.code, self.signature_sha256, _time_text(self.time))
        return "".join(f"{line}\n" for line in lines).encode("ascii")


def decision_entry(signature: SignatureReport, number: str, code: str) -> bytes:
    """The entry of an officer's decision, from the report on its signature; only what is valid may stand there."""
    if not signature.is_valid or signature.trusted_time is None:
        raise Indeterminate("only a valid signature with a proven time comes into the register")
    return Entry(EntryKind.DECISION, number, code, signature.value_sha256, signature.trusted_time).to_bytes()


def seal_entry(value: bytes, time: datetime, number: str, code: str) -> bytes:
    """The entry of a seal on a printed decision, from the value of its signature and the time proven for it."""
    return Entry(EntryKind.SEAL, number, code, hashlib.sha256(value).hexdigest(), time).to_bytes()


def audit_entry(chain: int, row: int, digest: str, time: datetime) -> bytes:
    """The entry of a chain of the audit trail up to a row: its number and digest stand where others have code and
    signature."""
    return Entry(EntryKind.AUDIT, str(chain), str(row), digest, time).to_bytes()


def parse_entry(data: bytes) -> Entry:
    """An entry in the one way to write it."""
    try:
        kind, number, code, digest, time, rest = data[: MAX_BYTES + 1].decode("ascii").split("\n")
        entry = Entry(EntryKind(kind), number, code, digest, datetime.fromisoformat(time))
    except ValueError:
        raise Malformed("an entry of the register is not written as it must be") from None
    if rest or entry.to_bytes() != data:
        raise Malformed("an entry of the register is not written as it must be")
    return entry


def _time_text(time: datetime) -> str:
    """To the second, and further only where the time-stamp says more."""
    moment = time.astimezone(UTC)
    fraction = f".{moment.microsecond:06}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"
