"""An officer opens a record: where its consignee is a person, that person will read of the look."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts.models import Participant, Person, Representation
from app.accounts.rules import Kind
from app.border_goods.queries import WholeRecord, of_office, whole
from app.core.context import Context
from app.core.operation import operation
from app.disclosures.operations import note_look
from app.disclosures.rules import Reason


@dataclass(frozen=True, slots=True)
class OpenRecord:
    public_id: str


@operation(repeatable=False)
def open_record(context: Context, command: OpenRecord) -> WholeRecord:
    """Of the officer's own office, from either side."""
    found = whole(context, command.public_id, or_(of_office(context, "office"), of_office(context, "destination")))
    holder = (
        select(Person.pin)
        .join(Representation, Representation.person_id == Person.id)
        .join(Participant, Participant.id == Representation.participant_id)
        .where(Participant.number == found.record.consignee, Representation.kind == Kind.OWN)
    )
    note_look(context, context.session.scalar(holder), Reason.BORDER_GOODS)
    context.about("border_record", command.public_id)
    return found
