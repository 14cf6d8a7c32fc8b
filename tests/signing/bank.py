"""A folder with a bank's files, where the command `e-gomruk` is run as it is from a shell."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from signing import profiles
from signing.authority import Authority
from signing.subjects import Subject
from tests import commands

SECRET = "dörd yaşıl gəmi limanda"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Bank:
    """A folder with the files of a bank's clerk, and the command at hand."""

    folder: Path
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "EGOMRUK_INSTANCE": str(self.folder / "instance"), **self.secrets}

    def run(self, *arguments: object, **environment: str) -> Done:
        words, settings = tuple(map(str, arguments)), {**self.environment, **environment}
        return Done(*commands.begin(words, self.folder, settings).finished())

    def imports(self, *arguments: str) -> tuple[Done, set[str]]:
        """A run from the very beginning, and the modules that it loaded."""
        done = subprocess.run(
            (sys.executable, "-X", "importtime", "-m", "app.cli", *arguments),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        return Done(done.returncode, done.stdout, done.stderr), loaded

    def sign(self, *files: str, **more: str) -> Done:
        options = ("--p12", "key.p12", "--out", "box.asice")
        return self.run("sign", *files, *options, EGOMRUK_P12_PASSPHRASE="sirr", EGOMRUK_PKI_PASSPHRASE=SECRET, **more)

    def verify(self, *arguments: str) -> Done:
        return self.run("verify", *arguments, "--root", "instance/pki/root.crt")


def with_officer(folder: Path) -> Bank:
    """An installation with its centre, and an officer's key beside it."""
    # The addresses in its certificates are there to be asked by a verifier that should not.
    centre = Authority.create(folder / "instance" / "pki", SECRET, address="http://127.0.0.1:9/pki")
    key = ec.generate_private_key(ec.SECP256R1())
    officer = centre.issue(profiles.OFFICER, Subject.officer("7XYZ2QW", "Elçin", "Quliyev", "00100"), key.public_key())
    locked = BestAvailableEncryption(b"sirr")
    (folder / "key.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"", key, officer, [centre.issuing], locked))
    return Bank(folder)
