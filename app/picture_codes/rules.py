"""How a picture code looks, how long it is good for, and when what was typed is it."""

import secrets
import unicodedata
from datetime import timedelta

from app.core.limits import Limit

LENGTH = 6
LIFE = timedelta(minutes=10)
# A new picture costs a row, a sound much work; nobody needs many of either.
MOST_PICTURES, MOST_SOUNDS, PER = 300, 30, timedelta(minutes=10)


def new_code() -> str:
    """Digits alone: they can be told from one another when they are heard, in every language."""
    return "".join(secrets.choice("0123456789") for _ in range(LENGTH))


def is_right(typed: str, code: str) -> bool:
    """Spaces between what was heard, and digits of a wide keyboard, are no mistakes."""
    plain = unicodedata.normalize("NFKC", "".join(typed.split()))
    return secrets.compare_digest(plain.encode(), code.encode())


def sound_limit(address: str) -> Limit:
    return Limit("picture_codes.sound", address, MOST_SOUNDS, PER)


def picture_limit(address: str) -> Limit:
    return Limit("picture_codes.picture", address, MOST_PICTURES, PER)
