"""Numbers that were given, the next one, and look-ups that wait for a yes or a no."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model
from app.core.ports import PaperKind
from app.gooen.rules import Stage, Wrong


class Gooen(Model):
    """Given once to a person, whom the population register knows by `person_number`."""

    __tablename__ = "gooen"
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(10), unique=True)
    person_number: Mapped[str] = mapped_column(String(20), unique=True)
    issued_at: Mapped[datetime]


class GooenSerial(Model):
    """One row: whoever holds it gives the next number, and nobody else meanwhile."""

    __tablename__ = "gooen_serial"
    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    following: Mapped[int]


class GooenPdf(Model):
    """One paper of a number, known by what stands on it; no file before the worker has sealed it."""

    __tablename__ = "gooen_pdf"
    paper_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime | None]


class Enquiry(Model):
    """Somebody named a person by a document; of the answer only what names nobody is kept, and not for long."""

    __tablename__ = "gooen_enquiry"
    public_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    asker_hash: Mapped[str] = mapped_column(String(64))
    citizenship: Mapped[str] = mapped_column(String(2))
    kind: Mapped[PaperKind]
    document: Mapped[str] = mapped_column(String(20))
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[str | None] = mapped_column(String(10))
    paper_sha256: Mapped[str | None] = mapped_column(String(64))  # Where a PDF was ordered.
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Correction(Model):
    """Somebody said no: what is wrong in the data, what is right, how he is reached, and what an officer answered."""

    __tablename__ = "gooen_correction"
    __table_args__ = (Index("ix_gooen_correction_stage", "stage", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(14), unique=True)
    enquiry_id: Mapped[str] = mapped_column(String(32), unique=True)  # One no to one look-up.
    citizenship: Mapped[str] = mapped_column(String(2))
    kind: Mapped[PaperKind]
    document: Mapped[str] = mapped_column(String(20))
    wrong: Mapped[Wrong]
    right: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    file_name: Mapped[str] = mapped_column(String(255))  # Empty without a copy.
    file_kind: Mapped[str] = mapped_column(String(20))
    file_sha256: Mapped[str] = mapped_column(String(64))
    file_scan: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    stage: Mapped[Stage]
    answer: Mapped[str] = mapped_column(String(1000))
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
