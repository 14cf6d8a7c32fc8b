"""The population register."""

from dataclasses import dataclass

from app.adapters.registers.asking import Register
from app.core.ports import Paper, RegisteredPerson


@dataclass(frozen=True)
class Population:
    register: Register

    @classmethod
    def at(cls, address: str) -> "Population":
        return cls(Register("population", address))

    def find(self, paper: Paper) -> RegisteredPerson | None:
        asked = {"Citizenship": paper.citizenship, "DocumentType": str(paper.kind), "Number": paper.number}
        found = self.register.ask("FindPerson", **asked)
        if found is None:
            return None
        return RegisteredPerson(
            number=found.Number,
            pin=found.Pin or "",
            surname=found.Surname,
            given_name=found.GivenName,
            patronymic=found.Patronymic or "",
            born=found.BirthDate,
            series=found.DocumentSeries or "",
            document=found.DocumentNumber,
            issuer=found.Issuer,
            issued=found.IssueDate,
            expires=found.ExpiryDate,
            address=found.Address or "",
            died=found.DeathDate,
        )
