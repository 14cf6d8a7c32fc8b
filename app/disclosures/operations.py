"""Part of every operation that shows somebody's data to somebody."""

from app.core.audit import network
from app.core.context import Context
from app.core.db import insert
from app.disclosures.models import DataLook
from app.disclosures.rules import Reason, subject_of


def note_look(context: Context, pin: str | None, reason: Reason) -> None:
    """A person without a FİN cannot sign in to read it; the audit trail has the look all the same."""
    if not pin:
        return
    row = {
        "subject": subject_of(pin),
        "at": context.clock.now(),
        "reason": reason,
        "channel": str(context.channel),
        "looked_by": context.through or context.actor.reference,
        "office": context.actor.office or "",
        "network": network(context.address),
        "reference": context.reference,
    }
    context.session.execute(insert(context.session, DataLook).values(row))
