"""What stands in addresses, on command lines and in letters instead of a key: it says nothing and cannot be guessed."""

import hashlib
import secrets

# Small letters and digits that nobody mistakes for one another, read out or typed: no i, l, o or u beside 1, 0 and v.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26  # 130 bits


def new_public_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def digest(token: str) -> str:
    """What we keep of a random number that a browser or a mailed link shows: it opens nothing for whoever reads it."""
    return hashlib.sha256(token.encode()).hexdigest()
