"""Looks at data of persons."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model
from app.disclosures.rules import Reason


class DataLook(Model):
    __tablename__ = "data_look"
    __table_args__ = (Index("ix_data_look_subject", "subject", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    reason: Mapped[Reason]
    channel: Mapped[str] = mapped_column(String(10))
    looked_by: Mapped[str] = mapped_column(
        String(80)
    )  # `anonymous`, `person:…`, `system:…`, as the audit trail has it.
    office: Mapped[str] = mapped_column(String(10))
    network: Mapped[str] = mapped_column(String(50))
    reference: Mapped[str] = mapped_column(String(20))
