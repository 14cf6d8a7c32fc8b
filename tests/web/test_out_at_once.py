"""Whoever loses what he came in by is out with his next request, in every window that he has open."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.accounts.models import Account, Representation, SignInSession
from app.accounts.operations import EndDeviceSessions, RevokePower, end_device_sessions, revoke_power
from app.accounts.operations.principals import GivePower, give_power
from app.accounts.rules import Barred, Means
from app.administration.operations import CloseAccess, close_access
from app.contracts import operations as contracts
from app.core.clock import baku_date
from app.core.context import Actor, Context
from app.core.roles import Assurance, Role
from app.reference.operations import LoadReference, load_reference
from tests.web.admins import People, Someone, device, is_in
from tests.web.contracting import Office, new_browser, sign_in
from tests.web.test_admin_rights import TAKE, confirm, proposed


@dataclass
class Scene:
    portal: Flask
    system: Context
    people: People

    def acting(self, someone: Someone, *roles: Role) -> Context:
        """In that person's name, for his first principal, by a fresh proof."""
        mine = select(Representation.participant_id).where(Representation.person_id == someone.person_id)
        firm = self.system.session.scalars(mine).first()
        self.system.session.rollback()
        facts = {"person_id": someone.person_id, "participant_id": firm, "assurance": Assurance.FRESH}
        actor = Actor(frozenset(roles), reference=f"person:{someone.public_id}", **facts)  # type: ignore[arg-type]
        return replace(self.system, actor=actor)

    @property
    def admin(self) -> Context:
        return self.acting(self.people.open("first.admin", Role.ADMIN, pin="3QR5S9T"), Role.ADMIN)


@pytest.fixture
def scene(portal: Flask, system: Context) -> Scene:
    load_reference(system, LoadReference())
    return Scene(portal, system, People(portal, system))


def barred(kind: Barred, subject: str) -> Callable[[Scene, Someone], None]:
    def bar(scene: Scene, _victim: Someone) -> None:
        close_access(scene.admin, CloseAccess(kind, subject, "Kart itirilib."))

    return bar


def disabled(scene: Scene, victim: Someone) -> None:
    close_access(scene.admin, CloseAccess(Barred.PERSON, victim.public_id, "Rəisin əmri."))


def role_taken(scene: Scene, victim: Someone) -> None:
    first = scene.people.open("first.admin", Role.ADMIN, pin="3QR5S9T")
    second = scene.people.open("second.admin", Role.ADMIN, pin="7YZ9A4B")
    confirm(second, proposed(first, victim, TAKE, role="officer"))


def card_revoked(scene: Scene, _victim: Someone) -> None:
    """As the centre's news, or the worker who asked about it, makes known."""
    end_device_sessions(scene.system, EndDeviceSessions(device("nigar"), "certificate.revoked"))


LOSSES: dict[str, Callable[[Scene, Someone], None]] = {
    "barred device": barred(Barred.DEVICE, device("nigar")),
    "disabled person": disabled,
    "taken role": role_taken,
    "revoked card": card_revoked,
}


@pytest.mark.parametrize("name", LOSSES)
def test_next_request_is_nobody_s(scene: Scene, name: str) -> None:
    victim = scene.people.open("nigar", Role.OFFICER, Role.CITIZEN, pin="9JK2L6M", office="01000")
    other = scene.people.open("leyla", Role.CITIZEN, pin="5AB7C2D")
    assert victim.browser.get("/officer/contracts").status_int == 200
    LOSSES[name](scene, victim)
    assert victim.browser.get("/officer/contracts").location.startswith("/login")
    assert not is_in(victim)
    assert is_in(other)


def test_barred_means_takes_out_whoever_came_by_it_and_nobody_else(scene: Scene) -> None:
    by_phone = scene.people.open("nigar", Role.CITIZEN, means=Means.ASAN_IMZA, pin="9JK2L6M")
    by_card = scene.people.open("leyla", Role.CITIZEN, pin="5AB7C2D")
    assert [is_in(by_phone), is_in(by_card)] == [True, True]
    close_access(scene.admin, CloseAccess(Barred.MEANS, str(Means.ASAN_IMZA), "Xidmətdə nasazlıq."))
    assert [is_in(by_phone), is_in(by_card)] == [False, True]


def test_revoked_power_is_gone_with_the_next_request(scene: Scene) -> None:
    firms = (("9900000141", "Xəzər İdxal MMC", "Bakı"),)
    owner = scene.people.open("aysel", Role.PARTICIPANT, pin="7EF9G4H", participants=firms)
    holder = scene.people.open("rashad", Role.CITIZEN, pin="8GH1J5K")
    today, owners = baku_date(scene.system.clock.now()), scene.acting(owner, Role.PARTICIPANT)
    power = give_power(owners, GivePower("8GH1J5K", today, today + timedelta(days=30))).public_id
    form = next(form for form in holder.browser.get("/principal").forms.values() if "principal" in form.fields)
    form.submit(status=303)
    assert "9900000141" in holder.browser.get("/documents").html.header.text
    revoke_power(owners, RevokePower(power))
    assert "9900000141" not in holder.browser.get("/documents").text


@pytest.mark.parametrize("by", ["committee", "participant"])
def test_ended_contract_ends_the_sign_in_that_it_gave(scene: Scene, by: str) -> None:
    office = Office(scene.portal, scene.system)
    key = office.activated()
    browser = new_browser(scene.portal)
    scene.system.session.rollback()
    username = username_of(office, key.public_id)
    sign_in(browser, username)
    assert open_for(browser)
    if by == "committee":
        contracts.end(office.senior, contracts.End(key.public_id, office.version(key.public_id), "Şərtlər pozulub."))
    else:
        holder = Actor(
            frozenset({Role.PARTICIPANT}), "", "person:holder", person_id=office.row(key.public_id).holder_id
        )
        own = replace(scene.system, actor=replace(holder, assurance=Assurance.FRESH))
        contracts.leave(own, contracts.Own(key))
    assert not open_for(browser)
    sign_in(new_browser(scene.portal), username, status=422)


def username_of(office: Office, public_id: str) -> str:
    account = office.row(public_id).account_id
    name = office.system.session.scalars(select(Account.username).where(Account.id == account)).one()
    office.system.session.rollback()
    return name


def open_for(browser: TestApp) -> bool:
    return bool(browser.get("/sessions").status_int == 200)


def test_no_lost_session_comes_back(scene: Scene) -> None:
    """What was ended stays ended when the card is good again."""
    victim = scene.people.open("nigar", Role.OFFICER, pin="9JK2L6M", office="01000")
    card_revoked(scene, victim)
    assert not is_in(victim)
    rows = scene.system.session.scalars(
        select(SignInSession.ended_at).where(SignInSession.person_id == victim.person_id)
    )
    assert None not in list(rows)
