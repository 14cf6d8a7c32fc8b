"""Rights change only by two administrators, neither of whom they concern; at once, and whoever loses one is out."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from webtest import TestResponse

from app.accounts.models import Person, PersonRole
from app.administration.models import Proposal
from app.administration.rules import LIFE
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.roles import Role
from app.notifications.models import Notification
from app.reference.operations import LoadReference, load_reference
from tests.web.admins import WHY, People, Someone, is_in, press, send

GIVE, TAKE, OFFICE = "give_role", "take_role", "set_office"


@pytest.fixture
def people(portal: Flask, system: Context) -> People:
    load_reference(system, LoadReference())
    return People(portal, system)


@pytest.fixture
def first(people: People) -> Someone:
    return people.open("first.admin", Role.ADMIN, pin="3QR5S9T")


@pytest.fixture
def second(people: People) -> Someone:
    return people.open("second.admin", Role.ADMIN, pin="7YZ9A4B")


@pytest.fixture
def nigar(people: People) -> Someone:
    return people.open("nigar", Role.CITIZEN, pin="9JK2L6M")


def propose(by: Someone, about: Someone, change: str = GIVE, **typed: str) -> TestResponse:
    facts = {"change": change, "reason": WHY} | typed
    return send(by, f"/admin/people/{about.public_id}/rights", **facts)


def proposed(by: Someone, about: Someone, change: str = GIVE, **typed: str) -> str:
    answer = propose(by, about, change, **typed)
    assert answer.status_int == 303, answer.html.main.text
    return str(answer.location).removeprefix("http://localhost")


def confirm(by: Someone, path: str) -> TestResponse:
    return press(by.browser.get(path), "/confirm")


def forced(by: Someone, path: str, **typed: str) -> TestResponse:
    """Sent without the button that the page does not show."""
    token = by.browser.get("/sessions").html.find("input", {"name": "csrf_token"})["value"]
    return by.browser.post(path, {"csrf_token": token, **typed}, expect_errors=True)


def roles_of(system: Context, someone: Someone) -> set[str]:
    system.session.rollback()
    return set(system.session.scalars(select(PersonRole.role).where(PersonRole.person_id == someone.person_id)))


def test_role_is_given_by_two_and_holds_at_the_next_request(
    first: Someone, second: Someone, nigar: Someone, system: Context
) -> None:
    path = proposed(first, nigar, role="officer", office="01000")
    assert roles_of(system, nigar) == {"citizen"}
    assert "Vəzifəli şəxs, 01000" in second.browser.get("/admin/proposals")
    assert confirm(second, path).status_int == 303
    assert roles_of(system, nigar) == {"citizen", "officer"}
    assert system.session.scalar(select(Person.office).where(Person.id == nigar.person_id)) == "01000"
    assert is_in(nigar)
    assert "Təsdiq edilib" in first.browser.get(path)
    kinds = system.session.scalars(select(Notification.kind).where(Notification.person_id == nigar.person_id))
    assert "accounts.rights_changed" in list(kinds)


def test_given_right_opens_its_page_without_a_new_sign_in(first: Someone, second: Someone, nigar: Someone) -> None:
    assert nigar.browser.get("/admin", expect_errors=True).status_int == 403
    confirm(second, proposed(first, nigar, role="admin"))
    assert nigar.browser.get("/admin").status_int == 200


def test_taken_role_ends_the_sessions_and_the_office(
    first: Someone, second: Someone, people: People, system: Context
) -> None:
    officer = people.open("officer", Role.OFFICER, pin="5AB7C2D", office="01000")
    path = proposed(first, officer, TAKE, role="officer")
    assert is_in(officer)
    confirm(second, path)
    assert not is_in(officer)
    assert roles_of(system, officer) == set()
    assert system.session.scalar(select(Person.office).where(Person.id == officer.person_id)) is None


def test_other_office_ends_the_sessions(first: Someone, second: Someone, people: People, system: Context) -> None:
    officer = people.open("officer", Role.OFFICER, pin="5AB7C2D", office="01000")
    confirm(second, proposed(first, officer, OFFICE, office="02000"))
    assert not is_in(officer)
    assert system.session.scalar(select(Person.office).where(Person.id == officer.person_id)) == "02000"


def test_proposer_cannot_confirm_or_reject_but_can_withdraw(first: Someone, nigar: Someone, system: Context) -> None:
    path = proposed(first, nigar, role="bank")
    assert "/confirm" not in first.browser.get(path)
    assert forced(first, f"{path}/confirm").status_int == 403
    assert forced(first, f"{path}/reject", note=WHY).status_int == 403
    assert press(first.browser.get(path), "/withdraw").status_int == 303
    assert "Geri götürülüb" in first.browser.get(path)
    assert roles_of(system, nigar) == {"citizen"}


def test_nobody_gives_himself_anything(first: Someone, system: Context) -> None:
    assert propose(first, first, role="oversight").status_int == 403
    assert roles_of(system, first) == {"admin"}
    entry = system.session.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused")).one()
    assert (entry.operation, entry.code) == ("administration.propose_right", "administration.own_rights")


def test_whom_it_concerns_has_no_say(first: Someone, second: Someone, system: Context) -> None:
    path = proposed(first, second, role="bank")
    assert "/confirm" not in second.browser.get(path)
    assert forced(second, f"{path}/confirm").status_int == 403
    assert forced(second, f"{path}/reject", note=WHY).status_int == 403
    assert forced(second, f"{path}/withdraw").status_int == 403
    assert roles_of(system, second) == {"admin"}


@pytest.mark.parametrize("role", ["officer", "senior_officer", "oversight"])
def test_administrator_holds_no_officer_s_role(first: Someone, second: Someone, people: People, role: str) -> None:
    third = people.open("third.admin", Role.ADMIN, pin="1LM3N7P")
    page = propose(first, third, role=role, office="01000")
    assert page.status_int == 422
    assert "Administrator gömrük orqanının vəzifəli şəxsi" in page
    officer = people.open("officer", Role(role), pin="2NP4Q8R", office="01000")
    assert propose(second, officer, role="admin").status_int == 422


def test_two_proposals_that_exclude_each_other_do_not_both_take_effect(
    first: Someone, second: Someone, nigar: Someone, system: Context
) -> None:
    one = proposed(first, nigar, role="admin")
    other = proposed(first, nigar, role="officer", office="01000")
    assert confirm(second, one).status_int == 303
    assert confirm(second, other).status_int == 422
    assert roles_of(system, nigar) == {"citizen", "admin"}
    assert "İkinci administratoru gözləyir" in second.browser.get(other)


def test_decided_proposal_cannot_be_decided_again(
    first: Someone, second: Someone, people: People, nigar: Someone, system: Context
) -> None:
    third = people.open("third.admin", Role.ADMIN, pin="1LM3N7P")
    path = proposed(first, nigar, role="bank")
    forms = second.browser.get(path), third.browser.get(path)
    assert press(forms[0], "/confirm").status_int == 303
    assert press(forms[1], "/confirm").status_int == 409
    assert forced(third, f"{path}/reject", note=WHY).status_int == 409
    assert roles_of(system, nigar) == {"citizen", "bank"}


def test_rejected_proposal_changes_nothing_and_says_why(
    first: Someone, second: Someone, nigar: Someone, system: Context
) -> None:
    path = proposed(first, nigar, role="bank")
    assert send(second, path, f"{path}/reject", note="").status_int == 422
    assert send(second, path, f"{path}/reject", note="Müqavilə yoxdur, təklif əsassızdır.").status_int == 303
    page = first.browser.get(path)
    assert "Rədd edilib" in page
    assert "təklif əsassızdır" in page
    assert roles_of(system, nigar) == {"citizen"}


def test_old_proposal_is_over_and_may_be_made_anew(
    first: Someone, people: People, nigar: Someone, clock: FixedClock, system: Context
) -> None:
    people.open("second.admin", Role.ADMIN, pin="7YZ9A4B")
    path = proposed(first, nigar, role="bank")
    assert propose(first, nigar, role="bank").status_int == 422
    clock.advance(LIFE)
    late, again = people.enter("second.admin"), people.enter("first.admin")
    assert "Vaxtı bitib" in late.browser.get(path)
    assert forced(late, f"{path}/confirm").status_int == 409
    confirm(late, proposed(again, nigar, role="bank"))
    assert roles_of(system, nigar) == {"citizen", "bank"}


def test_proposal_of_somebody_who_is_no_administrator_any_more_is_worth_nothing(
    first: Someone, second: Someone, nigar: Someone, system: Context
) -> None:
    path = proposed(first, nigar, role="bank")
    with write_transaction(system.session):
        system.session.execute(
            update(Person).where(Person.id == first.person_id).values(disabled_at=system.clock.now())
        )
    assert confirm(second, path).status_int == 409
    assert roles_of(system, nigar) == {"citizen"}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"role": ""}, "Rolu seçin."),
        ({"role": "citizen"}, "Şəxsin bu rolu artıq var."),
        ({"role": "officer"}, "Bu rol üçün gömrük orqanını seçin."),
        ({"role": "bank", "reason": "yox"}, "Səbəbi bir cümlə ilə yazın."),
        ({"change": TAKE, "role": "bank"}, "Şəxsin bu rolu yoxdur."),
        ({"change": OFFICE}, "Şəxs artıq bu gömrük orqanındadır."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(first: Someone, nigar: Someone, typed: dict[str, str], text: str) -> None:
    page = propose(first, nigar, **typed)
    assert page.status_int == 422
    assert text in page


def test_made_up_codes_are_refused(first: Someone, nigar: Someone) -> None:
    path = f"/admin/people/{nigar.public_id}/rights"
    for typed in ({"role": "system"}, {"role": "anonymous"}, {"role": "officer", "office": "99999"}):
        answer = forced(first, path, **({"change": GIVE, "reason": WHY} | typed))
        assert answer.status_int == 422, typed


def test_writing_needs_a_fresh_proof_and_reading_a_strong_one(
    first: Someone, nigar: Someone, people: People, clock: FixedClock, portal: Flask
) -> None:
    clock.advance(timedelta(minutes=6))
    page = propose(first, nigar, role="bank")
    assert page.status_int == 403
    assert "access.fresh" in page
    assert first.browser.get("/admin/people").status_int == 200


def test_history_of_rights_stands_on_the_page_of_the_person(first: Someone, second: Someone, nigar: Someone) -> None:
    confirm(second, proposed(first, nigar, role="bank"))
    row = first.browser.get(f"/admin/people/{nigar.public_id}").html.main.find_all("tbody")[-1].text
    assert all(
        text in row for text in ("Rol vermək", "Bank", "Aysel first.admin", "Aysel second.admin", "Təsdiq edilib")
    )


def test_trail_names_proposals_and_no_people(first: Someone, second: Someone, nigar: Someone, system: Context) -> None:
    confirm(second, proposed(first, nigar, role="bank"))
    done = ("administration.propose_right", "administration.confirm")
    entries = system.session.scalars(select(AuditEntry).where(AuditEntry.operation.in_(done))).all()
    number = system.session.scalars(select(Proposal.public_id)).one()
    assert {(entry.outcome, entry.object_kind, entry.object_id) for entry in entries} == {
        ("completed", "proposal", number)
    }
    assert not any(secret in str(entry.facts) for entry in entries for secret in ("Aysel", "9JK2L6M", WHY))
