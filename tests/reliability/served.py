"""The small application that the reliability tests serve; wsgiref's validator watches over every request."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication
from wsgiref.validate import validator

from app.cli.serve import serve_application
from app.settings import Settings

Environ = dict[str, Any]

# Tests and application speak through files here: `open` lets the waiting ones answer.
FOLDER = Path(os.environ["EGOMRUK_INSTANCE"])


class Endless:
    """An answer without end that leaves a note when it is closed."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    def close(self) -> None:
        (FOLDER / "closed").touch()


def describe(environ: Environ) -> Iterator[bytes]:
    yield json.dumps({name: value for name, value in environ.items() if isinstance(value, str)}).encode()


def echo(environ: Environ) -> Iterator[bytes]:
    size = 0
    while piece := environ["wsgi.input"].read(65_536):
        size += len(piece)
    yield f"{environ.get('CONTENT_LENGTH')} {size}".encode()


def wait(environ: Environ) -> Iterator[bytes]:
    (FOLDER / f"begun-{environ['QUERY_STRING']}").touch()
    wait_for_gate()
    yield b"waited"


def stream(_: Environ) -> Iterator[bytes]:
    yield b"first"
    yield b""
    wait_for_gate()
    yield b"second"


def break_off(_: Environ) -> Iterator[bytes]:
    yield b"first"
    raise RuntimeError("the table broke off")


def fail(_: Environ) -> Iterator[bytes]:
    raise RuntimeError("no answer at all")


def process(_: Environ) -> Iterator[bytes]:
    yield str(os.getpid()).encode()


def endless(_: Environ) -> Iterable[bytes]:
    return Endless()


VIEWS: dict[str, Callable[[Environ], Iterable[bytes]]] = {
    view.__name__: view for view in (describe, echo, wait, stream, break_off, fail, process, endless)
}


def wait_for_gate() -> None:
    while not (FOLDER / "open").exists():
        time.sleep(0.01)


def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    view = VIEWS.get(environ["PATH_INFO"].split("/")[1], describe)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return view(environ)


def create_application(_: Settings) -> WSGIApplication:
    if (FOLDER / "broken").exists():
        raise RuntimeError("this application cannot be made")
    checked: WSGIApplication = validator(application)
    return checked


if __name__ == "__main__":
    beside = {"worker": (sys.executable, "-c", "import signal; signal.pause()")}
    sys.exit(
        serve_application(Settings.from_environment(), create_application, beside, lambda: print("ready", flush=True))
    )
