"""Looks through one file, with little memory and time: `python -m app.documents.inspection FILE`, a process of its own.

The answer is one line of JSON: kind and pages, or the word of REFUSALS. A parser that breaks off ends the process,
which whoever started it takes for a refusal as well. Imports are few, since every upload starts such a process.
"""

import json
import resource
import sys
from pathlib import Path

from app.documents.rules import FORMATS, LIMITS, MEGABYTE, Kind, Refused

MEMORY = 512 * MEGABYTE
CPU_SECONDS = 5
HEAD = 4096
# The end of a ZIP archive and its longest comment.
ARCHIVE_END = 22 + 65_535

STRANGERS = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b"{\\rtf", "office"),
    (b"<", "markup"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
)


def inspect(path: Path) -> tuple[Kind, int]:
    """Decide kind and number of pages by the content alone, or raise Refused."""
    size = path.stat().st_size
    if not size:
        raise Refused("empty")
    if size > LIMITS.size:
        raise Refused("size")
    kind = kind_of(path)
    if hides_archive(path):
        raise Refused("mixed")
    if kind is Kind.PDF:
        from app.documents.pdf import check_pdf

        return kind, check_pdf(path)
    from app.documents.pictures import check_picture

    return kind, check_picture(path, kind)


def kind_of(path: Path) -> Kind:
    with path.open("rb") as file:
        head = file.read(HEAD)
    for form in FORMATS.values():
        if head.startswith(form.magics):
            return form.kind
    raise Refused(_stranger(head))


def hides_archive(path: Path) -> bool:
    """Whether a ZIP reader, which begins at the end of a file, would find an archive in it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start = file.seek(max(0, size - ARCHIVE_END))
        tail = file.read()
        end = tail.rfind(b"PK\x05\x06")
        directory = start + end - int.from_bytes(tail[end + 12 : end + 16], "little")
        if end < 0 or directory < 0:
            return False
        file.seek(directory)
        return file.read(4) == b"PK\x01\x02"


def _stranger(head: bytes) -> str:
    if head.startswith(b"PK") and (b"[Content_Types].xml" in head or b"opendocument" in head):
        return "office"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((word for magic, word in STRANGERS if text.startswith(magic)), "type")


def _take_little() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # It writes nothing, and leaves no image of somebody's document behind when it is killed.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(path: str) -> None:
    _take_little()
    try:
        kind, pages = inspect(Path(path))
        answer: dict[str, str | int] = {"kind": kind.value, "pages": pages}
    except Refused as refused:
        answer = {"refused": refused.code}
    except MemoryError:
        answer = {"refused": "too_complex"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1])
