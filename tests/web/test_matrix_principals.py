"""Every route × every role × for whom he acts: as the policy table says; and of strangers' things nothing, ever."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.routing import Rule

from app.accounts.models import Participant, Person, Representation, SignInSession
from app.accounts.operations import OpenAccount, open_account
from app.accounts.rules import SCOPES, Kind
from app.contracts.models import ContractPaper
from app.core.clock import baku_date
from app.core.context import Context
from app.core.db import write_transaction
from app.core.policy import may, policy, subject
from app.core.public_ids import new_public_id
from app.core.roles import Assurance, Role
from app.documents.models import Document
from app.documents.rules import Kind as FileKind
from app.documents.rules import State
from app.notifications.models import Notification
from app.notifications.operations import notify
from app.web.guards import action_of
from tests.thoroughness import tried
from tests.unit.documents import corpus
from tests.web.acting import BONDS, NAME, NUMBER, Agent, Bond, enter
from tests.web.contracting import EMAIL, FIRM, VOEN, Office
from tests.web.contracting import NAME as APPLICANT
from tests.web.test_matrix import verdict
from tests.web.walk import PASSWORD, ROLES, Cast, Route, routes

ACTING = tuple(role for role in ROLES if role is not Role.ANONYMOUS)
# What everybody may always do, no principal changes: `test_matrix` has walked it.
FOR_ALL = frozenset(ACTING)
ENDED = {303, 400}


@pytest.fixture
def cast(portal: Flask, system: Context) -> Cast:
    return Cast(portal, system)


def decided_by_rights(portal: Flask) -> list[Route]:
    def is_open(route: Route) -> bool:
        rule = policy()[route.action]
        return rule.roles >= FOR_ALL and rule.assurance is Assurance.NONE and subject(route.action) not in SCOPES

    return [route for route in routes(portal) if not is_open(route)]


@pytest.mark.trust
def test_every_cell_is_decided_by_the_table_and_the_right_to_act(
    portal: Flask, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    cells, wrong = 0, []
    walked = sorted(decided_by_rights(portal), key=lambda route: route.method)
    for name, bond in BONDS.items():
        for number, role in enumerate(ACTING):
            agent = enter(cast, role, bond)
            for route in tried(walked[number % 7 :] + walked[: number % 7], 7):
                answer = agent.visitor.call(route.path, route.method)
                if answer.status_int in ENDED:  # What he did before may have ended his session or its form token.
                    agent = enter(cast, role, bond)
                    answer = agent.visitor.call(route.path, route.method)
                found = verdict(answer)
                cells += 1
                if found != ("allowed" if may(agent.actor, route.action) else "refused"):
                    wrong.append((route.method, route.path, str(role), name, found))
    with capsys.disabled():
        print(f"\nroutes × roles × principals = {cells} cells, wrong = {len(wrong)}")
    assert wrong == []


@dataclass(frozen=True)
class Things:
    """What somebody has, by the name under which routes ask for it; and the words that nobody else may read."""

    numbers: Mapping[str, str]
    words: tuple[str, ...]

    def address(self, rule: Rule, endpoint: str) -> str | None:
        """None where the route is about nothing of this owner."""
        part = endpoint.partition(".")[0]
        number = self.numbers.get("power" if endpoint == "principals.revoke" else part.partition("_")[0])
        if number is None or not rule.arguments & {"public_id"}:
            return None
        values: dict[str, Any] = {"public_id": number, "file": self.numbers["file"], "step": "payer"}
        values |= {"paper": "letter", "state": "no-such-attempt"}
        built = rule.build({key: values[key] for key in rule.arguments}, append_unknown=False)
        return built[1] if built else None


def things_of_a_stranger(portal: Flask, system: Context) -> Things:
    """An importer with a document, a contract, a notice, a sign-in and a power that she gave."""
    office, session, now = Office(portal, system), system.session, system.clock.now()
    key = office.activated()
    contract = office.row(key.public_id)
    owner = contract.holder_id
    assert owner is not None
    open_account(system, OpenAccount("zaur.holder", PASSWORD, "Zaur Yadov", (Role.CITIZEN,), pin="5AB7C2D"))
    firm = session.scalars(select(Participant.id).where(Participant.number == VOEN)).one()
    holder = session.scalars(select(Person.id).where(Person.pin == "5AB7C2D")).one()
    paper = session.scalars(select(ContractPaper.public_id).where(ContractPaper.contract_id == contract.id)).first()
    session.rollback()
    stored = system.ports.blobs.put(corpus.pdf())
    document, power, sign_in = new_public_id(), new_public_id(), new_public_id()
    today = baku_date(now)
    with write_transaction(session):
        file = {"name": "yad-faktura.pdf", "kind": FileKind.PDF, "size": stored.size, "pages": 1}
        file |= {"sha256": stored.sha256, "state": State.CLEAN, "signature": "", "uploaded_at": now}
        session.execute(insert(Document).values(public_id=document, participant_id=firm, person_id=owner, **file))
        right = {"participant_id": firm, "kind": Kind.POWER, "scope": "", "valid_from": today, "valid_until": today}
        right |= {"public_id": power, "person_id": holder, "granted_by": owner, "granted_at": now}
        session.execute(insert(Representation).values(**right))
        opened = {"token_hash": "0" * 64, "public_id": sign_in, "person_id": owner, "means": "password", "device": ""}
        opened |= {"assurance": 1, "network": "", "agent": "", "created_at": now, "last_seen_at": now}
        session.execute(insert(SignInSession).values(**opened))
        notify(system, owner, "accounts.power_given", link="/principal/powers", number=VOEN)
    notice = session.scalars(select(Notification.public_id).where(Notification.person_id == owner)).first()
    session.rollback()
    assert notice
    assert paper
    numbers = {"documents": document, "contract": key.public_id, "contracts": key.public_id, "notifications": notice}
    numbers |= {"sessions": sign_in, "power": power, "file": paper}
    return Things(numbers, (FIRM, APPLICANT, EMAIL, contract.number, "yad-faktura", "Zaur Yadov"))


def routes_about(portal: Flask, things: Things) -> Iterator[tuple[str, str, str]]:
    """Method, address with the stranger's number, and action."""
    with portal.app_context():
        for rule in portal.url_map.iter_rules():
            address = things.address(rule, rule.endpoint)
            if address is not None:
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield method, address, action_of(rule.endpoint) or ""


