"""Hashing of passwords: slow on purpose, and only a few at a time, because each takes 46 MB of memory."""

import os
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)
_places = threading.BoundedSemaphore(2 * (os.cpu_count() or 1))
# Whoever types an unknown name waits for this hash, and cannot tell it from a known one.
NOBODY = "$argon2id$v=19$m=47104,t=1,p=1$c29tZS1zYWx0LW9mLW5vYm9keQ$qmiiWv8ZaiDYBgcvBqSfIR7qJUu2iGsOh9JWmP0tSRQ"


def hash_password(password: str) -> str:
    with _places:
        return _hasher.hash(_normal(password))


def matches(stored: str, password: str) -> bool:
    with _places:
        try:
            return _hasher.verify(stored, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


def _normal(password: str) -> str:
    """The same letters from any keyboard."""
    return unicodedata.normalize("NFC", password)
