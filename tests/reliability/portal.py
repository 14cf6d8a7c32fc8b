"""The real portal as `e-gomruk serve` runs it, and a client that uploads to it as a browser would."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Event

import requests
from PIL import Image

from tests.processes import children, portal
from tests.reliability.server import PATIENCE_SECONDS

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
        while not stop.is_set():
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


def _picture(number: int, sent: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), (number, sent // 256, sent % 256)).save(file, "PNG")
    return file.getvalue()
