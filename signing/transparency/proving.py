"""Takes the proof for a container from a log that anybody can read."""

import hashlib

from signing.container import Container
from signing.errors import DigestMismatch, Malformed
from signing.transparency.checkpoint import parse_checkpoint
from signing.transparency.entries import parse_entry
from signing.transparency.notes import parse_note
from signing.transparency.proof import Proof, build_proof
from signing.transparency.tiles import CHECKPOINT, FULL, Read, TileHashes, read_entries, tiles_of
from signing.transparency.trust import LogTrust
from signing.xades_read import read_signature


def proof_of(container: Container, read: Read, trust: LogTrust) -> Proof:
    """A proof that holds: it has been checked. Whether the container itself is valid is for `verify`."""
    if not container.signatures:
        raise Malformed("the container holds no signature")
    note = parse_note(read(CHECKPOINT))
    trust.confirmed(note)
    size = parse_checkpoint(note.text).size
    values = {hashlib.sha256(read_signature(one.xml).value).hexdigest() for one in container.signatures}
    index, entry = _found(read, size, values)
    proof = build_proof(index, note, TileHashes(read, size), entry)
    proof.check(entry, trust)
    return proof


def _found(read: Read, size: int, values: set[str]) -> tuple[int, bytes]:
    """Place and bytes of the entry that names one of these signatures. Nothing vouches for them but the proof."""
    for tile in tiles_of(None, size):
        for place, entry in enumerate(read_entries(read, tile)):
            if parse_entry(entry).signature_sha256 in values:
                return tile.number * FULL + place, entry
    raise DigestMismatch("the signature of the container is not in the log")
