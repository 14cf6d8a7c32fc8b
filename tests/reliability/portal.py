"""The real portal as `e-gomruk serve` runs it, and a client that uploads to it as a browser would."""

import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random
from threading import Event
from time import sleep

import requests
from PIL import Image

from soap.gateway import PATH
from soap.versions import NAMESPACE
from tests.processes import children, portal
from tests.reliability.server import PATIENCE_SECONDS
from tests.soap.registered import Represented, request_header
from tests.soap.signed import System, envelope

_ID = re.compile(r"<id>([^<]+)</id>")
_HIDDEN = re.compile(r'name="(csrf_token|form_id)" value="([^"]+)"')


@dataclass(frozen=True)
class Portal:
    address: str
    process: subprocess.Popen[str]

    def web_processes(self) -> list[int]:
        """The members of the group that answer requests, the oldest first; the others run commands of their own."""
        return [pid for pid in children(self.process) if _serves(pid)]


def _serves(pid: int) -> bool:
    try:
        return b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False  # It ended while we looked.


@contextmanager
def served(folder: Path, url: str) -> Iterator[Portal]:
    with portal(folder, DATABASE_URL=url) as (address, process):
        yield Portal(address, process)


PAUSE_SECONDS = 0.5
# The limit on uploads is 120 in ten minutes: whoever has used a part of it goes on as slowly as the rest allows.
HASTY, SLOW_PAUSE_SECONDS = 40, 8
TRIES = 5


@dataclass
class Uploader:
    """Uploads a picture that nobody else has, again and again, and remembers what it was told."""

    address: str
    username: str
    password: str
    number: int
    told: dict[str, str] = field(default_factory=dict)  # picture → public id
    sent: int = 0

    def work(self, stop: Event) -> None:
        browser = requests.Session()
        for tried in count():
            if stop.wait(PAUSE_SECONDS if tried < HASTY else SLOW_PAUSE_SECONDS):
                return
            try:
                self._upload(browser)
            except requests.RequestException:
                continue  # Killed while it answered: the same picture is sent again.

    def _upload(self, browser: requests.Session) -> None:
        page = browser.get(f"{self.address}/documents", timeout=PATIENCE_SECONDS)
        if "/login" in page.url:
            self._sign_in(browser)
            return
        name = f"{self.number}-{self.sent}"
        files = {"file": (f"{name}.png", _picture(self.number, self.sent), "image/png")}
        data = dict(_HIDDEN.findall(page.text))
        answer = browser.post(
            f"{self.address}/documents", data, files=files, allow_redirects=False, timeout=PATIENCE_SECONDS
        )
        if answer.status_code == requests.codes.see_other and "sent=" in answer.headers["Location"]:
            self.told[name] = answer.headers["Location"].partition("sent=")[2]
            self.sent += 1

    def _sign_in(self, browser: requests.Session) -> None:
        page = browser.get(f"{self.address}/login/password", timeout=PATIENCE_SECONDS)
        data = dict(_HIDDEN.findall(page.text)) | {"username": self.username, "password": self.password}
        browser.post(f"{self.address}/login/password", data, timeout=PATIENCE_SECONDS)


@dataclass
class MessageUploader(Uploader):
    """The same over SOAP, as a registered system that signs; it also sends again what it was told of."""

    system: System = field(kw_only=True)
    person: Represented = field(kw_only=True)
    replayed: int = 0
    broken: list[str] = field(default_factory=list)  # What a replay got that it should not.
    envelopes: dict[str, bytes] = field(default_factory=dict)  # That were answered.

    def _upload(self, http: requests.Session) -> None:
        name = f"{self.number}-{self.sent}"
        envelope = self._envelope(self.sent)
        answer = self._post(http, envelope)
        if found := _ID.search(answer.text):
            self.told[name], self.envelopes[name] = found[1], envelope
            self.sent += 1
            self.replay(http, Random(self.sent).randrange(self.sent))
        elif "Client.RateLimited" in answer.text:
            sleep(1)

    def insist(self, http: requests.Session, sent: int) -> None:
        """A client whose connection breaks asks again, which is what the number of a message is for."""
        for _ in range(TRIES):
            with suppress(requests.RequestException):
                self.replay(http, sent)
                return
        raise AssertionError("nobody answered")

    def replay(self, http: requests.Session, sent: int) -> None:
        """Newly signed it is answered as it was the first time, and as it was it is not taken."""
        name = f"{self.number}-{sent}"
        again, copy = self._post(http, self._envelope(sent)), self._post(http, self.envelopes[name])
        if "Client.RateLimited" in again.text:
            return
        found = _ID.search(again.text)
        if found is None or found[1] != self.told[name] or "<replayed>true<" not in again.text:
            self.broken.append(again.text)
        if "<tns:rule>security." not in copy.text:  # Seen already, or too old by now.
            self.broken.append(copy.text)
        self.replayed += 2

    def _envelope(self, sent: int) -> bytes:
        content = b64encode(_picture(self.number, sent)).decode()
        inner = f"<name>{self.number}-{sent}.png</name><content>{content}</content>"
        body = f'<UploadDocument xmlns="{NAMESPACE}">{inner}</UploadDocument>'
        header = request_header(self.person.pin, self.person.number, f"kill-{self.number}-{sent}")
        return self.system.sign(envelope(body, header), datetime.now(UTC))

    def _post(self, http: requests.Session, content: bytes) -> requests.Response:
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        return http.post(f"{self.address}{PATH}", content, headers=headers, timeout=PATIENCE_SECONDS)


def _picture(number: int, sent: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), (number, sent // 256, sent % 256)).save(file, "PNG")
    return file.getvalue()
