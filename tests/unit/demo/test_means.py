"""The cards and phones of the cast: everybody has both, no number and no secret of one opens anything of another."""

import json

from app.core.identifiers import check_pin, check_voen
from app.demo.means import means
from app.demo.people import cast


def test_everybody_has_a_card_and_a_phone() -> None:
    held = means()
    assert held.keys() == {person.username for person in cast()}
    for person in cast():
        one = held[person.username]
        assert one.phone.number == person.phone
        assert {one.card.fin, one.phone.fin} == {person.pin}
        assert {one.card.office, one.phone.office} == {person.office}
        assert (one.e_gov.fin, one.e_gov.name) == (person.pin, person.name)
        assert one.e_gov.password not in {person.password, repr(one.e_gov)}
        assert f"{one.card.given_name} {one.card.surname}" == person.name


def test_numbers_and_secrets_are_nobody_elses() -> None:
    chips = [chip for one in means().values() for chip in (one.card, one.phone)]
    for name in ("number", "pin1", "pin2", "puk"):
        values = [getattr(chip, name) for chip in chips]
        assert len(set(values)) == len(values)
        assert name == "number" or all(value.isdecimal() and len(value) >= 4 for value in values)
    users = [one.phone.user_id for one in means().values()]
    assert len(set(users)) == len(users)


def test_shown_means_have_the_promised_shape() -> None:
    for one in means().values():
        login = one.as_json()
        assert login["e_signature"].keys() >= {"card", "pin"}  # type: ignore[attr-defined]
        assert login["e_gov"].keys() == {"username", "password"}  # type: ignore[attr-defined]
        assert login["asan_imza"].keys() >= {"phone", "user_id", "pin1", "pin2"}  # type: ignore[attr-defined]


def test_no_secret_is_shown_by_accident() -> None:
    for one in means().values():
        assert [secret for secret in (one.card.pin1, one.card.pin2, one.card.puk) if f"{secret!r}" in repr(one)] == []


CONTRACT = {
    *("citizen", "participant", "broker", "passenger", "officer", "senior_officer"),
    *("oversight", "admin", "bank", "hub", "agency"),
}


def test_accounts_are_told_in_the_promised_shape() -> None:
    """As scripts and other systems hold on to it."""
    told = json.loads(json.dumps([person.as_json(means()[person.username].as_json()) for person in cast()]))
    assert {one["role"] for one in told} == CONTRACT
    for one in told:
        assert one.keys() >= {"role", "name", "login", "pin", "principals", "office"}
        assert one["login"].keys() == {"password", "asan_imza", "e_signature", "e_gov"}
        assert one["login"]["password"].keys() == {"username", "password"}
        assert check_pin(one["pin"]) == one["pin"]
        assert all(check_voen(number) == number for number in one["principals"])
        assert bool(one["principals"]) == (one["role"] in {"participant", "broker"})
        assert bool(one["office"]) == (one["role"] in {"officer", "senior_officer"})
