"""The folder of the published register: files that appear whole, one writer at a time, and the key that signs them."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.settings import Settings, SettingsError

if TYPE_CHECKING:
    from signing.transparency.keys import SignerKey, VerifierKey

LOCK = "lock"


@dataclass(frozen=True)
class LogFolder:
    folder: Path
    origin: str
    key_text: str
    key_file: Path | None  # Where a demonstration keeps the key that it makes for itself.
    witness_texts: tuple[str, ...] = ()

    @cached_property
    def key(self) -> "SignerKey":
        from signing.errors import Malformed
        from signing.transparency.keys import parse_signer_key

        text = self.key_text or (_made_once(self.key_file, self.origin) if self.key_file else "")
        try:
            return parse_signer_key(text)
        except Malformed as error:
            raise SettingsError(f"EGOMRUK_LOG_KEY: {error}") from error

    @cached_property
    def witnesses(self) -> "tuple[VerifierKey, ...]":
        from signing.errors import Malformed
        from signing.transparency.keys import parse_verifier_key

        try:
            return tuple(map(parse_verifier_key, self.witness_texts))
        except Malformed as error:
            raise SettingsError(f"EGOMRUK_LOG_WITNESSES: {error}") from error

    def read(self, path: str) -> bytes:
        from signing.transparency.tiles import NotServed

        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise NotServed(f"{path} is not there") from error

    def write(self, path: str, content: bytes) -> None:
        from signing import files

        target = self.folder / path
        for parent in _missing(target.parent):
            parent.mkdir(exist_ok=True)
            files.flush_folder(parent.parent)
        files.write(target, content)

    def remove(self, path: str) -> None:
        shutil.rmtree(self.folder / path, ignore_errors=True)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """The kernel gives the lock back when its holder dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / LOCK).open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def published_log(settings: Settings) -> LogFolder:
    return LogFolder(
        settings.log,
        f"{urlsplit(settings.base_url).netloc}/log",
        settings.log_key,
        settings.instance / "log_key" if settings.is_demo else None,
        settings.log_witnesses,
    )


def _made_once(path: Path, origin: str) -> str:
    from signing import files
    from signing.transparency.keys import Kind, new_key

    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_once(path, new_key(origin, Kind.NOTE).to_text().encode(), files.PRIVATE)
    return path.read_text("utf-8").strip()


def _missing(folder: Path) -> list[Path]:
    """The folders on the way that are not there yet, the outermost first."""
    return [one for one in (*reversed(folder.parents), folder) if not one.exists()]
