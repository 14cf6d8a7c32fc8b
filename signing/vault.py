"""A folder with the keys and certificates of an authority; keys stand there encrypted under a passphrase."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from signing import files
from signing.algorithms import PrivateKey
from signing.certificates import load_file
from signing.errors import Refused

# PKCS #8 as OpenSSL writes it hashes a passphrase 2048 times, which does not protect a short one.
SHORTEST_PASSPHRASE = 16
CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class Vault:
    def __init__(self, folder: Path, passphrase: str) -> None:
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise Refused(f"the passphrase needs at least {SHORTEST_PASSPHRASE} characters")
        self._folder = folder
        self._passphrase = passphrase.encode()

    def keep(self, name: str, key: PrivateKey, certificate: x509.Certificate) -> None:
        """The key with its certificate in one file, so that a reader sees either both old ones or both new ones."""
        encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(self._passphrase))
        public = certificate.public_bytes(Encoding.PEM)
        files.write(self._key(name), encrypted + public, files.PRIVATE)
        files.write(self._folder / f"{name}.crt", public)

    def key(self, name: str) -> PrivateKey:
        return self._opened(name, self._key(name).read_bytes())

    def pair(self, name: str) -> tuple[PrivateKey, x509.Certificate]:
        data = self._key(name).read_bytes()
        return self._opened(name, data), self._beside(name, data)

    def certificate(self, name: str) -> x509.Certificate:
        return self._beside(name, self._key(name).read_bytes())

    def edition(self, name: str) -> tuple[int, int]:
        """Another one after every `keep`, whichever process did it."""
        found = self._key(name).stat()
        return found.st_ino, found.st_mtime_ns

    def _key(self, name: str) -> Path:
        return self._folder / f"{name}.key"

    def _opened(self, name: str, data: bytes) -> PrivateKey:
        try:
            key = load_pem_private_key(data, self._passphrase)
        except ValueError as error:
            raise Refused("the passphrase does not open the authority's keys") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise Refused(f"the key {name} is of a strange kind")
        return key

    def _beside(self, name: str, data: bytes) -> x509.Certificate:
        """In folders of earlier editions the certificate stands in its own file only."""
        _, mark, public = data.partition(CERTIFICATE)
        (certificate,) = load_file(mark + public or (self._folder / f"{name}.crt").read_bytes())
        return certificate
