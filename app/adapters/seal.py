"""The key file of the customs' seal, opened by the worker when it first seals something."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from os import environ
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.emulators import certification_centre
from app.settings import Settings

if TYPE_CHECKING:
    from signing.signers.signer import Signer

PASSPHRASE = "EGOMRUK_SEAL_PASSPHRASE"  # noqa: S105  (the name of the variable)


@dataclass(frozen=True)
class SealFile:
    path: Path
    passphrase: Callable[[], str]

    @property
    def is_there(self) -> bool:
        return self.path.is_file()

    @cached_property
    def signer(self) -> "Signer":
        from signing.signers.pkcs12 import open_key_file

        return open_key_file(self.path.read_bytes(), self.passphrase())


def seal(settings: Settings) -> SealFile | None:
    """A demonstration's own is under the passphrase of the emulated centre, which gave it."""
    if settings.seal is None:
        return None
    own = settings.is_demo and settings.seal == settings.instance / "seal.p12"
    return SealFile(settings.seal, lambda: certification_centre.passphrase(settings) if own else _passphrase())


def _passphrase() -> str:
    """No setting, which every process reads at its start: whoever does not seal never has it."""
    if path := environ.get(f"{PASSPHRASE}_FILE"):
        return Path(path).read_text("utf-8").strip()
    return environ.get(PASSPHRASE, "")
