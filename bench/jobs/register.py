"""Proofs from the register of decisions: taken out of its files, and checked with its keys."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.once import TIMES
from signing.transparency.checkpoint import Checkpoint, signed
from signing.transparency.entries import Entry, EntryKind
from signing.transparency.keys import Kind, new_key
from signing.transparency.merkle import EMPTY_ROOT
from signing.transparency.notes import Note
from signing.transparency.places import Folder
from signing.transparency.proof import build_proof, parse_proof
from signing.transparency.tiles import NotServed, TileHashes, grown
from signing.transparency.trust import LogTrust

SIZE = 100_000
# From one place asked for to the next, so that each lies among other files.
STRIDE = SIZE // TIMES
ORIGIN = "gomruk.example/log"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
CHECKPOINT_BYTES = b"a" * 200


def prove(folder: Path) -> Callable[[int], bytes]:
    """From the files of the log, which nobody has in memory, to the bytes of a proof."""
    note, _ = log(folder)
    place = Folder(folder / "log")
    entries = [entry(number * STRIDE) for number in range(TIMES)]

    def work(number: int) -> bytes:
        return build_proof(number * STRIDE, note, TileHashes(place.read, SIZE), entries[number]).to_bytes()

    return work


def check(folder: Path) -> Callable[[int], None]:
    note, trust = log(folder)
    hashes = TileHashes(Folder(folder / "log").read, SIZE)
    entries = [entry(number * STRIDE) for number in range(TIMES)]
    proofs = [build_proof(number * STRIDE, note, hashes, one).to_bytes() for number, one in enumerate(entries)]

    def work(number: int) -> None:
        parse_proof(proofs[number]).check(entries[number], trust)

    return work


def bare_check(_: Path) -> Callable[[int], None]:
    """One signature, and a hash for each level of the tree and for the leaf."""
    key = Ed25519PrivateKey.generate()
    value, public = key.sign(CHECKPOINT_BYTES), key.public_key()

    def work(_: int) -> None:
        public.verify(value, CHECKPOINT_BYTES)
        digest = hashlib.sha256(CHECKPOINT_BYTES).digest()
        for _level in range(SIZE.bit_length()):
            digest = hashlib.sha256(b"\1" + digest + digest).digest()

    return work


def entry(number: int) -> bytes:
    time = BEGIN + timedelta(minutes=number)
    return Entry(EntryKind.DECISION, f"26AZ{number:011}", "01", f"{number:064x}", time).to_bytes()


def log(folder: Path) -> tuple[Note, LogTrust]:
    """The log's files, written by whoever comes first, and a checkpoint over them by a new key."""
    growth = grown(_nothing, 0, EMPTY_ROOT, [entry(number) for number in range(SIZE)])
    if not (folder / "log").exists():
        for path, content in growth.files.items():
            place = folder / "log" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    key = new_key(ORIGIN, Kind.NOTE)
    return signed(Checkpoint(ORIGIN, SIZE, growth.root), key, BEGIN), LogTrust((key.verifier,))


def _nothing(path: str) -> bytes:
    raise NotServed(path)
