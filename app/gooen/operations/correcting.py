"""The no to what a look-up found: a request with a number to follow, and the officer's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import select

from app.core.context import Channel, Context
from app.core.db import insert
from app.core.errors import N_, Invalid, NotFound
from app.core.identifiers import check_email
from app.core.limits import Limit
from app.core.operation import operation
from app.documents.intake import Accepted, take_in
from app.gooen.models import Correction
from app.gooen.queries import FoundEnquiry, find_enquiry
from app.gooen.rules import Stage, Wrong, correction_limits, new_correction_code

ANSWERED = "mail.gooen_answer"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the document, as it came."""

    content: BinaryIO
    name: str
    declared_type: str = ""


@dataclass(frozen=True, slots=True)
class ReportError:
    public_id: str
    asker: str
    wrong: Wrong
    right: str
    email: str
    copy: Copy | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    code: str


@dataclass(frozen=True, slots=True)
class Taken:
    command: ReportError
    enquiry: FoundEnquiry
    email: str
    copy: Accepted | None


def _limits(context: Context, _command: ReportError) -> Sequence[Limit]:
    # A hub has one address for all the people it speaks for.
    return correction_limits(context.address if context.channel is Channel.WEB else context.actor.reference)


def _take(context: Context, command: ReportError) -> Taken:
    enquiry = find_enquiry(context, command.asker, command.public_id)
    email = _email(command.email) if command.email.strip() else ""
    context.session.rollback()  # Ends the read: a scanner may be slow.
    sent = command.copy
    copy = take_in(context.ports, sent.content, sent.name, sent.declared_type) if sent else None
    return Taken(command, enquiry, email, copy)


def _email(text: str) -> str:
    try:
        return check_email(text)
    except Invalid as error:
        raise Invalid(error.code, error.message, field="email") from None


def _sameness(taken: Taken) -> tuple[str, str, str, str]:
    command = taken.command
    return command.public_id, command.wrong, command.right, taken.copy.sha256 if taken.copy else ""


@operation(service="gooen", limits=_limits, before=_take, sameness=_sameness)
def report_error(context: Context, taken: Taken) -> Reported:
    """One request for one look-up, however often it is sent; no number is given to data that are said to be wrong."""
    command, paper, copy = taken.command, taken.enquiry.paper, taken.copy
    if taken.enquiry.number is not None:
        raise Invalid("gooen.confirmed", N_("Bu məlumatları artıq təsdiq etmisiniz və GÖÖEN verilib."))
    values = {
        "code": new_correction_code(),
        "enquiry_id": command.public_id,
        "citizenship": paper.citizenship,
        "kind": paper.kind,
        "document": paper.number,
        "wrong": command.wrong,
        "right": command.right.strip(),
        "email": taken.email,
        "language": context.language,
        "file_name": copy.name if copy else "",
        "file_kind": str(copy.kind) if copy else "",
        "file_sha256": copy.sha256 if copy else "",
        "file_scan": str(copy.state) if copy else "",
        "asked_at": context.clock.now(),
        "stage": Stage.OPEN,
        "answer": "",
    }
    made = insert(context.session, Correction).values(values).on_conflict_do_nothing(index_elements=["enquiry_id"])
    context.session.execute(made)
    code: str = context.session.scalars(select(Correction.code).where(Correction.enquiry_id == command.public_id)).one()
    context.about("gooen_correction", code, wrong=str(command.wrong))
    return Reported(code)


@dataclass(frozen=True, slots=True)
class Answer:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    code: str


@operation()
def answer_correction(context: Context, command: Answer) -> Answered:
    """Once: two officers cannot tell one person two things."""
    found = select(Correction).where(Correction.code == command.code).with_for_update()
    row = context.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound("gooen.correction", N_("Belə düzəliş sorğusu yoxdur."))
    if row.stage is not Stage.OPEN:
        raise Invalid("gooen.answered", N_("Bu sorğuya artıq cavab verilib."), field="text")
    row.stage, row.answer = Stage.ANSWERED, command.text.strip()
    row.answered_by, row.answered_at = context.actor.person_id, context.clock.now()
    context.about("gooen_correction", row.code)
    if row.email:
        told = {"to": row.email, "language": row.language, "code": row.code}
        link = f"{context.ports.base_url}/gooen/corrections/{row.code}"
        context.send(ANSWERED, told | {"link": link}, key=f"{ANSWERED}/{row.code}")
    return Answered(row.code)
