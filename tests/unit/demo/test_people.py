"""The cast of the demonstration: somebody for every role, with numbers that the portal itself would accept."""

import pytest

from app.accounts.rules import check_password, check_username
from app.core.identifiers import check_phone, check_pin, check_voen
from app.core.roles import Role
from app.demo.people import DemoPerson, cast
from app.reference.rules import load_offices

INNER = {Role.ANONYMOUS, Role.NEWCOMER, Role.SYSTEM}


def test_every_role_has_one_person_and_administrators_are_two() -> None:
    assert sorted(person.role for person in cast()) == sorted([*(set(Role) - INNER), Role.ADMIN])


@pytest.mark.parametrize("person", cast(), ids=lambda person: person.username)
def test_numbers_are_valid(person: DemoPerson) -> None:
    assert check_pin(person.pin) == person.pin
    assert check_phone(person.phone) == person.phone
    assert check_username(person.username) == person.username
    check_password(person.password, [person.username, *person.name.split()])
    if person.number:
        assert check_voen(person.number) == person.number
    if person.office:
        assert person.office in {office.code for office in load_offices()}


def test_numbers_are_nobody_elses() -> None:
    for facts in ("pin", "phone", "username", "password"):
        values = [getattr(person, facts) for person in cast()]
        assert len(set(values)) == len(values)
