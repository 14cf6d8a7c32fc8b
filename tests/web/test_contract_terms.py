"""The portal's own steps, with a clock that the test moves: reminders, the alarm, the month, the year."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.contracts import operations
from app.contracts.machine import State
from app.contracts.models import Contract, ContractKey, ContractPaper
from app.contracts.operations import stepping
from app.contracts.operations.stepping import TakeStep, take_due_steps, take_step
from app.contracts.operations.telling import tell_applicant
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import write_transaction
from app.core.errors import Conflict
from app.core.outbox import OutboxRow
from app.core.roles import Assurance, Role
from app.notifications.models import Notification
from app.operate.operations import TidyUp, tidy_up
from app.worker import send_contract_mail, work_once
from tests.web.contracting import EMAIL, NAME, PIN, VOEN, Office


@pytest.fixture
def office(portal: Flask, system: Context) -> Office:
    return Office(portal, system)


def told(office: Office) -> list[str]:
    office.system.session.rollback()
    return list(office.system.session.scalars(select(Notification.kind).order_by(Notification.id)))


def on(office: Office, clock: FixedClock, days: int) -> None:
    """Forward, and the worker's rounds with it."""
    for _ in range(days):
        clock.advance(timedelta(days=1))
        take_due_steps(office.system)


def test_a_draft_is_reminded_of_once_and_forgotten_after_thirty_days(office: Office, clock: FixedClock) -> None:
    key = office.filled()
    on(office, clock, 24)
    assert office.mails() == ["contracts.confirm", "contracts.unfinished"]
    on(office, clock, 7)
    row = office.row(key.public_id)
    assert (row.state, row.pin, row.name, row.payer) == (State.LAPSED, "", "", "")
    assert office.system.session.scalar(select(func.count()).select_from(ContractPaper)) == 0
    assert office.mails() == ["contracts.confirm", "contracts.unfinished", "contracts.lapsed"]


def test_nobody_is_written_to_again_who_never_confirmed_his_address(office: Office, clock: FixedClock) -> None:
    operations.begin(office.stranger, operations.Begin("firm", EMAIL))
    on(office, clock, 32)
    assert office.mails() == ["contracts.confirm"]
    assert office.system.session.scalars(select(Contract.state)).all() == [State.LAPSED]


def test_the_committee_is_warned_after_twenty_days_and_when_the_month_is_over(
    office: Office, clock: FixedClock
) -> None:
    assert office.senior.actor.person_id
    office.applied()
    on(office, clock, 19)
    assert told(office) == []
    on(office, clock, 1)
    assert told(office) == ["contracts.alarm"]
    on(office, clock, 10)
    assert told(office) == ["contracts.alarm"]
    on(office, clock, 1)
    assert told(office) == ["contracts.alarm", "contracts.overdue"]
    on(office, clock, 40)
    assert told(office) == ["contracts.alarm", "contracts.overdue"]


def test_the_month_counts_anew_from_the_signature(office: Office, clock: FixedClock) -> None:
    assert office.senior.actor.person_id
    key = office.approved()
    clock.advance(timedelta(days=15))
    operations.record_signature(office.officer(), office.recording(key, date(2026, 12, 5)))
    before = told(office)
    on(office, clock, 20)
    # The head and the officer who has had it in hand.
    assert told(office)[len(before) :] == ["contracts.alarm"] * 2
    assert office.row(key.public_id).due_on == date(2027, 1, 5)


def test_an_officer_with_an_interest_is_not_told(office: Office, clock: FixedClock) -> None:
    office.officer("samir", Role.SENIOR_OFFICER, pin=PIN)
    office.officer("elvin", Role.SENIOR_OFFICER, participants=((VOEN, "Araz", ""),))
    office.applied()
    on(office, clock, 40)
    assert told(office) == []


@pytest.mark.parametrize("stage", ["returned", "approved"])
def test_what_the_applicant_leaves_undone_is_closed(office: Office, clock: FixedClock, stage: str) -> None:
    if stage == "approved":
        key = office.approved()
    else:
        key = office.applied()
        version = office.version(key.public_id)
        returned = operations.ReturnApplication(key.public_id, version, {"pin": "səhv"})
        operations.return_application(office.officer(), returned)
    on(office, clock, 31)
    assert office.row(key.public_id).state is State.LAPSED
    assert office.mails()[-2:] == ["contracts.unfinished", "contracts.lapsed"]
    assert office.row(key.public_id).pin == PIN  # What was sent in stays on record.


def test_an_unused_activation_link_is_reminded_of_and_then_told_to_the_office(
    office: Office, clock: FixedClock
) -> None:
    office.issued()
    on(office, clock, 5)
    assert told(office) == ["contracts.not_activated"]  # In his inbox by now.
    on(office, clock, 2)
    assert told(office).count("contracts.link_dead") == 2


