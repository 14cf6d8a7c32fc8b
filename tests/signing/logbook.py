"""A log in a folder as its keeper writes it, and the forger's hands on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from signing.transparency import merkle, tiles
from signing.transparency.checkpoint import Checkpoint, signature, signed
from signing.transparency.entries import Entry, EntryKind
from signing.transparency.keys import Kind, SignerKey, new_key
from signing.transparency.notes import Note
from signing.transparency.places import Folder
from signing.transparency.proof import Proof, build_proof
from signing.transparency.trust import LogTrust

ORIGIN = "gomruk.example/log"
START = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def entry(number: int) -> bytes:
    """Some decision of some time ago."""
    time = START + timedelta(seconds=number)
    return Entry(EntryKind.DECISION, f"26AZ{number:011}", "01", f"{number:064x}", time).to_bytes()


def entries(count: int, start: int = 0) -> list[bytes]:
    return [entry(number) for number in range(start, start + count)]


@dataclass
class Logbook:
    folder: Path
    key: SignerKey = field(default_factory=lambda: new_key(ORIGIN, Kind.NOTE))
    size: int = 0
    root: bytes = merkle.EMPTY_ROOT

    @property
    def trust(self) -> LogTrust:
        return LogTrust((self.key.verifier,))

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(ORIGIN, self.size, self.root)

    def read(self, path: str) -> bytes:
        return Folder(self.folder).read(path)

    def write(self, path: str, content: bytes) -> None:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def append(self, added: Iterable[bytes], witnesses: Iterable[SignerKey] = ()) -> Note:
        growth = tiles.grown(self.read, self.size, self.root, list(added))
        for path, content in growth.files.items():
            self.write(path, content)
        self.size, self.root = growth.size, growth.root
        return self.publish(witnesses)

    def publish(self, witnesses: Iterable[SignerKey] = ()) -> Note:
        note = signed(self.checkpoint, self.key, START)
        note = note.with_signatures(signature(self.checkpoint, witness, START) for witness in witnesses)
        self.write(tiles.CHECKPOINT, note.to_bytes())
        return note

    def proof(self, index: int, note: Note, extra: bytes | None = None) -> Proof:
        return build_proof(index, note, tiles.TileHashes(self.read, self.size), extra)

    def rewritten(self, folder: Path, changed: Iterable[bytes]) -> "Logbook":
        """Another history under the same key, as a dishonest keeper makes it."""
        other = Logbook(folder, self.key)
        other.append(changed)
        return other
