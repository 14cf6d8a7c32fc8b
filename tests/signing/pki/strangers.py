"""Software of others that judges our certificates, tokens, answers and lists."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

# Ends a broken run; nothing is measured with it.
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Verdict:
    code: int
    said: str


def openssl(*arguments: object) -> Verdict:
    command = ["openssl", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    return Verdict(done.returncode, (done.stdout + done.stderr).decode(errors="replace"))


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Tests say what matters."""


@contextmanager
def served(application: WSGIApplication) -> Iterator[str]:
    """The application on a free port; gives host and port."""
    server = _Server(("127.0.0.1", 0), _Quiet)
    server.set_app(application)
    with _running(server):
        yield f"127.0.0.1:{server.server_port}"


@contextmanager
def _running(server: WSGIServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
