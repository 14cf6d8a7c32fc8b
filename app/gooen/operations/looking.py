"""An officer looks at whose a number is, or at a request: a look that the person will read about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Participant, Person, Representation
from app.accounts.rules import Kind
from app.core.context import Context
from app.core.errors import N_, Invalid
from app.core.identifiers import check_gooen
from app.core.operation import operation
from app.core.ports import PaperKind
from app.disclosures.operations import note_look
from app.disclosures.rules import Reason
from app.gooen.models import Gooen
from app.gooen.queries import CorrectionDetails, find_correction


@dataclass(frozen=True, slots=True)
class FindHolder:
    number: str


@dataclass(frozen=True, slots=True)
class Holder:
    number: str
    name: str
    address: str
    issued_at: datetime


def _checked(_context: Context, command: FindHolder) -> str:
    try:
        return check_gooen(command.number)
    except Invalid as error:
        raise Invalid(error.code, error.message, field="number", **dict(error.facts)) from None  # type: ignore[arg-type]


@operation(before=_checked, repeatable=False)
def find_holder(context: Context, number: str) -> Holder:
    own = (Representation.participant_id == Gooen.participant_id) & (Representation.kind == Kind.OWN)
    found = (
        select(Gooen.number, Participant.name, Participant.address, Gooen.issued_at, Person.pin)
        .join(Participant, Participant.id == Gooen.participant_id)
        .outerjoin(Representation, own)
        .outerjoin(Person, Person.id == Representation.person_id)
        .where(Gooen.number == number)
    )
    row = context.session.execute(found).one_or_none()
    if row is None:
        raise Invalid("gooen.not_issued", N_("Bu GÖÖEN heç kimə verilməyib."), field="number")
    note_look(context, row.pin, Reason.HOLDER)
    context.about("gooen", number)
    return Holder(*row[:-1])


@dataclass(frozen=True, slots=True)
class OpenCorrection:
    code: str


@operation(repeatable=False)
def open_correction(context: Context, command: OpenCorrection) -> CorrectionDetails:
    """The whole request, with the document that it is about."""
    found = find_correction(context, command.code)
    note_look(context, found.paper.number if found.paper.kind is PaperKind.PIN else None, Reason.CORRECTION)
    context.about("gooen_correction", found.code)
    return found
