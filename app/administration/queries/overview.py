"""How much waits for the administrators."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Bar
from app.administration.models import Proposal
from app.administration.rules import State
from app.core.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Overview:
    proposals: int
    bars: int
    undelivered: int


def overview(session: Session, now: datetime) -> Overview:
    open_ones = select(func.count()).where(Proposal.state == State.OPEN, Proposal.expires_at > now).scalar_subquery()
    bars = select(func.count()).where(Bar.lifted_at.is_(None)).scalar_subquery()
    dead = select(func.count()).where(OutboxRow.dead_at.is_not(None)).scalar_subquery()
    return Overview(*session.execute(select(open_ones, bars, dead)).one())
