"""One row for a contract from its draft to its end; beside it the links back to it, its papers, what happened."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.contracts.machine import Event, State
from app.contracts.rules import Paper, Variant
from app.core.db import Id, Model
from app.documents.rules import Kind
from app.documents.rules import State as Scan


class Contract(Model):
    """An application and the contract that comes of it: one thing, one number."""

    __tablename__ = "contract"
    __table_args__ = (
        Index("ix_contract_queue", "state", "due_on", "id"),
        Index("ix_contract_payer", "payer", "state"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # Who applied, if signed in.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # Whose user name it is.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    representation_id: Mapped[int | None] = mapped_column(ForeignKey("representation.id"))  # Given by this contract.
    variant: Mapped[Variant]
    state: Mapped[State]
    version: Mapped[int]  # Counts every change, so that nobody decides on what he has not seen.
    since: Mapped[datetime]  # It has been in this state.
    language: Mapped[str] = mapped_column(String(2))
    email: Mapped[str] = mapped_column(String(254))
    email_confirmed_at: Mapped[datetime | None]
    payer: Mapped[str] = mapped_column(String(10))
    firm: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    pin: Mapped[str] = mapped_column(String(7))
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(20))
    iban: Mapped[str] = mapped_column(String(34))
    is_non_commercial: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(20))
    text_sha256: Mapped[str] = mapped_column(String(64))
    container: Mapped[str] = mapped_column(String(32))  # Of the archive, where it was signed electronically.
    applied_at: Mapped[datetime | None]
    approved_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    due_on: Mapped[date | None]
    alarm_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    act_at: Mapped[datetime | None] = mapped_column(index=True)  # When the portal has something to do by itself.
    created_at: Mapped[datetime]


class ContractKey(Model):
    """A link that was mailed to the applicant and opens his application; we hold its hash alone."""

    __tablename__ = "contract_key"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ContractPaper(Model):
    """A file that was brought for a contract; its content stands in the store under its hash."""

    __tablename__ = "contract_paper"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    paper: Mapped[Paper]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Kind]
    size: Mapped[int]
    pages: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    scan: Mapped[Scan]
    uploaded_at: Mapped[datetime]


class ContractEvent(Model):
    """What happened, in order; the faults and grounds that were told to the applicant stand here."""

    __tablename__ = "contract_event"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    event: Mapped[Event]
    at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(4000))
    faults: Mapped[dict[str, Any]] = mapped_column(JSON)
