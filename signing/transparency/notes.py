"""Signed notes (C2SP signed-note): a text, an empty line, and lines with signatures under names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from signing.base64_text import decoded, encoded
from signing.errors import Malformed
from signing.transparency.keys import check_name

# Sixteen signatures must fit, also those of five kilobytes that resist quantum computers.
MAX_BYTES = 256 << 10
MAX_SIGNATURES = 32
ID_BYTES = 4
DASH = "— "


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line; whether it is genuine only a key can tell."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        return f"{DASH}{self.name} {encoded(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text with its signatures; the text ends with a line break."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_bytes(self) -> bytes:
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}".encode()

    def with_signatures(self, more: Iterable[NoteSignature]) -> "Note":
        """With further lines behind those that are there; a line that is there already is not repeated."""
        return replace(self, signatures=tuple(dict.fromkeys((*self.signatures, *more))))


def parse_note(data: bytes) -> Note:
    content = _content(data)
    text, gap, lines = content.rpartition("\n\n")
    if not gap or not text:
        raise Malformed("a signed note has a text, an empty line and signatures")
    return Note(f"{text}\n", _signatures(lines))


def parse_signatures(data: bytes) -> tuple[NoteSignature, ...]:
    """Signature lines without their note, as a witness answers a log."""
    return _signatures(_content(data))


def _content(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise Malformed(f"a signed note is larger than {MAX_BYTES} bytes")
    try:
        content = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a signed note is not UTF-8") from None
    if any(one < " " for one in content.replace("\n", "")):
        raise Malformed("a signed note holds control characters")
    return content


def _signatures(lines: str) -> tuple[NoteSignature, ...]:
    *found, rest = lines.split("\n")
    if rest or not 0 < len(found) <= MAX_SIGNATURES:
        raise Malformed(f"a signed note has 1 to {MAX_SIGNATURES} whole lines of signatures")
    return tuple(map(_signature, found))


def _signature(line: str) -> NoteSignature:
    name, gap, value = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not gap:
        raise Malformed("a line of a signed note is no signature")
    check_name(name)
    signature = decoded(value)
    if len(signature) <= ID_BYTES:
        raise Malformed("a signature of a note is too short")
    return NoteSignature(name, signature[:ID_BYTES], signature[ID_BYTES:])
