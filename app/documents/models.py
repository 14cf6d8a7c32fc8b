"""One row for each document in somebody's library; its content stands in the store under its hash."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model
from app.documents.rules import Kind, State


class Document(Model):
    """Belongs to the participant for whom it was uploaded, or, where there is none, to the person himself."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Kind]
    size: Mapped[int]
    pages: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[State]
    signature: Mapped[str] = mapped_column(String(200), default="")  # What the scanner found later.
    uploaded_at: Mapped[datetime]

    # The same content is kept once for each owner, so that sending a file again is free.
    __table_args__ = (
        Index("uq_document_participant_content", "participant_id", "sha256", unique=True),
        Index(
            "uq_document_person_content",
            "person_id",
            "sha256",
            unique=True,
            sqlite_where=text("participant_id IS NULL"),
            postgresql_where=text("participant_id IS NULL"),
        ),
        Index("ix_document_participant", "participant_id", "id"),
        Index("ix_document_person", "person_id", "id"),
    )
