"""Base64 as it stands in a signature file: one way to write each value."""

import binascii
from base64 import b64decode

from signing.errors import Malformed


def encoded(value: bytes) -> str:
    return binascii.b2a_base64(value, newline=False).decode("ascii")


def decoded(text: str) -> bytes:
    """Refuses everything that `encoded` would not have written."""
    try:
        value = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed("a value is not Base64") from None
    if encoded(value) != text:
        raise Malformed("a Base64 value is written in an unusual way")
    return value
