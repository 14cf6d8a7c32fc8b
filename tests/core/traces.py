"""What an operation leaves behind in the tables that every operation writes to."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.audit import AuditEntry
from app.core.outbox import OutboxRow
from app.core.service_counts import ServiceCount


@dataclass(frozen=True)
class Trace:
    """What an operation left behind: the outcomes in the audit trail, the counts, the number of messages."""

    audited: list[tuple[str, str, str]]
    counted: dict[str, int]
    messages: int


def trace(session: Session) -> Trace:
    session.rollback()
    rows = session.execute(select(AuditEntry.operation, AuditEntry.outcome, AuditEntry.code).order_by(AuditEntry.id))
    counts = select(ServiceCount.outcome, func.sum(ServiceCount.requests)).group_by(ServiceCount.outcome)
    messages = session.scalar(select(func.count()).select_from(OutboxRow)) or 0
    counted = {outcome: int(number) for outcome, number in session.execute(counts)}
    return Trace([(row.operation, row.outcome, row.code) for row in rows], counted, messages)
