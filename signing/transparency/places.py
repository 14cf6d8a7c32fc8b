"""Where a log is read: a folder, or a site on the web that is the only one that may be asked."""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from signing.egress import PORTS, Egress
from signing.errors import Indeterminate, Unreachable
from signing.transparency.tiles import CHECKPOINT, NotServed

TEXT, OCTETS = "text/plain", "application/octet-stream"
COSIGNATURE = "cosignature"


class NotTaken(Indeterminate):
    """The log did not take a cosignature."""


class Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, path: str) -> bytes:
        try:
            return (self._path / path).read_bytes()
        except OSError as error:
            raise NotServed(f"{path} cannot be read: {error.strerror}") from error


class Site:
    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        parts = urlsplit(self._url)
        self._egress = Egress(frozenset({f"{parts.hostname}:{parts.port or PORTS.get(parts.scheme)}"}))
        self._egress.place(self._url)

    def read(self, path: str) -> bytes:
        kind = TEXT if path == CHECKPOINT else OCTETS
        try:
            answer = self._egress.exchange("GET", f"{self._url}/{path}", kind=kind)
        except Unreachable as error:
            raise NotServed(f"{path} is not served: {error}") from error
        if answer.status != HTTPStatus.OK:
            raise NotServed(f"{path} is not served: the log answered {answer.status}")
        return answer.body

    def send(self, lines: bytes) -> None:
        """Signature lines of a witness. A log takes the same line twice without harm."""
        url, form = f"{self._url}/{COSIGNATURE}", f"{TEXT}; charset=utf-8"
        answer = self._egress.exchange("POST", url, lines, form, TEXT)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise NotTaken(f"the log did not take the cosignature: it answered {answer.status}")


def place(text: str) -> Folder | Site:
    """As somebody names it at a prompt."""
    return Site(text) if "://" in text else Folder(Path(text))
