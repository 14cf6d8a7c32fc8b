"""The cards, phones and E-Gov accounts of the cast: what each of them signs with, and what its holder knows."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from app.adapters.emulators.chips import Medium, NewChip
from app.adapters.emulators.devices import devices
from app.adapters.emulators.e_gov.provider import NewPerson, e_gov
from app.demo.people import DemoPerson, cast
from app.settings import Settings

E_GOV_PASSWORD = "e-gov-numayis-{}"  # noqa: S105  (of accounts that exist in demo mode only)


@dataclass(frozen=True, slots=True)
class Means:
    card: NewChip
    phone: NewChip
    e_gov: NewPerson

    def as_json(self) -> Mapping[str, object]:
        """As `e-gomruk demo accounts --json` shows them."""
        card, phone = self.card, self.phone
        on_phone = {"pin1": phone.pin1, "pin2": phone.pin2, "puk": phone.puk}
        return {
            "e_signature": {"card": card.number, "pin": card.pin1, "pin2": card.pin2, "puk": card.puk},
            "asan_imza": {"phone": phone.number, "user_id": phone.user_id, **on_phone},
            "e_gov": {"username": self.e_gov.username, "password": self.e_gov.password},
        }


def means() -> Mapping[str, Means]:
    """By the username of their holders."""
    people = {person.username: person for person in cast()}
    text = resources.files("app.demo").joinpath("means.csv").read_text("utf-8")
    return {row["username"]: _means(people[row["username"]], row) for row in csv.DictReader(text.splitlines())}


def hand_out(settings: Settings) -> int:
    """Makes what is not there yet; certificates of cards and phones are made when they are first asked for."""
    found, given = devices(settings), means().values()
    e_gov(settings).register(one.e_gov for one in given)
    return found.cards.hand_out(one.card for one in given) + found.phones.chips.hand_out(one.phone for one in given)


def _means(person: DemoPerson, row: Mapping[str, str]) -> Means:
    given_name, _, surname = person.name.partition(" ")
    who = (person.pin, given_name, surname)
    on_card = (row["card_pin1"], row["card_pin2"], row["card_puk"])
    on_phone = (row["phone_pin1"], row["phone_pin2"], row["phone_puk"])
    firm = (person.number, person.firm) if person.number else None
    return Means(
        NewChip(row["card"], Medium.CARD, *who, *on_card, office=person.office),
        NewChip(person.phone, Medium.PHONE, *who, *on_phone, office=person.office, user_id=row["user_id"], firm=firm),
        NewPerson(person.username, person.pin, person.name, E_GOV_PASSWORD.format(person.password.split("-")[2])),
    )
