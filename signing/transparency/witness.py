"""A witness: follows a log, sees that it only grows, and says so by signing its checkpoints.

What it has seen is on its disk before its signature leaves, so that after a crash it cannot sign for another history.
"""

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from signing import files
from signing.clock import Clock
from signing.errors import DigestMismatch, InvalidSignature, Malformed, Refused, SigningError
from signing.transparency import checkpoint as checkpoints
from signing.transparency import merkle
from signing.transparency.checkpoint import Checkpoint, parse_checkpoint
from signing.transparency.keys import Kind, SignerKey
from signing.transparency.notes import MAX_BYTES, Note, NoteSignature, parse_note
from signing.transparency.tiles import CHECKPOINT, Read, TileHashes
from signing.transparency.trust import LogTrust

EVIDENCE, LOCK = "evidence", "lock"
MOST_EVIDENCE = 64


class Log(Protocol):
    def read(self, path: str) -> bytes:
        """A file of the log."""

    def send(self, lines: bytes) -> None:
        """A cosignature, to the log."""


class Misbehaved(SigningError):
    """The log shows what an honest log never shows; what it showed is kept."""

    indication = "TOTAL-FAILED"
    sub_indication = "HASH_FAILURE"


@dataclass(frozen=True)
class Witness:
    """One who follows one log, with a folder for what was seen of it."""

    log: Log
    trust: LogTrust
    key: SignerKey
    folder: Path
    clock: Clock

    def __post_init__(self) -> None:
        if self.key.kind is Kind.NOTE:
            raise Malformed("a witness needs a key for cosignatures")

    def look(self) -> str:
        """One look at the log. Says what was done; raises Misbehaved, or another SigningError if nothing was seen."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            seen = self._seen()
            offered = self.log.read(CHECKPOINT)
            note, now = self._signed_by_log(offered)
            before = parse_checkpoint(seen.text) if seen else None
            self._check_history(before, now, partial(self._misbehaved, offered=offered, seen=seen))
            ours = self._own(seen) if seen and before and before.size == now.size else []
            if ours and set(ours) <= set(note.signatures):
                return f"nothing new: the log stands at {now.size} entries"
            if not ours:
                cosigned = self._cosigned(note, now)
                files.write(self.folder / CHECKPOINT, cosigned.to_bytes())
                ours = self._own(cosigned)
        self.log.send("".join(one.line for one in ours).encode())
        return f"cosigned the log at {now.size} entries"

    def _signed_by_log(self, offered: bytes) -> tuple[Note, Checkpoint]:
        try:
            note = parse_note(offered)
            return note, self.trust.confirmed(note).checkpoint
        except (Malformed, InvalidSignature) as error:
            raise self._misbehaved("unsigned", str(error), offered=offered[: MAX_BYTES + 1]) from error

    def _check_history(self, before: Checkpoint | None, now: Checkpoint, refuse: Callable[..., Misbehaved]) -> None:
        """The same log with the same entries as before and perhaps more, or a history that was cut or rewritten."""
        if before and before.origin != now.origin:
            raise refuse("origin", f"the log {before.origin} now calls itself {now.origin}")
        if before and now.size < before.size:
            raise refuse("rollback", f"the log went back from {before.size} to {now.size} entries")
        if before and now.size == before.size:
            if now.root != before.root:
                raise refuse("fork", f"the log has signed two histories of {now.size} entries")
            return
        kept: dict[str, bytes] = {}
        try:
            _check_growth(before, now, _recording(self.log.read, kept))
        except (DigestMismatch, Malformed) as error:
            raise refuse("inconsistent", str(error), more=kept) from error

    def _cosigned(self, note: Note, checkpoint: Checkpoint) -> Note:
        """The checkpoint under the log's own signatures and ours."""
        own = checkpoints.signature(checkpoint, self.key, self.clock.now())
        by_log = (one for one in note.signatures if any(checkpoints.is_by(one, key) for key in self.trust.logs))
        return Note(note.text, (*by_log, own))

    def _own(self, note: Note) -> list[NoteSignature]:
        return [one for one in note.signatures if checkpoints.is_by(one, self.key.verifier)]

    def _seen(self) -> Note | None:
        """The last checkpoint that was cosigned. A folder that cannot be read is no reason to forget what was seen."""
        try:
            content = (self.folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        try:
            note = parse_note(content)
            self.trust.confirmed(note)
        except SigningError as error:
            raise Refused(f"what this witness has seen cannot be read, so that it signs nothing: {error}") from error
        return note

    def _misbehaved(
        self,
        kind: str,
        what: str,
        *,
        offered: bytes,
        seen: Note | None = None,
        more: Mapping[str, bytes] = MappingProxyType({}),
    ) -> Misbehaved:
        """Keeps what was offered beside what had been seen, for whoever has to prove it."""
        name = f"{kind}-{hashlib.sha256(offered).hexdigest()[:16]}"
        folder = self.folder / EVIDENCE / name
        folder.parent.mkdir(exist_ok=True)
        if not folder.exists() and len(list(folder.parent.iterdir())) >= MOST_EVIDENCE:
            return Misbehaved(f"{what}; {EVIDENCE} is full, so that this is not kept")
        kept = {"offered": offered, **({"seen": seen.to_bytes()} if seen else {}), **more}
        for path, content in kept.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            files.write(folder / path, content)
        return Misbehaved(f"{what}; evidence is kept in {folder}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two looks at once could sign for two histories. The kernel gives the lock back when its holder dies."""
        with (self.folder / LOCK).open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused(f"another witness works in {self.folder}") from None
            yield


def _check_growth(before: Checkpoint | None, now: Checkpoint, read: Read) -> None:
    hashes = TileHashes(read, now.size)
    if before:
        proof = merkle.consistency_proof(before.size, now.size, hashes)
        merkle.check_consistency(before.size, before.root, now.size, now.root, proof)
    elif merkle.root(now.size, hashes) != now.root:
        raise DigestMismatch(f"the files of the log do not lead to its root at {now.size} entries")


def _recording(read: Read, kept: dict[str, bytes]) -> Read:
    def reading(path: str) -> bytes:
        kept[path] = read(path)
        return kept[path]

    return reading