# By their office they see everybody's papers; what they may do with them, has tests of its own.
BY_OFFICE = {Role.OFFICER, Role.SENIOR_OFFICER}


def test_a_strangers_things_are_to_nobody(
    portal: Flask, system: Context, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    things = things_of_a_stranger(portal, system)
    asked = list(routes_about(portal, things))
    assert len(asked) >= 40
    assert {action.partition(".")[0] for _, _, action in asked} == {
        "accounts",
        "contracts",
        "documents",
        "notifications",
    }
    cells, wrong = 0, []
    for name, bond in BONDS.items():
        for role in (role for role in ACTING if role not in BY_OFFICE):
            agent = enter(cast, role, bond)
            for method, address, action in asked:
                answer = agent.visitor.call(address, method)
                cells += 1
                expected = 404 if may(agent.actor, action) else 403
                if answer.status_int != expected or any(word in answer for word in things.words):
                    wrong.append((method, address, str(role), name, answer.status_int))
    with capsys.disabled():
        print(f"\nforeign things × roles × principals = {cells} cells, wrong = {len(wrong)}")
    assert wrong == []


def test_whoever_acts_for_its_owner_sees_what_the_power_covers_and_no_longer_than_it_runs(
    portal: Flask, system: Context, cast: Cast
) -> None:
    """The same document by each right: it is there, and hidden by nothing but the missing right."""
    seen = {}
    for name, bond in BONDS.items():
        agent = enter(cast, Role.CITIZEN, bond)
        seen[name] = agent.browser.get(f"/documents/{own_document(system)}", expect_errors=True).status_int
    assert seen == {"own firm": 200, "full power": 200, "power without documents": 403, "expired power": 404}


def own_document(system: Context) -> str:
    """One of the principal for whom the agents act; made once."""
    session, name = system.session, "öz-faktura.pdf"
    known = session.scalar(select(Document.public_id).where(Document.name == name))
    if known is None:
        firm = session.scalars(select(Participant.id).where(Participant.number == NUMBER)).one()
        uploader = session.scalars(select(Person.id)).first()
        stored, known = system.ports.blobs.put(corpus.pdf()), new_public_id()
        file = {"name": name, "kind": FileKind.PDF, "size": stored.size, "pages": 1, "sha256": stored.sha256}
        file |= {"state": State.CLEAN, "signature": "", "uploaded_at": system.clock.now()}
        session.rollback()
        with write_transaction(session):
            session.execute(insert(Document).values(public_id=known, participant_id=firm, person_id=uploader, **file))
    session.rollback()
    return known


def test_a_strangers_principal_cannot_be_chosen(portal: Flask, system: Context, cast: Cast) -> None:
    things_of_a_stranger(portal, system)
    foreign = system.session.scalars(
        select(Representation.public_id).where(Representation.kind == Kind.FIRM).limit(1)
    ).one()
    system.session.rollback()
    for role in ACTING:
        agent: Agent = enter(cast, role, Bond(Kind.FIRM))
        answer = agent.visitor.call("/principal", "POST", principal=foreign)
        expected = 404 if may(agent.actor, "accounts.choose_principal") else 403
        assert answer.status_int == expected, role
        assert NAME not in answer
        assert FIRM not in answer
