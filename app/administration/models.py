"""What one administrator has proposed and a second one decides."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.administration.rules import Change, State
from app.core.db import Id, Model


class Proposal(Model):
    """Stays for ever: who wanted what for which reason, and who agreed."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_open",
            "subject",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_proposal_person_id", "person_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    change: Mapped[Change]
    subject: Mapped[str] = mapped_column(String(120))  # What it is about: of two open ones of the same, one is refused.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # Whom it concerns; he has no say in it.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[State]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(500))
