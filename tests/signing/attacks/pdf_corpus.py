"""The list of attacks on sealed PDFs, each with its right answer."""

from collections.abc import Callable

from tests.signing.attacks.corpus import Attack
from tests.signing.centre import Centre

PDF_ATTACKS: dict[str, Attack] = {}


def pdf_attack(
    indication: str, sub_indication: str
) -> Callable[[Callable[[Centre], bytes]], Callable[[Centre], bytes]]:
    def add(forge: Callable[[Centre], bytes]) -> Callable[[Centre], bytes]:
        PDF_ATTACKS[forge.__name__] = Attack(forge, indication, sub_indication)
        return forge

    return add
