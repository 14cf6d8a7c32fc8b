"""Takes an upload in: copies it, looks through it in a child process, has it scanned and stores it.

All of this is slow and happens before anything is written to the database.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from app.core.errors import N_, Unavailable
from app.core.ports import Ports
from app.documents.rules import LIMITS, STATE_OF_VERDICT, Kind, State, check_agreement, clean_name, refusal

CHUNK = 64 * 1024
LONGEST_INSPECTION = 10.0
UNAVAILABLE = N_("Fayl hazırda qəbul edilə bilmir. Bir neçə dəqiqədən sonra yenidən göndərin.")
ROOT = Path(__file__).resolve().parents[2]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that is stored, and what is known of it; it lacks only its row."""

    name: str
    kind: Kind
    pages: int
    sha256: str
    size: int
    state: State


def take_in(ports: Ports, content: BinaryIO, name: str, declared_type: str) -> Accepted:
    """Store the file, or raise Invalid with the reason and what the user can do."""
    shown = clean_name(name)
    try:
        with spooled(iter(lambda: content.read(CHUNK), b"")) as path:
            kind, pages = look_through(path)
            check_agreement(kind, shown, declared_type)
            state = _scanned(ports, path)
            blob = ports.blobs.put(path)
    except OSError as outage:  # No space for the copy, or no process for the inspection.
        _log.warning("an upload could not be taken in: %s", outage)
        raise Unavailable("documents.unavailable", UNAVAILABLE) from outage
    return Accepted(shown, kind, pages, blob.sha256, blob.size, state)


@contextmanager
def spooled(chunks: Iterator[bytes]) -> Iterator[Path]:
    """Hold a stream in a file of its own for the length of the block; never more of it than is allowed."""
    with NamedTemporaryFile(prefix="document-") as file:
        size = 0
        for chunk in chunks:
            size += file.write(chunk)
            if size > LIMITS.size:
                raise refusal("size")
        file.flush()
        yield Path(file.name)


def look_through(path: Path) -> tuple[Kind, int]:
    """Decide kind and number of pages in a child process, which may break without breaking anything else.

    It is started afresh, for a fork would copy a process with threads, and knows none of our secrets.
    """
    command = [sys.executable, "-m", "app.documents.inspection", str(path)]
    try:
        child = subprocess.run(  # noqa: S603 - our own module, and the name of our own temporary file
            command,
            cwd=ROOT,
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST_INSPECTION,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refusal("too_complex") from None
    if child.returncode < 0:  # Killed, mostly for the processor time that it took.
        raise refusal("too_complex")
    if child.returncode:
        _log.info(
            "a file could not be read: %s", child.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        )
        raise refusal("damaged")
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise refusal(answer["refused"])
    return Kind(answer["kind"]), int(answer["pages"])


def _scanned(ports: Ports, path: Path) -> State:
    found = ports.scanner.scan(path)
    state = STATE_OF_VERDICT[found.verdict]
    if state is State.INFECTED:
        raise refusal("infected", signature=found.signature)
    return state
