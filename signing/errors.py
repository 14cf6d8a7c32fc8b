"""What can be wrong with a signature, a certificate or a service: one tree, in the words of EN 319 102-1."""

from datetime import datetime
from typing import ClassVar

FAILED = "TOTAL-FAILED"
INDETERMINATE = "INDETERMINATE"


class SigningError(Exception):
    """Something is not as it must be; the message is one line for people."""

    indication: ClassVar[str] = INDETERMINATE
    sub_indication: ClassVar[str] = "GENERIC"


class Malformed(SigningError):
    """The bytes are not what they are said to be, or are too many."""

    indication = FAILED
    sub_indication = "FORMAT_FAILURE"


class InvalidSignature(SigningError):
    """The signature was not made with this key over these bytes."""

    indication = FAILED
    sub_indication = "SIG_CRYPTO_FAILURE"


class DigestMismatch(SigningError):
    """A digest belongs to other data."""

    indication = FAILED
    sub_indication = "HASH_FAILURE"


class Revoked(SigningError):
    """The certificate was revoked or on hold at the moment that counts."""

    indication = FAILED
    sub_indication = "REVOKED"

    def __init__(self, message: str, at: datetime, reason: str) -> None:
        super().__init__(message)
        self.at = at
        self.reason = reason


class Weak(SigningError):
    """An algorithm or a key is too weak to prove anything."""

    sub_indication = "CRYPTO_CONSTRAINTS_FAILURE"


class Untrusted(SigningError):
    """No path leads from the certificate to a pinned root."""

    sub_indication = "NO_CERTIFICATE_CHAIN_FOUND"


class OutsideValidity(SigningError):
    """A certificate was not valid at the moment that counts."""

    sub_indication = "OUT_OF_BOUNDS_NO_POE"


class WrongCertificate(SigningError):
    """The certificate is trusted, but not for this purpose or this role."""

    sub_indication = "CHAIN_CONSTRAINTS_FAILURE"


class Indeterminate(SigningError):
    """What would decide is missing, too old or about something else."""

    sub_indication = "TRY_LATER"


class Unreachable(Indeterminate):
    """An outside service gave no proper answer."""


class Refused(SigningError):
    """The authority does not do what it was asked to do."""
