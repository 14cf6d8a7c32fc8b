"""How a picture code is made and looks, how long it is good for, and when what was typed is it.

The code of a picture is worked out from the picture's name, the browser and the secret of the installation: to show a
page writes nothing, so that no flood of looks fills the database. That it was used is kept.
"""

import hmac
import secrets
import unicodedata
from datetime import UTC, datetime, timedelta

from app.core.limits import Limit

LENGTH = 6
LIFE = timedelta(minutes=10)
# A sound costs much work, a picture some; nobody needs many of either.
MOST_PICTURES, MOST_SOUNDS, PER = 300, 30, timedelta(minutes=10)


def new_picture(secret: str, now: datetime) -> str:
    """The name of a picture: until when it is good, a random part, and a mark that we made it."""
    stem = f"{int((now + LIFE).timestamp()):x}-{secrets.token_hex(8)}"
    return f"{stem}-{_digest(secret, 'name', stem)[:16]}"


def good_until(secret: str, picture: str) -> datetime | None:
    """Nothing for a name that we did not make."""
    stem, _, mark = picture.rpartition("-")
    if not secrets.compare_digest(mark.encode(), _digest(secret, "name", stem)[:16].encode()):
        return None
    return datetime.fromtimestamp(int(stem.partition("-")[0], 16), UTC)


def code_of(secret: str, picture: str, browser: str) -> str:
    """Digits alone: they can be told from one another when they are heard, in every language."""
    return f"{int(_digest(secret, 'code', picture, browser), 16) % 10**LENGTH:0{LENGTH}}"


def is_right(typed: str, code: str) -> bool:
    """Spaces between what was heard, and digits of a wide keyboard, are no mistakes."""
    plain = unicodedata.normalize("NFKC", "".join(typed.split()))
    return secrets.compare_digest(plain.encode(), code.encode())


def sound_limit(address: str) -> Limit:
    return Limit("picture_codes.sound", address, MOST_SOUNDS, PER)


def picture_limit(address: str) -> Limit:
    return Limit("picture_codes.picture", address, MOST_PICTURES, PER)


def _digest(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), "\n".join(("picture", *parts)).encode(), "sha256").hexdigest()
