"""The command `e-gomruk` in a process of its own, without the second that Python takes to import what it stands on."""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.settings import ROOT


@dataclass(frozen=True)
class Command:
    """One that runs or has ended."""

    pid: int
    out: int
    err: int

    def finished(self) -> tuple[int, str, str]:
        """Its code and what it wrote, once it has ended."""
        return int(_asked(self.pid)), _taken(self.out), _taken(self.err)


def begin(arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> Command:
    out, err = os.memfd_create("out"), os.memfd_create("err")
    asked = {
        "arguments": arguments,
        "folder": str(folder),
        "environment": dict(environment),
        "out": f"/proc/{os.getpid()}/fd/{out}",
        "err": f"/proc/{os.getpid()}/fd/{err}",
    }
    return Command(int(_asked(asked)), out, err)


def _asked(question: object) -> str:
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(f"{json.dumps(question)}\n")
    server.stdin.flush()
    return server.stdout.readline()


@cache
def _server() -> "subprocess.Popen[str]":
    """One for each test process, as long as that lives."""
    command = (sys.executable, "-m", "tests.command_server")
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def _taken(file: int) -> str:
    with os.fdopen(file, encoding="utf-8") as said:
        said.seek(0)
        return said.read()
