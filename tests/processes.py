"""Groups of processes under test: started in a session of their own, of which nothing is left behind."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from app.settings import ROOT

FIRST_PORT, PORTS = 10_000, 22_000
PORTAL = (sys.executable, "-m", "app.cli")


@contextmanager
def started(command: Sequence[str], settings: Mapping[str, str], greeting: str) -> Iterator[subprocess.Popen[str]]:
    """Running once its first line holds the greeting; killed at the end, whatever happened in between."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            assert greeting in process.stdout.readline()
            yield process
        finally:
            if living(process.pid):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def portal(instance: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The whole portal, made and served as anybody would: its address and its first process."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    own = {"EGOMRUK_INSTANCE": str(instance), "PORT": str(port)} | settings
    subprocess.run([*PORTAL, "init"], cwd=ROOT, env=os.environ | own, check=True, capture_output=True)
    with started([*PORTAL, "serve"], own, own.get("EGOMRUK_BASE_URL", address)) as process:
        yield address, process


def free_port() -> int:
    """Below those that connections are given by themselves, so that none of them takes it before the server does."""
    while True:
        port = FIRST_PORT + secrets.randbelow(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def children(process: subprocess.Popen[str]) -> list[int]:
    """The members of a group without their parent, the oldest first."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


def living(session: int) -> list[int]:
    """Processes of a session; one that has ended and waits to be collected does not count."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its_session, *_ = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended while we looked.
        if int(its_session) == session and state != "Z":
            found.append(int(path.parent.name))
    return found
