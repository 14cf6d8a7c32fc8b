"""Keys of logs and witnesses, written as C2SP signed-note writes them."""

import hashlib
import re
from dataclasses import dataclass, field
from enum import IntEnum
from secrets import token_bytes

from cryptography.exceptions import InvalidSignature as NotGenuine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from signing.base64_text import decoded, encoded
from signing.errors import InvalidSignature, Malformed

SEED_BYTES = 32
MAX_NAME_BYTES = 255
PRIVATE = "PRIVATE+KEY+"
KEY_ID = re.compile(r"[0-9a-f]{8}")


class Kind(IntEnum):
    """What a key signs, by its type identifier in signed-note."""

    NOTE = 0x01  # Ed25519 over the text of a note.
    COSIGNATURE = 0x04  # Ed25519 over a time and a checkpoint.
    ML_DSA_COSIGNATURE = 0x06  # ML-DSA-44 over a time, the signer's name and a tree.

    @property
    def is_timed(self) -> bool:
        return self is not Kind.NOTE


PUBLIC_BYTES = {Kind.NOTE: 32, Kind.COSIGNATURE: 32, Kind.ML_DSA_COSIGNATURE: 1312}
SIGNATURE_BYTES = {Kind.NOTE: 64, Kind.COSIGNATURE: 64, Kind.ML_DSA_COSIGNATURE: 2420}


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name that it signs under."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != PUBLIC_BYTES[self.kind]:
            raise Malformed(f"the key of {self.name} has a wrong length")

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    @property
    def id(self) -> bytes:
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def verify(self, message: bytes, signature: bytes) -> None:
        try:
            self._loaded().verify(signature, message)
        except (NotGenuine, ValueError):
            raise InvalidSignature(f"a signature of {self.name} is wrong") from None

    def _loaded(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        if self.kind is Kind.ML_DSA_COSIGNATURE:
            return MLDSA44PublicKey.from_public_bytes(self.public)
        return Ed25519PublicKey.from_public_bytes(self.public)


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private key with its name. It is shown nowhere but in `to_text`."""

    name: str
    kind: Kind
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.seed) != SEED_BYTES:
            raise Malformed(f"the key of {self.name} has a wrong length")

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self._loaded().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        return self._loaded().sign(message)

    def to_text(self) -> str:
        """As other tools for signed notes read a private key."""
        return f"{PRIVATE}{self.name}+{self.verifier.id.hex()}+{encoded(bytes([self.kind]) + self.seed)}"

    def _loaded(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.kind is Kind.ML_DSA_COSIGNATURE:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def new_key(name: str, kind: Kind) -> SignerKey:
    return SignerKey(name, kind, token_bytes(SEED_BYTES))


def parse_verifier_key(text: str) -> VerifierKey:
    """A key from its one line `name+id+key`."""
    name, key_id, kind, public = _parts(text)
    key = VerifierKey(name, kind, public)
    if key.id != key_id:
        raise Malformed(f"the key of {name} does not have the id that is written with it")
    return key


def parse_signer_key(text: str) -> SignerKey:
    """A key from its one line `PRIVATE+KEY+name+id+key`."""
    if not text.startswith(PRIVATE):
        raise Malformed("this is no private key of a log or a witness")
    name, key_id, kind, seed = _parts(text.removeprefix(PRIVATE))
    key = SignerKey(name, kind, seed)
    if key.verifier.id != key_id:
        raise Malformed(f"the key of {name} does not have the id that is written with it")
    return key


def check_name(name: str) -> None:
    """Names cannot be mistaken for another part of a line."""
    if not name or "+" in name or any(one.isspace() or ord(one) < ord(" ") for one in name):
        raise Malformed(f"{name!r:.80} cannot be the name of a key")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise Malformed("the name of a key is too long")


def _parts(text: str) -> tuple[str, bytes, Kind, bytes]:
    name, _, rest = text.partition("+")
    key_id, _, key = rest.partition("+")
    if not KEY_ID.fullmatch(key_id):
        raise Malformed("a key is written as name+id+key")
    value = decoded(key)
    if value[:1] not in {bytes([kind]) for kind in Kind}:
        raise Malformed(f"the key of {name!r:.80} is of an unknown type")
    return name, bytes.fromhex(key_id), Kind(value[0]), value[1:]
