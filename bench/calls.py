"""The same requests without a server: the WSGI application called in this process, CPU time of each call.

Run as `python -m bench.calls BATCHES CALLS` in the environment of an installation; prints what it measured as JSON.
"""

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication

from app.settings import Settings
from bench import yardsticks
from bench.client import TOKEN

FORM_TYPE = "application/x-www-form-urlencoded"
SAMPLE_FORM, SIGN_IN, FORGOTTEN = "/design/form", "/login/password", "/login/password/forgot"
Answer = tuple[int, list[tuple[str, str]], bytes]


class Caller:
    """Calls an application as its server does, and keeps the cookies that it gives."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.cookies: dict[str, str] = {}

    def call(self, path: str, body: bytes = b"", address: str = "127.0.0.1") -> Answer:
        begun: list[Any] = []
        environ = self.environ(path, body, address)

        def start(status: str, headers: list[tuple[str, str]], _: object = None, /) -> Callable[[bytes], object]:
            begun.extend((status, headers))
            return begun.append

        parts = self.application(environ, start)
        content = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        return int(begun[0][:3]), begun[1], content

    def environ(self, path: str, body: bytes, address: str) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": "POST" if body else "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": address,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": FORM_TYPE if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def visit(self, path: str, body: bytes = b"") -> str:
        """Keeps the cookies; gives the token of the page's form, if it has one."""
        _, headers, content = self.call(path, body)
        for name, value in headers:
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        found = TOKEN.search(content.decode())
        return found[1] if found else ""


def subjects(application: WSGIApplication, bare_and_floor: WSGIApplication) -> dict[str, Callable[[], Answer]]:
    """What is measured, by name; pages, and beside each the yardsticks of its size."""
    stranger, guest, member, visitor = (Caller(application) for _ in range(4))
    guest.visit(SIGN_IN)
    visitor.visit("/services/declarations")
    _sign_in(member)
    token = member.visit(SAMPLE_FORM)
    wrong = urlencode({"csrf_token": token, "procedure": "4"}).encode()
    pages: dict[str, Callable[[], Answer]] = {
        "front": lambda: stranger.call("/"),
        "service": lambda: visitor.call("/services/declarations"),
        "sign-in": lambda: guest.call(SIGN_IN),
        "form": lambda: member.call(SAMPLE_FORM),
        "refused": lambda: member.call(SAMPLE_FORM, wrong),
    }
    for name, page in list(pages.items()):
        size = len(page()[2])
        for kind in ("bare", "floor"):
            pages[f"{kind} of {name}"] = _yardstick(bare_and_floor, f"/{kind}/{size}")
    return pages | {"write": _write(Caller(application))}


def _yardstick(application: WSGIApplication, path: str) -> Callable[[], Answer]:
    caller = Caller(application)
    caller.visit(path)
    return lambda: caller.call(path)


def _sign_in(caller: Caller) -> None:
    from app.demo.people import cast

    person = next(person for person in cast() if person.number)
    values = {"csrf_token": caller.visit(SIGN_IN), "username": person.username, "password": person.password}
    caller.visit(SIGN_IN, urlencode(values).encode())


def _write(caller: Caller) -> Callable[[], Answer]:
    """The lightest operation there is; each time another name from another place, or the limits would step in."""
    token, count, run = caller.visit(FORGOTTEN), 0, time.time_ns()

    def write() -> Answer:
        nonlocal count
        count += 1
        values = {"csrf_token": token, "form_id": f"{run}-{count}", "username": f"nobody-{run}-{count}"}
        address = f"10.{run // 1000 & 255}.{count >> 8 & 255}.{count & 255}"
        return caller.call(FORGOTTEN, urlencode(values).encode(), address)

    return write


def measure(batches: int, calls: int) -> dict[str, float]:
    """Milliseconds of CPU for one call: the median of the batches, which take turns."""
    from soap.wsgi import create_application

    settings = Settings.from_environment()
    named = subjects(create_application(settings), yardsticks.create_application(settings))
    taken: dict[str, list[float]] = {name: [] for name in named}
    for _ in range(batches):
        for name, call in named.items():
            began = time.process_time()
            for _ in range(calls):
                call()
            taken[name].append((time.process_time() - began) / calls * 1000)
    return {name: statistics.median(times) for name, times in taken.items()}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
