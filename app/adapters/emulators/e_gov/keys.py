"""The keys of the emulated provider, kept sealed: the newest one signs, the one before still checks."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.adapters.emulators.e_gov.scripts import Key
from app.adapters.emulators.sealed_keys import sealing_under
from app.adapters.emulators.store import Store
from app.core.clock import Clock

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

ALGORITHM = "ES256"
PUBLISHED = 2
NAME = "e-gov {}"


@dataclass(frozen=True)
class Keys:
    store: Store
    clock: Clock
    passphrase: str = field(repr=False)

    def published(self) -> list[Mapping[str, Any]]:
        """As a JSON Web Key Set has them."""
        return [_public_jwk(kid, key) | {"use": "sig", "alg": ALGORITHM} for kid, key in self._all()]

    def rotate(self) -> None:
        """A new key signs from now on; what the one before has signed can still be checked."""
        from cryptography.hazmat.primitives.asymmetric import ec

        kid, key = secrets.token_urlsafe(8), ec.generate_private_key(ec.SECP256R1())
        sealed = sealing_under(self.passphrase).seal(key, NAME.format(kid), "")
        with self.store.writing() as file:
            file.execute("INSERT INTO e_gov_key VALUES (?, ?, ?)", (kid, sealed, self.clock.now().timestamp()))
            newest = "SELECT kid FROM e_gov_key ORDER BY made_at DESC, rowid DESC LIMIT ?"
            file.execute(f"DELETE FROM e_gov_key WHERE kid NOT IN ({newest})", (PUBLISHED,))  # noqa: S608

    def signed(self, claims: Mapping[str, Any], key: Key = Key.OWN, kind: str = "JWT") -> str:
        """A token; with another than its own key it is a forgery."""
        from cryptography.hazmat.primitives.asymmetric import ec

        kid, own = self._all()[0]
        header = {"alg": ALGORITHM, "typ": kind, "kid": kid}
        if key is Key.NONE:
            return f"{_part(header | {'alg': 'none'})}.{_part(claims)}."
        if key is Key.PUBLIC:
            signed = f"{_part(header | {'alg': 'HS256'})}.{_part(claims)}"
            return f"{signed}.{_encoded(hmac.digest(_public_pem(own), signed.encode(), hashlib.sha256))}"
        if key is Key.UNPUBLISHED:
            header["kid"] = secrets.token_urlsafe(8)
        return _signed(header, claims, own if key is Key.OWN else ec.generate_private_key(ec.SECP256R1()))

    def claims_of(self, token: str) -> Mapping[str, Any] | None:
        """What a token says that we have signed ourselves, however long ago."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        published: Any = {"keys": self.published()}
        try:
            found: Mapping[str, Any] = jwt.decode(token, KeySet.import_key_set(published), [ALGORITHM]).claims
        except (JoseError, ValueError, RecursionError):
            return None
        return found

    def _all(self) -> "list[tuple[str, EllipticCurvePrivateKey]]":
        """The newest first."""
        with self.store.reading() as file:
            rows = file.execute("SELECT * FROM e_gov_key ORDER BY made_at DESC, rowid DESC").fetchall()
        if not rows:
            self.rotate()
            return self._all()
        sealing, found = sealing_under(self.passphrase), []
        for row in rows:
            key = sealing.open(row["sealed"], NAME.format(row["kid"]), "")
            if key is None:
                raise ValueError("a key of the emulated provider was sealed under another passphrase")
            found.append((row["kid"], key))
        return found


def _signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: "EllipticCurvePrivateKey") -> str:
    from app.adapters.emulators.sealed_keys import raw_signature

    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_encoded(raw_signature(key, hashlib.sha256(signed.encode()).digest(), 'sha256'))}"


def _part(value: Mapping[str, Any]) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _public_jwk(kid: str, key: "EllipticCurvePrivateKey") -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    x, y = (_encoded(number.to_bytes(32)) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "kid": kid, "x": x, "y": y}


def _public_pem(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
