"""A service with one card in it, as the protocol of cards has it, with keys of one's own."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from signing.certificates import to_der
from signing.signers.pkcs12 import KeyFile

NUMBER = "AZE-0001"
PINS = {"authentication": "1234", "signing": "48213"}


@dataclass
class Reader:
    """A service with one card in it. It keeps to the protocol unless its answers are changed on their way out."""

    keys: dict[str, KeyFile]
    chain: list[bytes]
    change: Callable[[dict[str, Any]], Any] = lambda said: said
    forced: tuple[HTTPStatus, Any] | None = None
    tries: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PINS, 3))
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        status, said = self.forced or self._answered(environ)
        start(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps(self.change(said)).encode()]

    def _answered(self, environ: WSGIEnvironment) -> tuple[HTTPStatus, Any]:
        if environ["PATH_INFO"] == f"/card/cards/{NUMBER}":
            own = {name: text(to_der(key.certificate)) for name, key in self.keys.items()}
            tries = {f"pin{place}_tries": tries for place, tries in enumerate(self.tries.values(), 1)}
            return HTTPStatus.OK, {"number": NUMBER, "certificates": own, "chain": [*map(text, self.chain)], **tries}
        if environ["PATH_INFO"] == f"/card/cards/{NUMBER}/sign":
            return self._signed(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
        return HTTPStatus.NOT_FOUND, {"error": "not_found"}

    def _signed(self, said: dict[str, str]) -> tuple[HTTPStatus, Any]:
        key = said["key"]
        if self.tries[key] and said["pin"] == PINS[key]:
            return HTTPStatus.OK, {"signature": text(self.keys[key].sign(b64decode(said["digest"]), said["hash_name"]))}
        if not self.tries[key]:
            return HTTPStatus.LOCKED, {"error": "locked"}
        self.tries[key] -= 1
        return HTTPStatus.FORBIDDEN, {"error": "wrong_pin", "tries": self.tries[key]}


def text(value: bytes) -> str:
    return b64encode(value).decode()
