"""Public ids are random, and harmless wherever they are written."""

import re
from pathlib import Path

from app.core.public_ids import ALPHABET, new_public_id
from app.migrations.tables import metadata

APP = Path(__file__).parents[3] / "app"


def test_public_id_is_of_letters_and_digits_and_has_128_bits() -> None:
    made = {new_public_id() for _ in range(1000)}
    assert len(made) == 1000
    assert set("".join(made)) == set(ALPHABET)
    assert all(one.isascii() and one.isalnum() and one == one.lower() for one in made)
    assert all(len(set(ALPHABET)) ** len(one) >= 2**128 for one in made)


def test_public_id_fits_every_column() -> None:
    columns = [table.c.public_id for table in metadata.sorted_tables if "public_id" in table.c]
    assert columns
    assert {column.type.length for column in columns} == {32}  # type: ignore[attr-defined]
    assert len(new_public_id()) <= 32


def test_public_ids_are_made_in_one_place() -> None:
    """`secrets.token_urlsafe` may begin with a hyphen, which a command line takes for an option."""
    others = {path for path in APP.rglob("*.py") if re.search(r"public_id\W+(secrets\.|token_)", path.read_text())}
    assert others == set()
