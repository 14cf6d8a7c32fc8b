"""Numbers that were given, the next one, and look-ups that wait for a yes or a no."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model
from app.core.ports import PaperKind


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
    expires_at: Mapped[datetime] = mapped_column(index=True)
