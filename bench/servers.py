"""Starts what is measured, each in one process, and leaves nothing of it behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.client import Browser
from bench.processes import children

ROOT = Path(__file__).resolve().parent.parent
COMMAND = Path(sys.executable).with_name("e-gomruk")
# Ends a broken run; nothing is measured with it.
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A program that answers, and which of its processes do the work."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    web: int | None = None

    @property
    def pids(self) -> list[int]:
        """Parent and web processes; what the portal runs beside them, its worker and its emulators, is left out."""
        return [self.process.pid, *children(self.process.pid)[: self.web]]


@contextmanager
def serving(
    name: str, command: Sequence[str | Path], environment: dict[str, str], *, ready: str = "/", web: int | None = None
) -> Iterator[Server]:
    """`command` serves on the port that it finds in PORT; ready as soon as it answers `ready` with a page."""
    port = free_port()
    process = subprocess.Popen(
        [str(part).replace("{port}", str(port)) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_answered(name, process, port, ready)
        yield Server(name, port, process, web)
    finally:
        end(process)


def wait_until_answered(name: str, process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if Browser(port).get(path).status == 200:
                return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError(f"{name} does not answer")


def end(process: "subprocess.Popen[bytes]") -> None:
    """The whole session that the server was started in."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Installation:
    """A portal of its own in a folder that the run throws away."""

    folder: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            "EGOMRUK_MODE": "demo",
            "EGOMRUK_INSTANCE": str(self.folder),
            "EGOMRUK_SECRET_KEY": "bench " * 8,
            "EGOMRUK_WORKERS": "1",
            "DATABASE_URL": self.database_url,
            "HOST": "127.0.0.1",
        }

    def prepare(self) -> "Installation":
        """Database, code lists and demonstration people, as `make run` makes them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, **self.environment}
        subprocess.run([COMMAND, "init"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        return self

    def portal(self, workers: int = 1, **settings: str) -> AbstractContextManager[Server]:
        chosen = {"EGOMRUK_WORKERS": str(workers), **settings}
        return serving("portal", [COMMAND, "serve"], {**self.environment, **chosen}, web=workers)

    def yardsticks(self) -> AbstractContextManager[Server]:
        command = [sys.executable, "-m", "bench.yardsticks"]
        return serving("yardsticks", command, self.environment, ready="/bare/1", web=1)
