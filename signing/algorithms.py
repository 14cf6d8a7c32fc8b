"""Which digests, keys and signatures count: SHA-2 with ECDSA on NIST curves or with RSA, and nothing else."""

import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature as Mismatch
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing import der, oids
from signing.errors import InvalidSignature, Weak

SHORTEST_RSA = 2048
LONGEST_RSA = 8192  # A longer key only costs its verifier time.
HASH_FOR_CURVE = {"secp256r1": "sha256", "secp384r1": "sha384", "secp521r1": "sha512"}

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
Primitive = hashes.SHA256 | hashes.SHA384 | hashes.SHA512


class Hash(NamedTuple):
    name: str
    oid: str
    size: int
    with_ecdsa: str
    with_rsa: str
    primitive: Primitive

    def digest(self, data: bytes) -> bytes:
        return hashlib.new(self.name, data).digest()

    @property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier, without parameters as RFC 5754 asks."""
        return der.seq(der.oid(self.oid))

    @property
    def algorithms(self) -> tuple[bytes, bytes]:
        """Both ways in which others write it."""
        return self.algorithm, der.seq(der.oid(self.oid), der.null())


HASHES = {
    hash.name: hash
    for hash in (
        Hash("sha256", oids.SHA256, 32, oids.ECDSA_SHA256, oids.RSA_SHA256, hashes.SHA256()),
        Hash("sha384", oids.SHA384, 48, oids.ECDSA_SHA384, oids.RSA_SHA384, hashes.SHA384()),
        Hash("sha512", oids.SHA512, 64, oids.ECDSA_SHA512, oids.RSA_SHA512, hashes.SHA512()),
    )
}
ECDSA = {hash.name: ec.ECDSA(hash.primitive) for hash in HASHES.values()}
_BY_OID = {hash.oid: hash for hash in HASHES.values()}
_BY_SIGNATURE = {
    **{hash.with_ecdsa: (hash, ec.EllipticCurvePublicKey) for hash in HASHES.values()},
    **{hash.with_rsa: (hash, rsa.RSAPublicKey) for hash in HASHES.values()},
}


def hash_named(name: str) -> Hash:
    try:
        return HASHES[name]
    except KeyError:
        raise Weak(f"the digest {name} is not accepted") from None


def hash_of(oid: str) -> Hash:
    try:
        return _BY_OID[oid]
    except KeyError:
        raise Weak(f"the digest {oid} is not accepted") from None


def read_hash(cursor: der.Cursor) -> Hash:
    """An AlgorithmIdentifier of a digest, with a null for parameters or with none."""
    fields = cursor.sequence()
    oid = fields.oid()
    if fields.more:
        fields.null()
    fields.end()
    return hash_of(oid)


def hash_for(key: PrivateKey | PublicKey) -> Hash:
    """The digest that is as strong as the key."""
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return HASHES["sha256"]
    return HASHES[HASH_FOR_CURVE[key.curve.name]]


def accepted_key(key: object) -> PublicKey:
    """The public key, if it is of a kind and a size that proves something."""
    if isinstance(key, rsa.RSAPublicKey):
        if not SHORTEST_RSA <= key.key_size <= LONGEST_RSA:
            raise Weak(f"an RSA key of {key.key_size} bits is not accepted")
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in HASH_FOR_CURVE:
        return key
    raise Weak("a key of this kind is not accepted")


def signature_algorithm(key: PrivateKey | PublicKey, hash: Hash) -> bytes:
    """The AlgorithmIdentifier of a signature with this key: RSA has a null for parameters, ECDSA has none."""
    if isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey):
        return der.seq(der.oid(hash.with_rsa), der.null())
    return der.seq(der.oid(hash.with_ecdsa))


def hash_of_signature(oid: str, key: PublicKey, separate: Hash | None = None) -> Hash:
    """The digest inside a signature algorithm; plain RSA leaves it to the message to name one separately."""
    if oid == oids.RSA and separate and isinstance(key, rsa.RSAPublicKey):
        return separate
    hash, kind = _BY_SIGNATURE.get(oid, (None, None))
    if hash is None or kind is None or not isinstance(key, kind):
        raise Weak(f"the signature algorithm {oid} is not accepted with this key")
    return hash


def sign(key: PrivateKey, data: bytes, hash: Hash) -> bytes:
    """ECDSA as DER, RSA as PKCS #1 v1.5."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hash.primitive)
    return key.sign(data, ECDSA[hash.name])


def verify(key: PublicKey, signature: bytes, data: bytes, hash: Hash) -> None:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hash.primitive)
        else:
            key.verify(signature, data, ECDSA[hash.name])
    except Mismatch:
        raise InvalidSignature("the signature value does not belong to the signed bytes and the key") from None
