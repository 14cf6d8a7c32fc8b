"""Until when an algorithm proves anything: data, so that a new finding is one line here.

A signature is judged at the moment to which its time-stamps trace it back; a time-stamp at the moment of the next newer
time-stamp, and the newest at the moment of the verification. Renewal in time keeps old signatures good for ever.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing.algorithms import PublicKey
from signing.certificates import public_key
from signing.errors import Weak

VERSION = "2026-1"


class Accepted(NamedTuple):
    """Keys of a kind from a size on, or a digest, up to the end of a year; None is until further notice."""

    name: str
    size: int
    last_year: int | None


ALGORITHMS = (
    Accepted("rsa", 2048, 2028),
    Accepted("rsa", 3072, None),
    Accepted("ecdsa", 256, None),
    Accepted("sha256", 256, None),
    Accepted("sha384", 384, None),
    Accepted("sha512", 512, None),
)


FOREVER = datetime.max.replace(tzinfo=UTC)


def check_strength(key: PublicKey, digest: str, at: datetime) -> None:
    """Raises Weak unless this key and this digest were good enough at that moment."""
    if at >= strong_until(key, digest):
        raise Weak(f"{_kind(key)} of {key.key_size} bits with {digest} was no longer accepted on {at:%Y-%m-%d}")


def check_digest(digest: str, at: datetime) -> None:
    if at >= digest_strong_until(digest):
        raise Weak(f"{digest} was no longer accepted on {at:%Y-%m-%d}")


def strong_until(key: PublicKey, digest: str) -> datetime:
    """When this key with this digest ceases to prove anything, as far as is known today."""
    return min(_until(_kind(key), key.key_size), digest_strong_until(digest))


def digest_strong_until(digest: str) -> datetime:
    return _until(digest, int(digest.removeprefix("sha")))


def keys_strong_until(certificates: Iterable[x509.Certificate]) -> datetime:
    """When somebody else could sign as one of these. The digests under what they have signed are not asked: those of an
    honest authority still stand when two texts of one digest can be made up."""
    keys = map(public_key, certificates)
    return min((_until(_kind(key), key.key_size) for key in keys), default=FOREVER)


def check_keys(certificates: Iterable[x509.Certificate], at: datetime) -> None:
    """Raises Weak if one of these keys was too weak at that moment."""
    if at >= keys_strong_until(certificates):
        raise Weak(f"a key of those who vouch for others was no longer accepted on {at:%Y-%m-%d}")


def _until(name: str, size: int) -> datetime:
    fitting = [entry.last_year for entry in ALGORITHMS if entry.name == name and entry.size <= size]
    ends = [FOREVER if year is None else datetime(year + 1, 1, 1, tzinfo=UTC) for year in fitting]
    return max(ends, default=datetime.min.replace(tzinfo=UTC))


def _kind(key: PublicKey) -> str:
    return "rsa" if isinstance(key, rsa.RSAPublicKey) else "ecdsa"
