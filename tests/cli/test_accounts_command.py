"""The first two administrators of an installation, and nobody after them."""

from tests.cli.installation import Installation
from tests.cli.test_commands import PRODUCTION

ADMINS = "SELECT person.pin FROM person JOIN person_role ON person_role.person_id = person.id WHERE role = 'admin'"


def test_two_administrators_are_named_and_no_third(empty: Installation) -> None:
    assert empty.run("init", **PRODUCTION).code == 0
    first = empty.run("accounts", "admin", "3qr5s9t", "--name", "Orxan Cəfərov", **PRODUCTION)
    assert (first.code, first.out) == (0, "administrators: 1 of 2\n")
    again = empty.run("accounts", "admin", "3QR5S9T", "--name", "Orxan Cəfərov", **PRODUCTION)
    assert again.code == 1
    assert again.is_one_plain_line
    second = empty.run("accounts", "admin", "7YZ9A4B", "--name", "Lalə Abbasova", **PRODUCTION)
    assert second.out == "administrators: 2 of 2\n"
    third = empty.run("accounts", "admin", "5AB7C2D", "--name", "Leyla Əliyeva", **PRODUCTION)
    assert third.code == 1
    assert "administration.enough_admins" in third.err
    assert sorted(empty.execute(ADMINS)) == [("3QR5S9T",), ("7YZ9A4B",)]


def test_number_that_nobody_can_have_is_refused(empty: Installation) -> None:
    assert empty.run("init", **PRODUCTION).code == 0
    assert empty.run("accounts", "admin", "12", "--name", "Nobody", **PRODUCTION).is_one_plain_line
