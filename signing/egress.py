"""The only way out: requests to services that the configuration names, bounded in time and in size."""

import json
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from queue import Empty, Queue
from threading import Thread, Timer
from typing import Any
from urllib.parse import SplitResult, urlsplit

from signing.certificates import first_line
from signing.errors import Refused, Unreachable

PORTS = {"http": 80, "https": 443}
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said, with the status under which it said it."""

    status: int
    body: bytes

    def fields(self) -> dict[str, Any]:
        """The members of the JSON object in the body; what they are is for the caller to check."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unreachable("the service's answer is not JSON") from None
        if not isinstance(found, dict):
            raise Unreachable("the service's answer is not a JSON object")
        return found


@dataclass(frozen=True)
class Egress:
    """Allowed are places written `host:port`. A name that leads into an inner network is refused, an address is not."""

    allowed: frozenset[str]
    timeout: float = 5.0
    limit: int = 1 << 20
    attempts: int = 2

    @classmethod
    def to(cls, *urls: str, timeout: float = 5.0) -> "Egress":
        """A way to these services and to no others."""
        return cls(frozenset(f"{parts.hostname}:{_port(parts)}" for parts in map(_parts, urls)), timeout)

    def get(self, url: str, kind: str) -> bytes:
        return _good(self._asked("GET", url, None, {"Accept": kind}, self.attempts))

    def post(self, url: str, body: bytes, sent: str, kind: str) -> bytes:
        """The body of the answer. Whatever is posted here asks and changes nothing, so it may be repeated."""
        return _good(self._asked("POST", url, body, {"Content-Type": sent, "Accept": kind}, self.attempts))

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        sent: str = JSON,
        kind: str = JSON,
        *,
        authorization: str = "",
    ) -> Answer:
        """The answer of a service that tells its refusals apart: any status below 500, with a body of this kind.

        Only a GET is repeated after a failure: what is posted here may use up a PIN try or make a phone ring.
        """
        headers = {"Accept": kind} if body is None else {"Accept": kind, "Content-Type": sent}
        if authorization:
            headers["Authorization"] = authorization
        return self._asked(method, url, body, headers, self.attempts if method == "GET" else 1)

    def place(self, url: str) -> SplitResult:
        """The parts of an address, if requests may go there."""
        parts = _parts(url)
        if f"{parts.hostname}:{_port(parts)}" not in self.allowed:
            raise Refused(f"requests to {parts.hostname} are not allowed")
        return parts

    def _asked(self, method: str, url: str, body: bytes | None, headers: dict[str, str], attempts: int) -> Answer:
        parts = self.place(url)
        deadline = time.monotonic() + self.timeout
        failure: Exception | None = None
        for _ in range(attempts):
            connection = _Connection(parts, self._address(parts, deadline), deadline, self._tls)
            try:
                connection.request(method, _target(parts), body, headers)
                with connection.getresponse() as response:
                    return self._answer(response, headers["Accept"], deadline)
            except (OSError, HTTPException) as error:
                failure = error
            finally:
                connection.close()
            if time.monotonic() >= deadline:
                break
        raise Unreachable(f"{parts.hostname} did not answer: {first_line(failure)}") from failure

    def _answer(self, response: HTTPResponse, kind: str, deadline: float) -> Answer:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise HTTPException(f"status {response.status}")
        if response.headers.get_content_type() != kind:
            raise Unreachable(f"the service answered {response.status} {response.headers.get_content_type()}")
        body = response.read(self.limit + 1)
        if len(body) > self.limit:
            raise Unreachable(f"the service's answer is larger than {self.limit} bytes")
        if response.length or time.monotonic() >= deadline:
            raise HTTPException("the answer was cut off")
        return Answer(response.status, body)

    def _address(self, parts: SplitResult, deadline: float) -> str:
        """One look-up, checked and then used: a second one might give something else."""
        address = _looked_up(parts, deadline - time.monotonic())
        if not ip_address(address).is_global and f"{address}:{_port(parts)}" not in self.allowed:
            raise Refused(f"{parts.hostname} leads into an inner network")
        return address

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _Connection(HTTPConnection):
    """A connection to an address that was checked. It is cut at the deadline, however slowly bytes trickle in."""

    def __init__(self, parts: SplitResult, address: str, deadline: float, tls: ssl.SSLContext) -> None:
        super().__init__(parts.hostname or "", _port(parts))
        self._place = (address, _port(parts))
        self._context = tls if parts.scheme == "https" else None
        self._handle: socket.socket | None = None
        self._alarm = Timer(max(deadline - time.monotonic(), 0.001), self._cut)
        self._alarm.daemon = True

    def connect(self) -> None:
        plain = socket.create_connection(self._place, self._alarm.interval)
        # A second handle on the same connection: TLS takes the first one for itself.
        self.sock, self._handle = plain, plain.dup()
        self._alarm.start()
        if self._context:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    def close(self) -> None:
        self._alarm.cancel()
        super().close()
        if self._handle:
            self._handle.close()

    def _cut(self) -> None:
        with suppress(OSError):  # Closed by the other side, or by us at this very moment.
            if self._handle:
                self._handle.shutdown(socket.SHUT_RDWR)


def _looked_up(parts: SplitResult, seconds: float) -> str:
    """The first address of a host; whoever answers for names may take longer than anybody would wait."""
    found: Queue[str] = Queue()
    Thread(target=_look_up, args=(parts, found.put), daemon=True).start()
    try:
        address = found.get(timeout=max(seconds, 0.001))
    except Empty:
        raise Unreachable(f"nobody told the address of {parts.hostname} in time") from None
    if not address:
        raise Unreachable(f"{parts.hostname} has no address")
    return address


def _look_up(parts: SplitResult, tell: Callable[[str], None]) -> None:
    try:
        tell(str(socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)[0][4][0]))
    except (OSError, UnicodeError):  # A host that is no name cannot be looked up at all.
        tell("")


def _good(answer: Answer) -> bytes:
    if answer.status != HTTPStatus.OK:
        raise Unreachable(f"the service answered {answer.status}")
    return answer.body


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in PORTS and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:  # From a port or a bracket that is none.
        is_address = False
    if not is_address:
        raise Refused(f"{url} is not an address of a service")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