def test_a_contract_that_is_not_renewed_ends_at_midnight_in_baku(office: Office, clock: FixedClock) -> None:
    key = office.activated()
    last = office.row(key.public_id).valid_until
    assert last == date(2027, 11, 19)
    clock.advance(timedelta(days=335))
    take_due_steps(office.system)
    assert told(office)[-1] == "contracts.ends_soon"
    clock.advance(timedelta(days=29, hours=11, minutes=59))  # 23:59 of the last day.
    take_due_steps(office.system)
    assert office.row(key.public_id).state is State.ACTIVATED
    clock.advance(timedelta(minutes=1))
    take_due_steps(office.system)
    assert office.row(key.public_id).state is State.EXPIRED
    assert told(office)[-1] == "contracts.expired"


def test_renewal_in_the_last_days_and_only_once_for_a_term(office: Office, clock: FixedClock) -> None:
    key = office.activated()
    holder = office.row(key.public_id).holder_id
    roles = frozenset({Role.CITIZEN, Role.PARTICIPANT})
    actor = Actor(roles, "Kamal", "person:kamal", person_id=holder, assurance=Assurance.PASSWORD)
    kamal = replace(office.system, actor=actor)
    with pytest.raises(Conflict, match="not_yet"):
        operations.renew(kamal, operations.Own(key))
    clock.advance(timedelta(days=340))
    assert operations.renew(kamal, operations.Own(key)).valid_until == date(2028, 11, 19)
    with pytest.raises(Conflict, match="not_yet"):
        operations.renew(kamal, operations.Own(key))
    clock.advance(timedelta(days=30))
    take_due_steps(office.system)
    assert office.row(key.public_id).state is State.ACTIVATED


def test_a_step_is_taken_once_by_whichever_worker_comes_first(office: Office, clock: FixedClock) -> None:
    key = office.filled()
    at = office.row(key.public_id).act_at
    assert at is not None
    clock.advance(timedelta(days=24))
    take_step(office.system, TakeStep(key.public_id, at))
    with pytest.raises(Conflict):
        take_step(office.system, TakeStep(key.public_id, at))
    assert office.mails().count("contracts.unfinished") == 1


def test_a_step_that_breaks_off_is_taken_whole_at_the_next_round(
    office: Office, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = office.filled(), office.filled()
    clock.advance(timedelta(days=24))
    tell = tell_applicant

    def fails_for_one(context: Context, row: Contract, kind: str, **facts: str) -> None:
        tell(context, row, kind, **facts)
        if row.public_id == broken.public_id:
            raise OSError("the power is gone")

    monkeypatch.setattr(stepping, "tell_applicant", fails_for_one)
    assert take_due_steps(office.system) == 1
    assert office.mails().count("contracts.unfinished") == 1
    monkeypatch.undo()
    assert take_due_steps(office.system) == 1
    assert office.mails().count("contracts.unfinished") == 2
    assert office.row(sound.public_id).act_at == office.row(broken.public_id).act_at


class Letters:
    """Keeps what would have gone out."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def send(self, _message_id: str, recipient: str, subject: str, text: str) -> None:
        self.sent.append((recipient, subject, text))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("az", "şifrənizi özünüz təyin etmək"),
        ("en", "to set your own password"),
        ("ru", "самостоятельно задать пароль"),
    ],
)
def test_mails_are_in_the_language_of_the_application_and_name_nobody_in_the_subject(
    office: Office, language: str, words: str
) -> None:
    letters = Letters()
    key = office.signed()
    with write_transaction(office.system.session):
        mine = update(Contract).where(Contract.public_id == key.public_id)
        office.system.session.execute(mine.values(language=language))
    operations.issue(office.senior, office.decide(key))
    with write_transaction(office.system.session):
        others = update(OutboxRow).where(OutboxRow.topic != "contracts.mail")
        office.system.session.execute(others.values(sent_at=office.system.clock.now()))
    worker = replace(office.system, ports=replace(office.system.ports, mail=letters))
    work_once(worker, "test")
    recipient, _, text = letters.sent[-1]
    assert recipient == EMAIL
    assert words in text
    assert "http://localhost/contracts/activate/" in text
    assert all(fact not in subject for _, subject, _ in letters.sent for fact in (NAME, PIN, VOEN, "MQ26"))
    assert send_contract_mail.__module__ == "app.worker"
    office.system.session.rollback()
    rows = office.system.session.scalars(select(OutboxRow.payload).where(OutboxRow.topic == "contracts.mail")).all()
    assert set(map(len, rows)) == {0}  # The links are forgotten with their delivery.


def test_old_keys_are_tidied_up(office: Office, clock: FixedClock) -> None:
    office.begun()
    clock.advance(timedelta(days=33))
    tidy_up(office.system, TidyUp())
    assert office.system.session.scalar(select(func.count()).select_from(ContractKey)) == 0
