"""A proof that an entry is in a log (C2SP tlog-proof): one small file, checked offline with the keys of the log."""

import re
from dataclasses import dataclass

from signing.base64_text import decoded, encoded
from signing.errors import Malformed
from signing.transparency import merkle, notes
from signing.transparency.checkpoint import number, parse_checkpoint
from signing.transparency.merkle import HASH_BYTES, Hashes
from signing.transparency.notes import Note, parse_note
from signing.transparency.trust import Confirmed, LogTrust

HEADER = "c2sp.org/tlog-proof@v1"
MAX_EXTRA = 4096
MAX_STEPS = 63
MAX_BYTES = notes.MAX_BYTES
LINES = re.compile(r"(?:extra (?P<extra>\S+)\n)?index (?P<index>[0-9]+)\n(?P<path>(?:\S+\n)*)\n")


@dataclass(frozen=True, slots=True)
class Proof:
    """Where an entry is, the hashes from it up to the root, and the signed checkpoint with this root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes | None = None

    def to_bytes(self) -> bytes:
        extra = () if self.extra is None else (f"extra {encoded(self.extra)}",)
        lines = (HEADER, *extra, f"index {self.index}", *map(encoded, self.path), "")
        return "".join(f"{line}\n" for line in lines).encode() + self.checkpoint.to_bytes()

    def check(self, entry: bytes, trust: LogTrust) -> Confirmed:
        """Who vouches for this entry in the log. Raises a SigningError if the entry is not there, or too few do."""
        confirmed = trust.confirmed(self.checkpoint)
        head = confirmed.checkpoint
        merkle.check_inclusion(merkle.leaf_hash(entry), self.index, head.size, self.path, head.root)
        trust.check_quorum(confirmed)
        return confirmed


def build_proof(index: int, checkpoint: Note, hashes: Hashes, extra: bytes | None = None) -> Proof:
    """From a log's hashes at the size of this checkpoint."""
    size = parse_checkpoint(checkpoint.text).size
    return Proof(index, tuple(merkle.inclusion_proof(index, size, hashes)), checkpoint, extra)


def parse_proof(data: bytes) -> Proof:
    """Reads a proof strictly: there is one way to write it."""
    if len(data) > MAX_BYTES:
        raise Malformed(f"a proof of the register is larger than {MAX_BYTES} bytes")
    head, gap, note = data.partition(b"\n\n")
    try:
        lines = (head + gap).decode("ascii")
    except UnicodeDecodeError:
        raise Malformed("a proof of the register is not plain text") from None
    first, _, rest = lines.partition("\n")
    found = LINES.fullmatch(rest)
    if first != HEADER or not found:
        raise Malformed("this is no proof of the register")
    extra = None if found["extra"] is None else decoded(found["extra"])
    path = tuple(map(decoded, found["path"].split()))
    if len(path) > MAX_STEPS or any(len(step) != HASH_BYTES for step in path) or len(extra or b"") > MAX_EXTRA:
        raise Malformed("a proof of the register holds more or other lines than it may")
    proof = Proof(number(found["index"]), path, parse_note(note), extra)
    if proof.to_bytes() != data:
        raise Malformed("a proof of the register is written in an unusual way")
    return proof
