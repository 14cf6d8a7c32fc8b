"""The applicant's acts until his application is sent: begun, come back to by a mailed link, filled in, sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Participant, Person
from app.contracts import schedule
from app.contracts.machine import OPEN, Event, State, moved_on
from app.contracts.models import Contract, ContractKey, ContractPaper
from app.contracts.operations import moving
from app.contracts.operations.telling import mail_link
from app.contracts.queries import Key, answers_of, papers_needed
from app.contracts.rules import (
    PAPERS,
    SERVICE,
    VARIANTS,
    Step,
    Variant,
    begin_limits,
    check_address,
    fields_of,
    key_limits,
    read_answers,
)
from app.core.clock import baku_date
from app.core.context import Context
from app.core.errors import N_, Invalid, NotFound, Problem
from app.core.limits import Limit
from app.core.operation import operation
from app.core.public_ids import digest, new_public_id

LINK_ASKED = "contracts.link_asked"


@dataclass(frozen=True, slots=True)
class Begin:
    variant: str
    email: str


@dataclass(frozen=True, slots=True)
class Begun:
    public_id: str
    number: str


def _begin_limits(context: Context, command: Begin) -> Sequence[Limit]:
    return begin_limits(command.email, context.address)


@operation(service=SERVICE, limits=_begin_limits)
def begin(context: Context, command: Begin) -> Begun:
    """A draft, and a mail with the link that opens it: whoever cannot read that mail comes no further."""
    if command.variant not in VARIANTS:
        raise Invalid("choice.unknown", N_("Siyahıdan seçin."), field="variant")
    now, public_id = context.clock.now(), new_public_id()
    row = Contract(
        public_id=public_id,
        number=public_id[:20],
        person_id=context.actor.person_id,
        variant=Variant(command.variant),
        state=State.DRAFT,
        version=1,
        since=now,
        language=context.language,
        email=check_address(command.email),
        is_non_commercial=False,
        text_version="",
        text_sha256="",
        container="",
        created_at=now,
        **dict.fromkeys(("payer", "firm", "address", "pin", "name", "position", "phone", "iban"), ""),
    )
    context.session.add(row)
    context.session.flush()
    row.number = f"MQ{baku_date(now):%y}-{row.id:06}"
    moving.schedule(row)
    _prefill(context, row)
    context.about("contract", public_id, variant=command.variant)
    mail_link(context, row, "contracts.confirm")
    return Begun(public_id, row.number)


def _prefill(context: Context, row: Contract) -> None:
    """Whoever is signed in need not type what the portal knows."""
    if context.actor.person_id is None:
        return
    person = context.session.execute(
        select(Person.pin, Person.name, Person.phone).where(Person.id == context.actor.person_id)
    ).one()
    row.pin, row.name, row.phone = person.pin or "", person.name, person.phone or ""
    if context.actor.participant_id is not None and row.variant is Variant.FIRM:
        chosen = select(Participant).where(Participant.id == context.actor.participant_id)
        firm = context.session.scalars(chosen).one()
        row.payer, row.firm, row.address = firm.number, firm.name, firm.address


@dataclass(frozen=True, slots=True)
class Enter:
    token: str


def _enter_limits(context: Context, _command: Enter) -> Sequence[Limit]:
    return key_limits(context.address)


@operation(limits=_enter_limits, repeatable=False)
def enter(context: Context, command: Enter) -> Begun:
    """By a mailed link; whoever has it has read the mail, so that the address is confirmed."""
    opens = select(ContractKey.contract_id).where(
        ContractKey.token_hash == digest(command.token), ContractKey.expires_at > context.clock.now()
    )
    row = context.session.scalars(select(Contract).where(Contract.id.in_(opens)).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("contracts.link", N_("Bu keçidin müddəti bitib. Yenisini istəyin."))
    if row.email_confirmed_at is None:
        row.email_confirmed_at = context.clock.now()
    context.about("contract", row.public_id)
    return Begun(row.public_id, row.number)


@dataclass(frozen=True, slots=True)
class AskForLink:
    number: str
    email: str


def _link_limits(context: Context, command: AskForLink) -> Sequence[Limit]:
    return begin_limits(command.email, context.address)


@operation(limits=_link_limits)
def ask_for_link(context: Context, command: AskForLink) -> None:
    """The same is done for every number and address: whether they belong together, the worker finds out."""
    context.send(LINK_ASKED, {"number": command.number.strip().upper(), "email": check_address(command.email)})


@operation(repeatable=False)
def send_link(context: Context, command: AskForLink) -> None:
    """To the application's own address."""
    row = context.session.scalars(select(Contract).where(Contract.number == command.number)).one_or_none()
    if row is None or row.email.lower() != command.email.lower() or row.state is State.LAPSED:
        return
    context.about("contract", row.public_id)
    mail_link(context, row, "contracts.link")


