"""Checkpoints (C2SP tlog-checkpoint): what a log says its size and root are, and who has signed that."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct

from signing.base64_text import decoded, encoded
from signing.errors import InvalidSignature, Malformed
from signing.transparency.keys import MAX_NAME_BYTES, SIGNATURE_BYTES, Kind, SignerKey, VerifierKey
from signing.transparency.merkle import EMPTY_ROOT, HASH_BYTES
from signing.transparency.notes import Note, NoteSignature

NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
MOST = (1 << 63) - 1
MAX_TEXT = 4096
TIME = Struct(">Q")
RANGE = Struct(">QQ")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its name, how many entries it has, and the root over them."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if not all(lines) or any(one < " " for line in lines for one in line):
            raise Malformed("a line of a checkpoint is empty or holds control characters")
        if len(self.origin.encode()) > MAX_NAME_BYTES or not 0 <= self.size <= MOST or len(self.root) != HASH_BYTES:
            raise Malformed("a checkpoint needs a name, a size and a root")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise Malformed("an empty log has another root")

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in (self.origin, self.size, encoded(self.root), *self.extensions))


def parse_checkpoint(text: str) -> Checkpoint:
    """From the text of a note."""
    if len(text) > MAX_TEXT or not text.endswith("\n"):
        raise Malformed("this is no checkpoint")
    origin, *rest = text[:-1].split("\n")
    if len(rest) < len(("size", "root")):
        raise Malformed("a checkpoint has three lines or more")
    return Checkpoint(origin, number(rest[0]), decoded(rest[1]), tuple(rest[2:]))


def number(text: str) -> int:
    """A decimal number in the one way to write it."""
    if not NUMBER.fullmatch(text) or int(text) > MOST:
        raise Malformed(f"{text!r:.40} is not a number as logs write it")
    return int(text)


def signature(checkpoint: Checkpoint, key: SignerKey, moment: datetime) -> NoteSignature:
    """Of a log, or with a key for cosignatures of a witness: then it also says when."""
    verifier = key.verifier
    if not key.kind.is_timed:
        return NoteSignature(key.name, verifier.id, key.sign(_message(verifier, checkpoint, 0)))
    seconds = int(moment.timestamp())
    value = TIME.pack(seconds) + key.sign(_message(verifier, checkpoint, seconds))
    return NoteSignature(key.name, verifier.id, value)


def signed(checkpoint: Checkpoint, key: SignerKey, moment: datetime) -> Note:
    return Note(checkpoint.text, (signature(checkpoint, key, moment),))


def verify(checkpoint: Checkpoint, signature: NoteSignature, key: VerifierKey) -> datetime | None:
    """When a witness signed; None for a signature without a time. Raises InvalidSignature if it is not genuine."""
    if not is_by(signature, key):
        raise InvalidSignature(f"a signature is not by {key.name}")
    start = TIME.size if key.kind.is_timed else 0
    if len(signature.value) != start + SIGNATURE_BYTES[key.kind]:
        raise InvalidSignature(f"a signature of {key.name} has a wrong length")
    seconds = TIME.unpack(signature.value[:start])[0] if start else 0
    key.verify(_message(key, checkpoint, seconds), signature.value[start:])
    return _instant(seconds) if start else None


def is_by(signature: NoteSignature, key: VerifierKey) -> bool:
    """Whether it says so; name and id together name a key."""
    return (signature.name, signature.key_id) == (key.name, key.id)


def _instant(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidSignature("a cosignature is of no time") from None


def _message(key: VerifierKey, checkpoint: Checkpoint, seconds: int) -> bytes:
    """The bytes that are signed (C2SP signed-note and tlog-cosignature)."""
    if key.kind is Kind.NOTE:
        return checkpoint.text.encode()
    if key.kind is Kind.COSIGNATURE:
        return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
    if checkpoint.extensions:
        raise InvalidSignature("a signature with ML-DSA does not cover the further lines of a checkpoint")
    return subtree_message(key.name, seconds, checkpoint.origin, range(checkpoint.size), checkpoint.root)


def subtree_message(name: str, seconds: int, origin: str, leaves: range, root: bytes) -> bytes:
    """What is signed with ML-DSA-44: a checkpoint is the subtree of all leaves."""
    about = b"subtree/v1\n\0" + _short(name) + TIME.pack(seconds) + _short(origin)
    return about + RANGE.pack(leaves.start, leaves.stop) + root


def _short(text: str) -> bytes:
    """With its length in front, in one byte."""
    value = text.encode()
    return bytes([len(value)]) + value
