"""Officers: four eyes, no affair of one's own, what is due first, and two of them at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, PasswordLink, Person, Representation, SignInSession
from app.accounts.operations.opening import participant, represent
from app.accounts.rules import Kind
from app.contracts import operations, queries
from app.contracts.machine import Event, State
from app.contracts.models import ContractEvent
from app.contracts.operations import issuing
from app.contracts.queries import Key, QueueFilter
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from app.core.limits import DatabaseLimits
from app.core.roles import Role
from tests.web.contracting import (
    FIRM,
    PASSWORD,
    PIN,
    VOEN,
    Office,
    form_to,
    form_with,
    main_text,
    new_browser,
    sign_in,
)


@pytest.fixture
def office(portal: Flask, system: Context) -> Office:
    return Office(portal, system)


ACTS: dict[Event, Callable[[Office, Context, Key], object]] = {
    Event.CHECK: lambda office, who, key: operations.check_papers(who, office.decide(key)),
    Event.APPROVE: lambda office, who, key: operations.approve(who, office.decide(key)),
    Event.RECORD: lambda office, who, key: operations.record_signature(who, office.recording(key)),
}


@pytest.mark.parametrize("in_hand", [*ACTS, Event.RETURN, None], ids=str)
def test_four_eyes(office: Office, in_hand: Event | None) -> None:
    """Whoever has done any one of the steps before cannot issue; whoever has done none can."""
    senior, key = office.senior, office.applied()
    if in_hand is Event.RETURN:
        version = office.version(key.public_id)
        command = operations.ReturnApplication(key.public_id, version, {"pin": "səhv"})
        operations.return_application(senior, command)
        operations.send(office.stranger, operations.Own(key))
    for event, act in ACTS.items():
        act(office, senior if event is in_hand else office.officer(), key)
    if in_hand is None:
        operations.issue(senior, office.decide(key))
        assert office.row(key.public_id).state is State.CREDENTIALS_ISSUED
        return
    with pytest.raises(NotAllowed, match="four_eyes"):
        operations.issue(senior, office.decide(key))
    assert office.row(key.public_id).account_id is None
    other = office.officer("samir", Role.SENIOR_OFFICER)
    operations.issue(other, office.decide(key))


def test_an_officer_who_is_no_senior_issues_nothing(office: Office) -> None:
    key = office.signed()
    with pytest.raises(NotAllowed, match=r"access\.role"):
        operations.issue(office.officer("samir"), office.decide(key))


def his_pin(office: Office) -> Context:
    return office.officer("samir", pin=PIN)


def his_firm(office: Office) -> Context:
    context = office.officer("samir")
    person_id = context.actor.person_id
    assert person_id is not None
    with write_transaction(office.system.session):
        represent(office.system, person_id, participant(office.system, VOEN, FIRM, ""), Kind.POWER)
    return context


@pytest.mark.parametrize("tie", [his_pin, his_firm])
def test_an_officer_neither_sees_nor_decides_his_own_affair(office: Office, tie: Callable[[Office], Context]) -> None:
    own, key = tie(office), office.applied()
    assert [line.number for line in queries.queue(own, QueueFilter()).lines] == []
    with pytest.raises(NotFound):
        queries.get_case(own, key.public_id)
    with pytest.raises(NotFound):
        operations.check_papers(own, office.decide(key))
    assert len(queries.queue(office.officer(), QueueFilter()).lines) == 1


def test_a_draft_is_nobody_s_business(office: Office) -> None:
    key = office.filled()
    with pytest.raises(NotFound):
        queries.get_case(office.officer(), key.public_id)
    assert queries.queue(office.officer(), QueueFilter(state="all")).total == 0


def test_a_decision_on_what_has_changed_meanwhile_is_not_carried_out(office: Office) -> None:
    key = office.applied()
    seen = office.decide(key)
    operations.return_application(
        office.officer(), operations.ReturnApplication(key.public_id, seen.version, {"name": "səhv"})
    )
    operations.send(office.stranger, operations.Own(key))
    with pytest.raises(Conflict, match="moved_on"):
        operations.check_papers(office.officer("samir"), seen)


@pytest.mark.parametrize("faults", [{}, {"pin": "  "}, {"extract": "yoxdur"}, {"state": "x"}])
def test_a_return_without_a_fault_that_is_there_is_refused(office: Office, faults: dict[str, str]) -> None:
    key = office.applied()
    command = operations.ReturnApplication(key.public_id, office.version(key.public_id), faults)
    with pytest.raises(Invalid):
        operations.return_application(office.officer(), command)


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 11, 19), "signed_earlier"), (date(2026, 11, 21), "signed_later")]
)
def test_a_day_of_signature_that_cannot_be_is_refused(office: Office, day: date, code: str) -> None:
    key = office.approved()
    with pytest.raises(Invalid, match=code):
        operations.record_signature(office.officer(), office.recording(key, day))
    assert office.row(key.public_id).state is State.APPROVED


def test_the_month_begins_with_the_signature(office: Office, clock: FixedClock) -> None:
    key = office.approved()
    clock.advance(timedelta(days=6))
    operations.record_signature(office.officer(), office.recording(key, date(2026, 11, 24)))
    row = office.row(key.public_id)
    assert (row.due_on, row.alarm_on) == (date(2026, 12, 24), date(2026, 12, 14))
    assert row.valid_until == date(2027, 11, 23)


def test_the_queue_begins_with_what_is_due_first_and_says_how_late_it_is(office: Office, clock: FixedClock) -> None:
    for number in range(3):
        office.applied(firm=f"Firma {number}", pin=f"4AB5C6{number}")
        clock.advance(timedelta(days=10))
    nigar = office.officer()
    found = queries.queue(nigar, QueueFilter())
    assert [line.name for line in found.lines] == ["Firma 0", "Firma 1", "Firma 2"]
    assert [line.is_pressing for line in found.lines] == [True, True, False]
    clock.advance(timedelta(days=2))
    found = queries.queue(nigar, QueueFilter())
    assert [line.is_late for line in found.lines] == [True, False, False]
    assert (found.late, found.counts, found.total) == (1, {"applied": 3}, 3)
    assert queries.queue(nigar, QueueFilter(sort="newest")).lines[0].name == "Firma 2"
    assert [line.name for line in queries.queue(nigar, QueueFilter(text="firma 1")).lines] == ["Firma 1"]
    assert len(queries.queue(nigar, QueueFilter(text=VOEN)).lines) == 3
    assert queries.queue(nigar, QueueFilter(text="%")).lines == []
    assert queries.queue(nigar, QueueFilter(state="refused")).lines == []


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=99999999999", "sort=evil", "state=nothing", "q=%27%22%3C"])
def test_an_address_that_makes_no_sense_breaks_no_queue(office: Office, query: str) -> None:
    browser = office.enter("nigar")
    browser.get(f"/officer/contracts?{query}", status=200)


def race(office: Office, contexts: list[Context], act: Callable[[Context], object]) -> list[str]:
    """All at once, each in a session of his own; gives what became of each."""

    def run(context: Context) -> str:
        with Session(office.system.session.get_bind()) as session:
            ports = replace(context.ports, limits=DatabaseLimits(lambda: session, "secret"))
            try:
                act(replace(context, session=session, ports=ports))
            except DomainError as error:
                return error.code
            return "done"

    office.system.session.rollback()
    with ThreadPoolExecutor(len(contexts)) as racers:
        return sorted(racers.map(run, contexts))


def test_two_officers_at_once_approve_once(office: Office) -> None:
    key = office.applied()
    operations.check_papers(office.officer(), office.decide(key))
    seen, both = office.decide(key), [office.officer(), office.officer("samir")] * 2
    assert race(office, both, lambda one: operations.approve(one, seen)) == ["contracts.moved_on"] * 3 + ["done"]


def test_two_seniors_at_once_open_one_account(office: Office) -> None:
    key = office.signed()
    seen = office.decide(key)
    both = [office.senior, office.officer("samir", Role.SENIOR_OFFICER)] * 2
    assert race(office, both, lambda one: operations.issue(one, seen)) == ["contracts.moved_on"] * 3 + ["done"]
    assert office.system.session.scalar(select(func.count()).where(Account.username.like("eliyev.%"))) == 1
    assert office.mails().count("contracts.activation") == 1


def test_an_activation_link_followed_twice_at_once_works_once(office: Office) -> None:
    office.issued()
    token = office.link("contracts.activation").rpartition("/")[2]
    done = race(
        office, [office.stranger] * 3, lambda one: operations.activate(one, operations.Activate(token, PASSWORD))
    )
    assert done == ["accounts.link"] * 2 + ["done"]


def test_what_breaks_while_it_is_issued_leaves_nothing_behind(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    key = office.signed()
    people = office.system.session.scalar(select(func.count()).select_from(Person))

    def broken(*_: object) -> None:
        raise OSError("the power is gone")

    senior, seen = office.senior, office.decide(key)
    people = office.system.session.scalar(select(func.count()).select_from(Person))
    monkeypatch.setattr(issuing, "_mail_activation", broken)
    with pytest.raises(OSError, match="power"):
        operations.issue(senior, seen)
    session = office.system.session
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Person)) == people
    assert session.scalar(select(func.count()).select_from(Representation)) == 0
    assert session.scalar(select(func.count()).select_from(PasswordLink)) == 0
    assert office.row(key.public_id).state is State.CONTRACT_SIGNED
    monkeypatch.undo()
    operations.issue(senior, seen)


def test_a_second_contract_for_the_same_person_and_number_is_refused(office: Office) -> None:
    office.activated()
    again = office.signed()
    with pytest.raises(Conflict, match=r"contracts\.second"):
        operations.issue(office.senior, office.decide(again))


def test_a_new_link_makes_the_old_one_worthless(office: Office, clock: FixedClock) -> None:
    key = office.issued()
    old = office.link("contracts.activation").rpartition("/")[2]
    operations.reissue(office.officer("samir"), office.decide(key))
    new = office.link("contracts.activation").rpartition("/")[2]
    with pytest.raises(NotFound):
        operations.activate(office.stranger, operations.Activate(old, PASSWORD))
    clock.advance(timedelta(days=6, hours=23))
    operations.activate(office.stranger, operations.Activate(new, PASSWORD))


def test_an_activation_link_dies_after_seven_days(office: Office, clock: FixedClock) -> None:
    office.issued()
    path = office.link("contracts.activation")
    clock.advance(timedelta(days=7))
    new_browser(office.portal).get(path, status=404)


def test_an_activation_link_sets_no_password_by_the_other_door(office: Office) -> None:
    office.issued()
    token = office.link("contracts.activation").rpartition("/")[2]
    new_browser(office.portal).get(f"/login/password/reset/{token}", status=404)


@pytest.mark.parametrize("password", ["qısa", "Kamal Kamal Kamal", f"{VOEN}{VOEN}"])
def test_a_weak_first_password_is_refused_and_the_link_stays_good(office: Office, password: str) -> None:
    office.issued()
    path = office.link("contracts.activation")
    browser = new_browser(office.portal)
    form = form_with(browser.get(path), "new_password")
    form["new_password"] = password
    assert form.submit(status=422).html.find(id="new_password-error")
    form["new_password"] = PASSWORD
    form.submit(status=303)


def username_of(office: Office, key: Key) -> str:
    row = office.row(key.public_id)
    name: str = office.system.session.scalars(select(Account.username).where(Account.id == row.account_id)).one()
    office.system.session.rollback()
    return name


def test_the_committee_ends_it_and_the_participant_is_out_with_the_next_request(office: Office) -> None:
    key = office.activated()
    browser = new_browser(office.portal)
    sign_in(browser, username_of(office, key))
    browser.get("/documents", status=200)
    with pytest.raises(Invalid):
        operations.end(office.senior, operations.End(key.public_id, office.version(key.public_id), " "))
    operations.end(office.senior, operations.End(key.public_id, office.version(key.public_id), "Saxta sənədlər."))
    assert browser.get("/documents", status=303).location.endswith("/login?next=%2Fdocuments")
    sign_in(browser, username_of(office, key), status=422)
    row = office.row(key.public_id)
    revoked = select(Representation.revoked_at).where(Representation.id == row.representation_id)
    assert office.system.session.scalar(revoked) is not None


def test_the_participant_ends_it_himself(office: Office) -> None:
    key = office.activated()
    browser = new_browser(office.portal)
    sign_in(browser, username_of(office, key))
    page = browser.get(f"/contracts/{key.public_id}").click("Müqaviləyə xitam ver")
    form_to(page, "/leave").submit(status=303)
    browser.get("/documents", status=303)
    assert office.row(key.public_id).state is State.ENDED


def test_a_mailed_link_alone_ends_and_renews_nothing(office: Office) -> None:
    key = office.activated()
    for act in (operations.leave, operations.renew):
        with pytest.raises(NotAllowed):
            act(office.stranger, operations.Own(key))
    other = office.officer("leyla", Role.CITIZEN)
    with pytest.raises(NotFound):
        operations.leave(other, operations.Own(key))


def test_what_the_person_had_before_is_not_taken_back(office: Office) -> None:
    office.officer("Kamal", Role.CITIZEN, username="kamal", pin=PIN, participants=((VOEN, FIRM, ""),))
    key = office.activated()
    assert office.row(key.public_id).representation_id is None
    operations.end(office.senior, operations.End(key.public_id, office.version(key.public_id), "Əsas."))
    assert office.system.session.scalars(select(Representation.revoked_at)).all() == [None]


def test_a_disabled_person_is_not_let_in_by_his_activation_link(office: Office) -> None:
    key = office.issued()
    office.disable(key.public_id)
    token = office.link("contracts.activation").rpartition("/")[2]
    with pytest.raises(NotFound):
        operations.activate(office.stranger, operations.Activate(token, PASSWORD))


def test_officers_never_see_what_opens_the_account(office: Office) -> None:
    key = office.issued()
    token = office.link("contracts.activation").rpartition("/")[2]
    browser = office.enter("elchin", Role.SENIOR_OFFICER)
    page = browser.get(f"/officer/contracts/{key.public_id}")
    assert token not in page
    assert username_of(office, key) not in main_text(page)


def test_everything_that_happened_stands_in_the_timeline_in_its_order(office: Office) -> None:
    key = office.activated()
    events = office.system.session.scalars(select(ContractEvent.event).order_by(ContractEvent.id)).all()
    names = [Event.SEND, Event.CHECK, Event.APPROVE, Event.RECORD, Event.ISSUE, Event.ACTIVATE]
    assert list(events) == names
    assert office.system.session.scalars(select(SignInSession)).all() == []
    case = queries.get_case(office.officer("samir"), key.public_id)
    assert [one.event for one in case.happened] == names