@dataclass(frozen=True, slots=True)
class FillIn:
    """The answers of one page, as they were typed."""

    key: Key
    step: Step
    answers: Mapping[str, str]
    is_non_commercial: bool = False


@operation(repeatable=False)
def fill_in(context: Context, command: FillIn) -> None:
    row = changeable(context, command.key)
    for name, answer in read_answers(row.variant, command.step, command.answers).items():
        setattr(row, name, answer)
    if command.step is Step.PAYER:
        row.is_non_commercial = command.is_non_commercial and row.variant is Variant.FIRM
    row.version += 1


def changeable(context: Context, key: Key) -> Contract:
    """What was sent is not changed any more, unless it was returned. Nothing goes on before the address is known."""
    row = moving.own(context, key)
    if row.state not in OPEN:
        raise moved_on()
    if row.email_confirmed_at is None:
        message = N_("Əvvəlcə elektron poçtunuza göndərilən keçidi açın.")
        raise Invalid("contracts.not_confirmed", message)
    return row


@dataclass(frozen=True, slots=True)
class Own:
    key: Key


@operation(service=SERVICE, repeatable=False)
def send(context: Context, command: Own) -> Begun:
    """Sent twice it is sent once: the second time it is already there."""
    row = moving.own(context, command.key)
    if row.state is State.APPLIED:
        return Begun(row.public_id, row.number)
    row = changeable(context, command.key)
    _check_whole(context, row)
    today = baku_date(context.clock.now())
    row.applied_at, row.due_on, row.alarm_on = context.clock.now(), schedule.due(today), schedule.alarm(today)
    moving.move(context, row, Event.SEND)
    return Begun(row.public_id, row.number)


def _check_whole(context: Context, row: Contract) -> None:
    answers = answers_of(row)
    problems = [
        Problem(f"contracts.{field.name}", field.missing, f"answer-{field.name}")
        for field in fields_of(row.variant)
        if field.missing and not answers[field.name]
    ]
    chosen = select(ContractPaper.paper).where(ContractPaper.contract_id == row.id)
    brought = set(context.session.scalars(chosen))
    problems += [
        Problem("contracts.paper", PAPERS[paper].missing, f"paper-{paper}")
        for paper in papers_needed(row)
        if paper not in brought
    ]
    if problems:
        raise Invalid.collect(problems)


@operation(service=SERVICE, repeatable=False)
def withdraw(context: Context, command: Own) -> None:
    """As long as no user name was given; from then on the contract is ended, not withdrawn."""
    moving.move(context, moving.own(context, command.key), Event.WITHDRAW)


def forget(context: Context, row: Contract) -> None:
    """What nobody ever sent is nobody's business: only that there was a draft remains."""
    for name in ("payer", "firm", "address", "pin", "name", "position", "phone", "iban"):
        setattr(row, name, "")
    for table in (ContractPaper, ContractKey):
        context.session.execute(table.__table__.delete().where(table.contract_id == row.id))  # type: ignore[attr-defined]
