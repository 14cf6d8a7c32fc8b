"""A key in a PKCS #12 file: for development, for seals of a small office, for people at their own machines."""

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import pkcs12

from signing.algorithms import PrivateKey, hash_named
from signing.errors import Malformed, Refused
from signing.xml_algorithms import to_raw

LIMIT = 1 << 20


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A key with its certificate; a `Signer`."""

    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    _key: PrivateKey

    def __repr__(self) -> str:
        return f"KeyFile({self.certificate.subject.rfc4514_string()})"

    def sign(self, digest: bytes, hash_name: str) -> bytes:
        prehashed = Prehashed(hash_named(hash_name).primitive)
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(digest, padding.PKCS1v15(), prehashed)
        return to_raw(self._key.sign(digest, ec.ECDSA(prehashed)), self._key)


def open_key_file(data: bytes, passphrase: str) -> KeyFile:
    """Raises Refused for a wrong passphrase, Malformed for a file without a key and its certificate."""
    if len(data) > LIMIT:
        raise Malformed("the key file is too large")
    try:
        found = pkcs12.load_pkcs12(data, passphrase.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise Refused("the key file does not open with this passphrase") from None
    if not isinstance(found.key, PrivateKey) or found.cert is None:
        raise Malformed("the key file holds no key with a certificate that can sign")
    # A root at the end says nothing: a receiver believes his own.
    chain = [one.certificate for one in found.additional_certs if one.certificate.subject != one.certificate.issuer]
    return KeyFile(found.cert.certificate, tuple(chain), found.key)
