"""Real PKCS #11 tokens of SoftHSM, with keys that were made inside them and never leave."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import Attribute, KeyType
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from signing.algorithms import PublicKey
from signing.certificates import to_der

PLACES = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib/aarch64-linux-gnu/softhsm", "/usr/lib64")
MODULE = next(str(path) for place in PLACES if (path := Path(place, "libsofthsm2.so")).exists())
PIN = "478213"
CURVES = {"p256": "secp256r1", "p384": "secp384r1"}


@dataclass(frozen=True)
class Tokens:
    """A folder with tokens. The module reads the name of its configuration when it is initialised."""

    folder: Path

    @property
    def configuration(self) -> Path:
        return self.folder / "softhsm2.conf"

    def add(self, *labels: str) -> None:
        for label in labels:
            pins = ("--pin", PIN, "--so-pin", "12345678")
            command = ("softhsm2-util", "--init-token", "--free", "--label", label, *pins)
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        pkcs11.lib(MODULE).reinitialize()

    @contextmanager
    def opened(self, label: str) -> Iterator[pkcs11.Session]:
        with pkcs11.lib(MODULE).get_token(token_label=label).open(rw=True, user_pin=PIN) as session:
            yield session


@contextmanager
def soft_tokens(folder: Path) -> Iterator[Tokens]:
    tokens = Tokens(folder)
    (folder / "tokens").mkdir()
    tokens.configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(tokens.configuration))
        yield tokens
        pkcs11.lib(MODULE).finalize()


def new_key(session: pkcs11.Session, kind: str, label: str, number: int, **private: Any) -> PublicKey:
    """A key pair made in the token; what comes out is its public half."""
    hidden = {Attribute[name]: value for name, value in private.items()}
    options: dict[str, Any] = {"store": True, "label": label, "id": bytes((number,)), "private_template": hidden}
    if kind in CURVES:
        parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters(CURVES[kind])}
        made = session.create_domain_parameters(KeyType.EC, parameters, local=True).generate_keypair(**options)
        found = load_der_public_key(encode_ec_public_key(made[0]))
    else:
        made = session.generate_keypair(KeyType.RSA, int(kind.removeprefix("rsa")), **options)
        found = load_der_public_key(encode_rsa_public_key(made[0]))
    assert isinstance(found, PublicKey)
    return found


def store(session: pkcs11.Session, certificate: x509.Certificate, number: int) -> None:
    """Puts a certificate beside the key of the same number."""
    known = decode_x509_certificate(to_der(certificate))
    session.create_object({**known, Attribute.TOKEN: True, Attribute.ID: bytes((number,))})
