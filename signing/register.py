"""The authority's register: one line for everything that was done with a certificate, never changed afterwards."""

import csv
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path
from threading import Lock

LONGEST_LINE = 4096


class Action(StrEnum):
    ISSUED = "issued"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    REVOKED = "revoked"


class State(StrEnum):
    UNKNOWN = "unknown"
    GOOD = "good"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Entry:
    written: str
    action: Action
    serial: str
    effective: str = ""
    reason: str = ""
    profile: str = ""
    subject: str = ""


HEADER = ",".join(field.name for field in fields(Entry)) + "\n"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a certificate: the state, since when and why."""

    state: State
    since: datetime | None = None
    reason: str = ""


NOTHING_KNOWN = Standing(State.UNKNOWN)
STATE_AFTER = {
    Action.ISSUED: State.GOOD,
    Action.SUSPENDED: State.SUSPENDED,
    Action.RESUMED: State.GOOD,
    Action.REVOKED: State.REVOKED,
}


class Register:
    """Reads on from where it stopped, so that many processes can share the file and asking costs nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self._standings: dict[int, Standing] = {}
        self._guard = Lock()

    def standing(self, serial: int) -> Standing:
        self._catch_up()
        return self._standings.get(serial, NOTHING_KNOWN)

    def standings(self) -> dict[int, Standing]:
        self._catch_up()
        return dict(self._standings)

    def edition(self) -> int:
        """Another one after every entry, whichever process made it."""
        return self._path.stat().st_size

    def entries(self) -> list[Entry]:
        return list(_parsed(self._path.read_bytes()))

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone among all processes: what is decided inside still holds when it is written."""
        with self._path.open("rb+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def append(self, entry: Entry) -> None:
        """One line, on the disk before this returns. A line that a crash tore off is cut away first."""
        line = StringIO()
        csv.writer(line, lineterminator="\n").writerow(astuple(entry))
        with self._path.open("rb+") as file:
            size = file.seek(0, os.SEEK_END)
            begin = file.seek(max(0, size - LONGEST_LINE))
            file.seek(begin + _whole(file.read()))
            file.truncate()
            file.write(line.getvalue().encode())
            file.flush()
            os.fsync(file.fileno())

    def _catch_up(self) -> None:
        with self._guard:
            if self._path.stat().st_size > self._read_to:
                for entry in self._new_entries():
                    self._standings[int(entry.serial, 16)] = _standing(entry)

    def _new_entries(self) -> Iterator[Entry]:
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            data = file.read()
        whole = data[: _whole(data)]
        self._read_to += len(whole)
        yield from _parsed(whole)


def moment(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _whole(data: bytes) -> int:
    """How far whole lines reach."""
    return data.rfind(b"\n") + 1


def _parsed(data: bytes) -> Iterator[Entry]:
    for row in csv.reader(data[: _whole(data)].decode().split("\n")):
        if row and row[0] != "written":
            written, action, *others = row
            yield Entry(written, Action(action), *others)


def _standing(entry: Entry) -> Standing:
    state = STATE_AFTER[entry.action]
    since = datetime.fromisoformat(entry.effective) if entry.effective else None
    return Standing(state, None if state is State.GOOD else since, entry.reason)
