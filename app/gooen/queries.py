"""What is read of look-ups and of numbers."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.operations.sessions import digest
from app.core.context import Context
from app.core.errors import N_, NotFound
from app.core.identifiers import check_gooen
from app.core.ports import Paper
from app.gooen.models import Enquiry, Gooen
from app.gooen.rules import Card


@dataclass(frozen=True, slots=True)
class FoundEnquiry:
    public_id: str
    paper: Paper
    card: Card
    number: str | None


def find_enquiry(context: Context, asker: str, public_id: str) -> FoundEnquiry:
    """Whoever did not ask is told that nobody did."""
    mine = Enquiry.public_id == public_id, Enquiry.asker_hash == digest(asker)
    row = context.session.scalars(select(Enquiry).where(*mine, Enquiry.expires_at > context.clock.now())).one_or_none()
    if row is None:
        raise NotFound("gooen.enquiry", N_("Bu sorğunun vaxtı bitib. Sənədin məlumatlarını yenidən daxil edin."))
    return FoundEnquiry(row.public_id, Paper(row.citizenship, row.kind, row.document), Card(**row.card), row.number)


@dataclass(frozen=True, slots=True)
class CheckedNumber:
    number: str
    is_issued: bool


def check_number(context: Context, text: str) -> CheckedNumber:
    """Whether this is a GÖÖEN, and whether it was ever given to somebody; never to whom."""
    number = check_gooen(text)
    found = context.session.scalar(select(Gooen.number).where(Gooen.number == number))
    return CheckedNumber(number, found is not None)
