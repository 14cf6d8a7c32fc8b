"""The text of the contract: a numbered version of the words, and the data of one application put in."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources

from app.contracts.rules import Variant
from app.contracts.schedule import term_of

# A version that somebody has signed is never changed; better words are a new file.
NEWEST = "contract-1"
FILE_NAME = "muqavile.txt"


@cache
def words(version: str) -> str:
    return resources.files("app.contracts").joinpath("texts", f"{version}.txt").read_text("utf-8")


def contract_text(version: str, variant: Variant, facts: Mapping[str, str], approved_on: date) -> bytes:
    """As it is shown, signed and kept: UTF-8, with the line ends that the file has."""
    term = term_of(approved_on)
    person = f"{facts['name']} (FİN {facts['pin']})"
    firm = f"{facts['firm']} (VÖEN {facts['payer']}) adından {facts['position']} {person}"
    filled = words(version).format_map(
        {
            **facts,
            "iban": facts["iban"] or "–",
            "party": firm if variant is Variant.FIRM else person,
            "who": facts["firm"] if variant is Variant.FIRM else facts["name"],
            "approved_on": f"{approved_on:%d.%m.%Y}",
            "months": term.months,
            "renewable_days": term.renewable_days,
        }
    )
    return filled.encode()
