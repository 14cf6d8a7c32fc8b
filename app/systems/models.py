"""Registered systems, the certificates by which they are known, and signatures that were seen already."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, Model
from app.systems.rules import Kind


class CallingSystem(Model):
    __tablename__ = "calling_system"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Kind]
    office: Mapped[str | None] = mapped_column(String(10))  # Of which it is the system; a border post always is one.
    operations: Mapped[str] = mapped_column(Text)  # Names of the contract, with blanks between.
    valid_until: Mapped[date | None]
    registered_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SystemCertificate(Model):
    """A system has several while one follows the other."""

    __tablename__ = "system_certificate"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("calling_system.id"), index=True)
    subject: Mapped[str] = mapped_column(String(300))
    expires_at: Mapped[datetime]
    added_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SeenSignature(Model):
    """A signed message is taken once; what is too old to be taken at all need not be remembered."""

    __tablename__ = "seen_signature"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
