"""Enters the audit trail into the register: what was published of it cannot be rewritten any more."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select

from app.archive.operations.entering import record
from app.core.audit import AuditEntry, AuditHead
from app.core.clock import BAKU, baku_date
from app.core.context import Context
from app.core.operation import operation


@dataclass(frozen=True, slots=True)
class Anchor:
    pass


@dataclass(frozen=True, slots=True)
class Anchored:
    chains: int


@operation(repeatable=False)
def anchor(context: Context, _command: Anchor) -> Anchored:
    """The newest row of each chain before today. The same row gives the same entry, which comes in once."""
    from signing.transparency.entries import audit_entry

    session, today = context.session, datetime.combine(baku_date(context.clock.now()), time(), BAKU)
    columns = AuditEntry.chain, AuditEntry.seq, AuditEntry.digest, AuditEntry.at
    chains = session.scalars(select(AuditHead.chain).order_by(AuditHead.chain)).all()
    for chain in chains:
        before = select(*columns).where(AuditEntry.chain == chain, AuditEntry.at < today)
        for row in session.execute(before.order_by(AuditEntry.seq.desc()).limit(1)):
            record(context, audit_entry(*row).decode("ascii"))
    context.about("audit_trail", today.date().isoformat(), chains=len(chains))
    return Anchored(len(chains))
