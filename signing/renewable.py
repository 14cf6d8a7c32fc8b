"""A service whose key and certificate may be exchanged while it runs, by this process or by another."""

from collections.abc import Callable
from typing import Generic, TypeVar

from cryptography import x509

from signing.algorithms import PrivateKey
from signing.vault import Vault

Service = TypeVar("Service")


class Renewable(Generic[Service]):
    """Made of what stands in the vault, and made anew when something newer stands there."""

    def __init__(self, vault: Vault, name: str, make: Callable[[PrivateKey, x509.Certificate], Service]) -> None:
        self._vault = vault
        self._name = name
        self._make = make
        self._made: tuple[tuple[int, int], Service] | None = None

    def newest(self) -> Service:
        edition = self._vault.edition(self._name)
        if self._made is None or self._made[0] != edition:
            self._made = edition, self._make(*self._vault.pair(self._name))
        return self._made[1]
