"""Who signs: a file, a card, a token, a phone. No key leaves it, only a value over a digest comes out."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature as Mismatch
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from signing.algorithms import hash_named
from signing.certificates import public_key
from signing.data_file import DataFile
from signing.errors import InvalidSignature, Refused
from signing.xades_create import complete, prepare
from signing.xml_algorithms import from_raw


class Signer(Protocol):
    """A key in somebody's hands."""

    @property
    def certificate(self) -> x509.Certificate:
        """Who signs."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """From the certificate's issuer towards a root, so that a receiver finds the path."""

    def sign(self, digest: bytes, hash_name: str) -> bytes:
        """The signature value over a digest; for ECDSA r and s side by side, each as wide as the key."""


class WrongPin(Refused):
    """The PIN is not the one of the key; how many tries are left, where the device tells."""

    def __init__(self, message: str, tries: int | None = None) -> None:
        super().__init__(message)
        self.tries = tries


class LockedPin(Refused):
    """Too many wrong PINs: the key signs nothing until its issuer unlocks it."""


def signed(
    signer: Signer, files: Sequence[DataFile], at: datetime, authorities: Iterable[x509.Certificate] = ()
) -> bytes:
    """A B-B signature file over these files, for a key that answers at once.

    The authorities are for a signer that does not bring a chain.
    """
    chain = signer.chain or chain_of(signer.certificate, authorities)
    prepared = prepare(signer.certificate, files, at, chain)
    return complete(prepared, signer.sign(prepared.digest, prepared.hash_name))


def checked(value: bytes, certificate: x509.Certificate, digest: bytes, hash_name: str) -> bytes:
    """The value that a device gave, if the certificate's key made it over this digest."""
    key, prehashed = public_key(certificate), Prehashed(hash_named(hash_name).primitive)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, digest, padding.PKCS1v15(), prehashed)
        else:
            key.verify(from_raw(value, key), digest, ec.ECDSA(prehashed))
    except Mismatch:
        raise InvalidSignature("the signature value was not made with the key of the certificate") from None
    return value


def chain_of(certificate: x509.Certificate, others: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Those of the others that lead from the certificate towards a root; a receiver believes his own root."""
    return tuple(_above(certificate, [one for one in others if one.subject != one.issuer]))


def _above(certificate: x509.Certificate, authorities: list[x509.Certificate]) -> Iterator[x509.Certificate]:
    while issuer := next((one for one in authorities if one.subject == certificate.issuer), None):
        yield issuer
        authorities.remove(issuer)
        certificate = issuer
