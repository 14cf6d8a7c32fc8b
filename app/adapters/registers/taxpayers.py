"""The register of taxpayers."""

from dataclasses import dataclass

from app.adapters.registers.asking import Register
from app.core.ports import Taxpayer


@dataclass(frozen=True)
class Taxpayers:
    register: Register

    @classmethod
    def at(cls, address: str) -> "Taxpayers":
        return cls(Register("taxpayers", address))

    def of_person(self, pin: str) -> Taxpayer | None:
        found = self.register.ask("FindTaxpayer", Pin=pin)
        return None if found is None else Taxpayer(found.Voen, found.Name, found.IsActive)
