"""Contents named by their SHA-256, written once, in a folder or in S3-compatible storage."""

import hashlib
import os
import re
import shutil
from collections.abc import Container, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from errno import ENOSPC
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir, mkstemp
from typing import BinaryIO

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, S3Store

from app.core.errors import N_, Unavailable

CHUNK = 64 * 1024
GIGABYTE = 1024**3
_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/([0-9a-f]{64})")


@dataclass(frozen=True)
class Digest:
    """The name of a content, and how long it is."""

    sha256: str
    size: int


class Damaged(Exception):
    """The stored bytes are not those that their name promises."""


class Blobs:
    """The store. `location` is a folder, or `s3://bucket/prefix` with keys and endpoint in the usual AWS_ variables."""

    def __init__(self, location: str | Path, *, reserve: int = GIGABYTE) -> None:
        self._reserve = reserve
        if str(location).startswith("s3://"):
            self._folder = None
            self._spool = Path(gettempdir())
            self._store: LocalStore | S3Store = _bucket(str(location))
        else:
            self._folder = Path(location).absolute()
            self._spool = self._folder / "incoming"
            self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._store = LocalStore(self._folder)

    def put(self, content: Path | BinaryIO | bytes) -> Digest:
        """Store a content. When this returns it is on disk, or the bucket has confirmed it.

        A content that is there already is a success: it has the same name, and so the same bytes.
        """
        with _outages(), self._spooled(content) as (spool, digest):
            if self._folder is None:
                self._send(spool, _key(digest.sha256))
            else:
                self._move(spool, self._folder, _key(digest.sha256))
        return digest

    def open(self, sha256: str) -> Iterator[bytes]:
        """Stream a content in chunks. Its last chunk is handed out only when the hash of the whole is right."""
        with _outages(FileNotFoundError):
            answer = obstore.get(self._store, _key(sha256))
        return _verified(answer.stream(min_chunk_size=CHUNK), sha256)

    def size(self, sha256: str) -> int:
        with _outages(FileNotFoundError):
            return obstore.head(self._store, _key(sha256))["size"]

    def exists(self, sha256: str) -> bool:
        try:
            self.size(sha256)
        except FileNotFoundError:
            return False
        return True

    def orphans(self, known: Container[str], before: datetime) -> Iterator[str]:
        """List the keys older than `before` that no row knows: remains of uploads that broke off half way.

        A content is stored before its row is written, so that `before` must leave an upload time to end.
        """
        with _outages():
            for page in obstore.list(self._store):
                for entry in page:
                    name = _KEY.fullmatch(entry["path"])
                    if entry["last_modified"] < before and not (name and name[1] in known):
                        yield entry["path"]

    def remove(self, key: str) -> None:
        """Remove one of the `orphans`."""
        with _outages():
            obstore.delete(self._store, key)

    @contextmanager
    def _spooled(self, content: Path | BinaryIO | bytes) -> Iterator[tuple[Path, Digest]]:
        """Copy to a temporary file, hashing on the way: the name of a content is known only at its end."""
        if shutil.disk_usage(self._spool).free < self._reserve:
            raise OSError(ENOSPC, "too little space is left")
        handle, name = mkstemp(dir=self._spool, prefix="incoming-")
        try:
            with os.fdopen(handle, "wb") as spool, _opened(content) as source:
                digest = _copy(source, spool)
            yield Path(name), digest
        finally:
            Path(name).unlink(missing_ok=True)

    def _send(self, source: Path, key: str) -> None:
        try:
            obstore.put(self._store, key, source, mode="create")
        except AlreadyExistsError:
            return

    @staticmethod
    def _move(source: Path, folder: Path, key: str) -> None:
        # obstore's folder store never calls fsync, and links a file before its bytes are safe. So the
        # bytes go to disk first, then the name, then the folders that hold the name. Where the content
        # is there already, the same bytes take its place, which also mends a damaged one.
        target = folder / key
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source.chmod(0o400)
        _sync(source)
        source.replace(target)
        for parent in (target.parent, target.parent.parent, folder):
            _sync(parent)


def _bucket(url: str) -> S3Store:
    # The bucket compares the bytes with a checksum, an outage is told within seconds, and a slow
    # reader may take minutes over a download. HTTP without TLS is used where the endpoint says http://.
    return S3Store.from_url(
        url,
        config={"checksum_algorithm": "SHA256"},
        client_options={"allow_http": True, "connect_timeout": "2s", "read_timeout": "10s", "timeout": "10m"},
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=5)},
    )


def _key(sha256: str) -> str:
    key = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    if not _KEY.fullmatch(key):
        raise ValueError("not a SHA-256 in hexadecimal")
    return key


def _opened(content: Path | BinaryIO | bytes) -> AbstractContextManager[BinaryIO]:
    if isinstance(content, Path):
        return content.open("rb")
    return nullcontext(BytesIO(content) if isinstance(content, bytes) else content)


def _copy(source: BinaryIO, target: BinaryIO) -> Digest:
    content_hash, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        content_hash.update(chunk)
        size += target.write(chunk)
    return Digest(content_hash.hexdigest(), size)


def _verified(chunks: Iterable[bytes], sha256: str) -> Iterator[bytes]:
    content_hash, held = hashlib.sha256(), b""
    with _outages():
        for chunk in chunks:
            if held:
                yield held
            content_hash.update(chunk)
            held = bytes(chunk)
    if content_hash.hexdigest() != sha256:
        raise Damaged(sha256)
    yield held


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _outages(*expected: type[Exception]) -> Iterator[None]:
    """A full disk and an unreachable bucket are the same to the caller: come back later."""
    try:
        yield
    except expected:
        raise
    except (OSError, BaseError) as outage:
        text = N_("Sənəd anbarı hazırda əlçatan deyil. Bir neçə dəqiqədən sonra yenidən cəhd edin.")
        raise Unavailable("documents.unavailable", text) from outage
