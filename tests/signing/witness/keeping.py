"""The keeper of a log, who may be dishonest, and a bank that follows it by the command line."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any
from unittest.mock import patch

from app.cli import main
from signing.transparency.keys import Kind, SignerKey, new_key
from signing.transparency.notes import parse_note, parse_signatures
from signing.transparency.trust import LogTrust
from tests.signing.logbook import Logbook, entries, entry

LONG = 60.0  # Ends what would not end by itself.


COMMAND = (sys.executable, "-m", "app.cli", "log")


class Keeper(ThreadingHTTPServer):
    """Serves the folder of a log, takes cosignatures, and can be told to keep a caller waiting."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.taken: Queue[bytes] = Queue()
        self.status = 200
        self.held = ""
        self.arrived, self.released = Event(), Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/log"

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that was killed is no fault of the server."""

    def hold(self, path: str) -> None:
        self.held = path
        self.arrived.clear()
        self.released.clear()


class Handler(BaseHTTPRequestHandler):
    server: Keeper

    def do_GET(self) -> None:
        path = self.path.removeprefix("/log/")
        self._wait(path)
        try:
            content = (self.server.folder / path).read_bytes()
        except OSError:
            self._answer(404, "text/html", b"no")
            return
        self._answer(200, "text/plain" if path == "checkpoint" else "application/octet-stream", content)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self._wait("cosignature")
        if self.server.held != "cosignature":
            self.server.taken.put(content)
        self._answer(self.server.status, "text/plain", b"")

    def _wait(self, path: str) -> None:
        if path == self.server.held:
            self.server.arrived.set()
            self.server.released.wait(LONG)

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the test looks at what was taken."""


@dataclass
class Done:
    code: int
    out: str
    err: str


@dataclass
class Bank:
    """A bank that follows the log by the command line."""

    keeper: Keeper
    book: Logbook
    folder: Path
    key: SignerKey = field(default_factory=lambda: new_key("bank.example/w1", Kind.COSIGNATURE))

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "key").write_text(self.key.to_text())

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def words(self) -> tuple[str, ...]:
        about_log = ("--log", self.keeper.url, "--log-key", str(self.book.key.verifier))
        return (*COMMAND, "witness", *about_log, "--key", str(self.folder / "key"), "--state", str(self.state))

    def look(self) -> Done:
        return run(*self.words, "--once")

    def started(self, *more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen((*self.words, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def check_taken(self) -> None:
        """The log has the cosignature of its present checkpoint, and has it from this bank."""
        (line,) = parse_signatures(self.keeper.taken.get(timeout=LONG))
        note = parse_note(self.book.read("checkpoint")).with_signatures([line])
        assert LogTrust((self.book.key.verifier,), (self.key.verifier,)).confirmed(note).witnesses == (self.key.name,)

    def refused(self, kind: str) -> Done:
        """What a look that must fail said; nothing was signed, and what was offered is kept."""
        before = {path: path.read_bytes() for path in self.state.glob("checkpoint")}
        done = self.look()
        assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
        assert self.keeper.taken.empty()
        assert {path: path.read_bytes() for path in self.state.glob("checkpoint")} == before
        (evidence,) = (self.state / "evidence").glob(f"{kind}-*")
        assert (evidence / "offered").read_bytes() == (self.keeper.folder / "checkpoint").read_bytes()
        assert str(evidence) in done.err
        return done


def run(*words: str) -> Done:
    """The command in this process, for what it does and says; a process of its own only where that is tested."""
    assert words[: len(COMMAND)] == COMMAND
    out, err = StringIO(), StringIO()
    with (
        patch.object(sys, "argv", ["e-gomruk", *words[len(COMMAND) - 1 :]]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def run_apart(*words: str) -> Done:
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONG, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def one_rewritten(first: list[bytes]) -> list[bytes]:
    return [*first[:7], entry(9999), *first[8:]]


def one_dropped(first: list[bytes]) -> list[bytes]:
    return [*first[:7], *first[8:]]


def one_swapped(first: list[bytes]) -> list[bytes]:
    return [*first[:7], first[8], first[7], *first[9:]]


REWRITINGS = (one_rewritten, one_dropped, one_swapped)


def replaced(bank: Bank, rewriting: Callable[[list[bytes]], list[bytes]], more: int) -> None:
    """The keeper signs another past, with his own key and with hashes that agree with it."""
    other = bank.book.rewritten(bank.folder / "other", [*rewriting(entries(300)), *entries(more, 5000)])
    shutil.rmtree(bank.book.folder)
    shutil.copytree(other.folder, bank.book.folder)
    bank.book.size, bank.book.root = other.size, other.root
