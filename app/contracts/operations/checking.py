"""What officers decide on an application: returned with faults, checked, approved, refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.contracts.machine import Event, move_of
from app.contracts.models import ContractPaper
from app.contracts.operations import moving
from app.contracts.queries import get_case, papers_needed
from app.contracts.rules import check_faults, check_reason, subjects_of
from app.contracts.wording import NEWEST, contract_text
from app.core.clock import baku_date
from app.core.context import Context
from app.core.errors import N_, Conflict
from app.core.operation import operation
from app.documents.rules import OPEN


@dataclass(frozen=True, slots=True)
class Decide:
    """`version` is the one that the officer has seen: on another he has not decided."""

    public_id: str
    version: int


@dataclass(frozen=True, slots=True)
class ReturnApplication:
    public_id: str
    version: int
    faults: Mapping[str, str]


@operation()
def return_application(context: Context, command: ReturnApplication) -> None:
    row = moving.officers(context, command.public_id, command.version)
    faults = check_faults(subjects_of(row.variant, papers_needed(row)), command.faults)
    row.due_on = row.alarm_on = None  # The term begins anew when it comes again.
    moving.move(context, row, Event.RETURN, faults=faults)


@operation()
def check_papers(context: Context, command: Decide) -> None:
    """The papers are all there and in order; none of them still waits for the scanner."""
    row = moving.officers(context, command.public_id, command.version)
    unread = select(ContractPaper.id).where(ContractPaper.contract_id == row.id, ContractPaper.scan.not_in(OPEN))
    if context.session.scalar(unread.limit(1)) is not None:
        raise Conflict("contracts.not_scanned", N_("Sənəd viruslara görə hələ yoxlanılmayıb və ya bloklanıb."))
    moving.move(context, row, Event.CHECK)


@dataclass(frozen=True, slots=True)
class ApproveApplication:
    """An approval with the text of the contract, written and stored."""

    decide: Decide
    text_version: str
    text_sha256: str


def _write(context: Context, command: Decide) -> ApproveApplication:
    """The bytes stand in the store before the row names them; what was shown is what will be signed."""
    case = get_case(context, command.public_id)
    move_of(case.state, Event.APPROVE)
    facts = {**case.answers, "number": case.number, "email": case.email}
    text = contract_text(NEWEST, case.variant, facts, baku_date(context.clock.now()))
    context.session.rollback()
    return ApproveApplication(command, NEWEST, context.ports.blobs.put(text).sha256)


@operation(before=_write, repeatable=False)
def approve(context: Context, approved: ApproveApplication) -> None:
    row = moving.officers(context, approved.decide.public_id, approved.decide.version)
    row.text_version, row.text_sha256 = approved.text_version, approved.text_sha256
    row.approved_on = baku_date(context.clock.now())
    row.due_on = row.alarm_on = None  # It is the applicant's turn.
    moving.move(context, row, Event.APPROVE)


@dataclass(frozen=True, slots=True)
class Refuse:
    public_id: str
    version: int
    reason: str


@operation()
def refuse(context: Context, command: Refuse) -> None:
    row = moving.officers(context, command.public_id, command.version)
    row.due_on = row.alarm_on = None
    moving.move(context, row, Event.REFUSE, reason=check_reason(command.reason))
