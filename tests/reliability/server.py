"""A running group of processes around a small application, and the means to talk to it over bare sockets."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

from app.settings import ROOT
from tests.processes import children, free_port, started

COMMAND = (sys.executable, "-m", "tests.reliability.served")
# Ends a broken run; nothing is measured with it.
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Running:
    """One group: its port, the folder it shares with the test, its parent process."""

    port: int
    folder: Path
    process: subprocess.Popen[str]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)

    def send(self, request: bytes) -> Answer:
        with self.connect() as connection:
            connection.sendall(request)
            return read_answer(connection)

    def get(self, path: str) -> Answer:
        return self.send(f"GET {path} HTTP/1.1\r\nHost: t\r\n\r\n".encode())

    def open_gate(self) -> None:
        """Let the requests answer that wait for it."""
        (self.folder / "open").touch()

    def children(self) -> list[int]:
        """The group's processes without their parent: web processes first, the worker last."""
        return children(self.process)


@contextmanager
def running(folder: Path, **settings: int) -> Iterator[Running]:
    """Start a group in a session of its own, wait until it says that it is ready, and leave nothing of it behind."""
    port = free_port()
    with started(COMMAND, environment(folder, port, **settings), "ready") as process:
        yield Running(port, folder, process)


def failed_start(folder: Path, port: int) -> str:
    """What a group says that cannot start and therefore ends by itself."""
    ended = subprocess.run(
        COMMAND,
        cwd=ROOT,
        env=os.environ | environment(folder, port),
        capture_output=True,
        check=False,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert ended.returncode == 1
    return ended.stderr


def environment(folder: Path, port: int, **settings: int) -> dict[str, str]:
    own = {f"EGOMRUK_{name.upper()}": str(value) for name, value in settings.items()}
    return {"EGOMRUK_INSTANCE": str(folder), "PORT": str(port), **own}


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 3 * PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def read_answer(connection: socket.socket) -> Answer:
    """Raises `http.client.IncompleteRead` when the connection ends before the answer does."""
    with HTTPResponse(connection) as response:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())
