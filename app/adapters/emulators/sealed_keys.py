"""Private keys in a chip, each encrypted under its PIN together with the passphrase of the centre.

The file alone opens nothing, and a PIN is checked by opening the key with it: every wrong one takes the same time.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

NONCE_BYTES = 12
KEY_BYTES = 32
SALT = b"e-gomruk emulators"


@dataclass(frozen=True, slots=True)
class Sealing:
    """What stretches a PIN of a few digits to a key; the name of what it opens goes into it."""

    master: bytes = field(repr=False)

    def tag(self, name: str, secret: str) -> bytes:
        """Different for every name and every secret; nobody gets from it to the secret without the passphrase."""
        return hmac.digest(self.master, f"{name}\0{secret}".encode(), "sha256")

    def seal(self, key: "EllipticCurvePrivateKey", name: str, pin: str) -> bytes:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        number = key.private_numbers().private_value.to_bytes(KEY_BYTES)
        return nonce + AESGCM(self.tag(name, pin)).encrypt(nonce, number, name.encode())

    def open(self, sealed: bytes, name: str, pin: str) -> "EllipticCurvePrivateKey | None":
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            number = AESGCM(self.tag(name, pin)).decrypt(nonce, content, name.encode())
        except InvalidTag:
            return None
        return ec.derive_private_key(int.from_bytes(number), ec.SECP256R1())


@lru_cache(maxsize=4)
def sealing_under(passphrase: str) -> Sealing:
    return Sealing(hashlib.scrypt(passphrase.encode(), salt=SALT, n=1 << 14, r=8, p=1, dklen=KEY_BYTES))


def raw_signature(key: "EllipticCurvePrivateKey", digest: bytes, hash_name: str) -> bytes:
    """The value over a digest: r and s side by side."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

    from signing.algorithms import hash_named
    from signing.xml_algorithms import to_raw

    return to_raw(key.sign(digest, ec.ECDSA(Prehashed(hash_named(hash_name).primitive))), key)
