"""The algorithms of an XML signature by their URIs, and the form that signature values have there."""

from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from signing.algorithms import HASHES, Hash, PublicKey, hash_for, verify
from signing.errors import InvalidSignature, Weak

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
DIGESTS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    f"{_MORE}sha384": "sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha512",
}
EllipticKey = ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey

DIGEST_URIS = {name: uri for uri, name in DIGESTS.items()}


class Method(NamedTuple):
    """A signature method: the kind of key and the digest."""

    uri: str
    key: type[ec.EllipticCurvePublicKey] | type[rsa.RSAPublicKey]
    hash: Hash


METHODS = {
    method.uri: method
    for name, hash in HASHES.items()
    for method in (
        Method(f"{_MORE}ecdsa-{name}", ec.EllipticCurvePublicKey, hash),
        Method(f"{_MORE}rsa-{name}", rsa.RSAPublicKey, hash),
    )
}


def digest_named(uri: str) -> str:
    try:
        return DIGESTS[uri]
    except KeyError:
        raise Weak(f"the digest {uri:.80} is not accepted") from None


def method_named(uri: str) -> Method:
    try:
        return METHODS[uri]
    except KeyError:
        raise Weak(f"the signature algorithm {uri:.80} is not accepted") from None


def method_for(key: PublicKey) -> Method:
    """The method with which a key of this kind and size signs."""
    kind = "rsa" if isinstance(key, rsa.RSAPublicKey) else "ecdsa"
    return METHODS[f"{_MORE}{kind}-{hash_for(key).name}"]


def verify_value(key: PublicKey, value: bytes, data: bytes, method: Method) -> None:
    """Checks a signature value as it stands in XML: for ECDSA r and s side by side, each as wide as the key."""
    if not isinstance(key, method.key):
        raise InvalidSignature("the signature algorithm is for another kind of key")
    verify(key, from_raw(value, key) if isinstance(key, ec.EllipticCurvePublicKey) else value, data, method.hash)


def width(key: EllipticKey) -> int:
    return (key.curve.key_size + 7) // 8


def from_raw(value: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    size = width(key)
    if len(value) != 2 * size:
        raise InvalidSignature("the signature value does not have the width of the key")
    return encode_dss_signature(int.from_bytes(value[:size]), int.from_bytes(value[size:]))


def to_raw(value: bytes, key: EllipticKey) -> bytes:
    r, s = decode_dss_signature(value)
    size = width(key)
    return r.to_bytes(size) + s.to_bytes(size)
