"""Keys of certificate holders in files: public ones to read, new ones to write as PKCS #12."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat, load_pem_public_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from signing import files

KEY_ROUNDS = 600_000


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def read_public_key(path: Path) -> object:
    return load_pem_public_key(path.read_bytes())


def write_key(path: Path, secret: str, key: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]) -> None:
    """The key with its certificate and those above it, under a passphrase that is stretched."""
    protection = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(KEY_ROUNDS).build(secret.encode())
    content = serialize_key_and_certificates(None, key, chain[0], chain[1:], protection)
    files.write(path, content, files.PRIVATE)
