"""The list of attacks, each with its right answer in the words of EN 319 102-1."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.signing.centre import Centre

FAILED, UNDECIDED = "TOTAL-FAILED", "INDETERMINATE"


@dataclass(frozen=True)
class Attack:
    """What the forger holds in hand, and the answer that he must get."""

    forge: Callable[[Centre], bytes]
    indication: str
    sub_indication: str


ATTACKS: dict[str, Attack] = {}


def attack(
    indication: str, sub_indication: str = ""
) -> Callable[[Callable[[Centre], bytes]], Callable[[Centre], bytes]]:
    def add(forge: Callable[[Centre], bytes]) -> Callable[[Centre], bytes]:
        ATTACKS[forge.__name__] = Attack(forge, indication, sub_indication)
        return forge

    return add
