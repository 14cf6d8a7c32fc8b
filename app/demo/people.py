"""The cast: one person for every role, with numbers that are valid but belong to nobody."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from app.accounts.operations import OpenAccount, open_account
from app.accounts.queries import find_credentials
from app.core.context import Context
from app.core.roles import Role

PASSWORD = "gomruk-numayis-{}-2026"  # noqa: S105  (demonstration accounts exist in demo mode only)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    role: Role
    username: str
    name: str
    pin: str
    phone: str
    office: str
    number: str
    firm: str
    address: str
    email: str

    @property
    def password(self) -> str:
        """The same at every start, different for everyone, and long enough for the portal's own rule."""
        return PASSWORD.format(hashlib.sha256(self.username.encode()).hexdigest()[:6])

    @property
    def account(self) -> OpenAccount:
        firms = ((self.number, self.firm, self.address),) if self.number else ()
        return OpenAccount(
            username=self.username,
            password=self.password,
            name=self.name,
            roles=(self.role,),
            pin=self.pin,
            email=self.email,
            phone=self.phone,
            office=self.office or None,
            participants=firms,
            must_change=False,
        )

    def as_json(self, means: Mapping[str, object]) -> Mapping[str, object]:
        """In the shape that `e-gomruk demo accounts --json` promises; with the means beside name and password."""
        return {
            "role": str(self.role),
            "name": self.name,
            "login": {"password": {"username": self.username, "password": self.password}, **means},
            "pin": self.pin,
            "principals": [self.number] if self.number else [],
            "office": self.office or None,
        }


def cast() -> list[DemoPerson]:
    text = resources.files("app.demo").joinpath("people.csv").read_text("utf-8")
    return [DemoPerson(Role(role), *facts) for role, *facts in list(csv.reader(text.splitlines()))[1:]]


def load_people(context: Context) -> int:
    """Opens the accounts that are not there yet; a changed password stays changed."""
    missing = [person for person in cast() if find_credentials(context.session, person.username) is None]
    for person in missing:
        open_account(context, person.account)
    return len(missing)
