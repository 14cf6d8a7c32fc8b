"""Keys of certificate holders in files: public ones to read, new ones to write as PKCS #12."""

from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import PrivateFormat, load_pem_public_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from signing import files

if TYPE_CHECKING:
    from app.settings import Settings
    from signing.authority import Authority

KEY_ROUNDS = 600_000
DEMO_VOEN, DEMO_CUSTOMS = "9900000011", "Dövlət Gömrük Komitəsi (nümayiş)"


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def read_public_key(path: Path) -> object:
    return load_pem_public_key(path.read_bytes())


def write_key(path: Path, secret: str, key: ec.EllipticCurvePrivateKey, chain: list[x509.Certificate]) -> None:
    """The key with its certificate and those above it, under a passphrase that is stretched."""
    protection = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(KEY_ROUNDS).build(secret.encode())
    content = serialize_key_and_certificates(None, key, chain[0], chain[1:], protection)
    files.write(path, content, files.PRIVATE)


def make_seal(settings: "Settings", centre: "Authority") -> bool:
    """The customs' seal of a demonstration, once; none where another file, or another centre, is believed."""
    from app.adapters.emulators.certification_centre import folder, passphrase
    from signing.profiles import SEAL
    from signing.subjects import Subject

    path = settings.instance / "seal.p12"
    if settings.seal != path or path.exists() or settings.roots != folder(settings.instance) / "root.crt":
        return False
    key = new_key()
    certificate = centre.issue(SEAL, Subject.organisation(DEMO_VOEN, DEMO_CUSTOMS), key.public_key())
    write_key(path, passphrase(settings), key, [certificate, centre.issuing])
    return True
