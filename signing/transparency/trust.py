"""Whom to believe about a log: its own keys, those of witnesses, and how many of these are needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from signing.errors import Indeterminate, InvalidSignature, Malformed
from signing.transparency import checkpoint as checkpoints
from signing.transparency.checkpoint import Checkpoint, parse_checkpoint
from signing.transparency.keys import Kind, VerifierKey, parse_verifier_key
from signing.transparency.notes import Note


class Unwitnessed(Indeterminate):
    """Fewer witnesses than demanded have confirmed what the log says."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A checkpoint that a known log has signed, with the known witnesses that have signed it too."""

    checkpoint: Checkpoint
    log: VerifierKey
    witnesses: tuple[str, ...]


@dataclass(frozen=True)
class LogTrust:
    """Keys of one log, more than one while it changes its key, and those of witnesses; all of them by default."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[VerifierKey, ...] = ()
    quorum: int | None = None

    def __post_init__(self) -> None:
        every = [key.public for key in (*self.logs, *self.witnesses)]
        if not self.logs or len(set(every)) != len(every):
            raise Malformed("a log needs a key, and nobody may be counted twice by the same key")
        if any(key.kind is Kind.COSIGNATURE for key in self.logs) or Kind.NOTE in {key.kind for key in self.witnesses}:
            raise Malformed("a key is not of the type that a log or a witness signs with")
        if not 0 <= self.needed <= len(self._names):
            raise Malformed(f"{self.needed} witnesses cannot be had of {len(self._names)}")

    @property
    def needed(self) -> int:
        return len(self._names) if self.quorum is None else self.quorum

    @property
    def _names(self) -> set[str]:
        """A witness with two keys, while it changes them, is still one."""
        return {key.name for key in self.witnesses}

    def confirmed(self, note: Note) -> Confirmed:
        """Raises InvalidSignature unless a known log has signed, or if a line under a known key is not genuine."""
        checkpoint = parse_checkpoint(note.text)
        logs = _signers(note, checkpoint, [key for key in self.logs if key.name == checkpoint.origin])
        if not logs:
            raise InvalidSignature(f"no key that you know for the log {checkpoint.origin} has signed its checkpoint")
        witnesses = _signers(note, checkpoint, self.witnesses)
        return Confirmed(checkpoint, logs[0], tuple(dict.fromkeys(key.name for key in witnesses)))

    def check_quorum(self, confirmed: Confirmed) -> None:
        if len(confirmed.witnesses) < self.needed:
            found = ", ".join(confirmed.witnesses) or "none"
            raise Unwitnessed(f"{self.needed} witnesses are needed, there are {found}")


def named(logs: Sequence[str], witnesses: Sequence[str] = (), quorum: int | None = None) -> LogTrust:
    """From keys as somebody gives them at a prompt: each written out, or the file that holds it."""
    return LogTrust(tuple(map(_key, logs)), tuple(map(_key, witnesses)), quorum)


def _key(text: str) -> VerifierKey:
    return parse_verifier_key(text if text.count("+") > 1 else Path(text).read_text("utf-8").strip())


def _signers(note: Note, checkpoint: Checkpoint, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """The keys that have signed, each once; lines under unknown keys do not count (signed-note)."""
    found = []
    for key in keys:
        lines = [one for one in note.signatures if checkpoints.is_by(one, key)]
        for line in lines:
            checkpoints.verify(checkpoint, line, key)
        if lines:
            found.append(key)
    return found
