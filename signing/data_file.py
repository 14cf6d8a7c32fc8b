"""A payload file of a container: digests are taken from its stream, and how much is read in all is bounded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from signing import zip_read
from signing.algorithms import hash_named
from signing.errors import Malformed
from signing.media_types import COMPACT, media_type_of
from signing.zip_frame import Member
from signing.zip_write import deflated, stored

MIMETYPE = "mimetype"
META = "META-INF/"
DIGEST = "sha256"
# Files are read once for each digest algorithm that is used on them; a hostile container asks for more.
MAX_READ = 192 << 20


@dataclass(slots=True)
class Allowance:
    """How much may still be read from the files of a container."""

    left: int = MAX_READ

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Malformed("the container asks for more work than its verification may take")


@dataclass(frozen=True)
class DataFile:
    """A payload file, by its packed member: digests are taken from the stream, whatever its size."""

    member: Member
    media_type: str
    _allowance: Allowance = field(default_factory=Allowance, compare=False, repr=False)
    _digests: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def size(self) -> int:
        return self.member.size

    def chunks(self) -> Iterator[bytes | memoryview]:
        self._allowance.spend(self.size)
        return zip_read.chunks(self.member)

    @property
    def content(self) -> bytes:
        return zip_read.content(self.member)

    def digest(self, algorithm: str = DIGEST) -> bytes:
        if algorithm not in self._digests:
            running = hashlib.new(hash_named(algorithm).name)
            for chunk in self.chunks():
                running.update(chunk)
            self._digests[algorithm] = running.digest()
        return self._digests[algorithm]


def data_file(name: str, content: bytes, media_type: str | None = None) -> DataFile:
    """A payload file for a new container."""
    if not zip_read.NAME.fullmatch(name) or len(name) > zip_read.MAX_NAME or is_reserved(name):
        raise Malformed(f"a file in a container cannot be called {name!r:.80}")
    kind = media_type or media_type_of(name)
    member = stored(name, content) if kind in COMPACT else deflated(name, content)
    # Who signs it need not unpack what is at hand here.
    return DataFile(member, kind, _digests={DIGEST: hashlib.new(DIGEST, content).digest()})


def is_reserved(name: str) -> bool:
    """Names that the format itself uses."""
    return name.lower() == MIMETYPE or name.lower().startswith(META.lower())
