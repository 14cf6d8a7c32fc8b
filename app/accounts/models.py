"""Persons, for whom they may act, their accounts, sessions and certificates, ceremonies, links for passwords, bars."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.rules import Barred, Kind, LinkUse, Means, Purpose, Stage
from app.core.db import Id, Model


class Person(Model):
    """One human being, however he signs in; known by his FİN."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_folded", "folded", "id"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    pin: Mapped[str | None] = mapped_column(String(7), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(
        String(240), server_default=text("''")
    )  # The name as it is searched and sorted.
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2), default="az")
    office: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class PersonRole(Model):
    __tablename__ = "person_role"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class Participant(Model):
    """Who pays customs: the holder of a VÖEN or a GÖÖEN, a firm or a person."""

    __tablename__ = "participant"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    number: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime]


class Representation(Model):
    """A person may act for a participant: for himself, for his firm, or by a power of attorney."""

    __tablename__ = "representation"
    __table_args__ = (
        Index(
            "uq_representation_valid",
            "person_id",
            "participant_id",
            "kind",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_representation_participant", "participant_id", "id"),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participant.id"))
    kind: Mapped[Kind]
    device: Mapped[str] = mapped_column(
        String(64), server_default=text("''"), index=True
    )  # SHA-256 of the certificate that says so, where nothing else does: the right is good as long as that is.
    scope: Mapped[str] = mapped_column(String(200))  # Subjects, with blanks between; empty for everything.
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Account(Model):
    """A user name and a password: one of the means by which a person signs in."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    username: Mapped[str] = mapped_column(String(32), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change: Mapped[bool]
    created_at: Mapped[datetime]
    password_set_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignInSession(Model):
    """The browser holds a random number, we hold its hash: whoever reads this table cannot enter with it."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_open", "person_id", "created_at"),)
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    representation_id: Mapped[int | None] = mapped_column(ForeignKey("representation.id"))
    means: Mapped[Means]
    device: Mapped[str] = mapped_column(String(64))  # SHA-256 of the certificate that signed in, if one did.
    assurance: Mapped[int]
    network: Mapped[str] = mapped_column(String(50))
    agent: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]  # The last time that a card or a phone showed who it is.
    ended_at: Mapped[datetime | None]


class SignInCertificate(Model):
    """A certificate that somebody came with, so that what became of it can be asked while he is signed in, by whatever
    means, and acts for the firm that it names."""

    __tablename__ = "sign_in_certificate"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime]
    good_until: Mapped[datetime | None]
    void_at: Mapped[datetime | None]  # Since then it was known to be revoked, on hold or over.


class Ceremony(Model):
    """A proof that somebody gives outside the portal, with a card, a phone or another site; of one browser, once."""

    __tablename__ = "ceremony"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    means: Mapped[Means]
    purpose: Mapped[Purpose]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # Who proves anew.
    stage: Mapped[Stage]
    outcome: Mapped[str] = mapped_column(String(80))  # The code of what went wrong.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # What this means needs to go on, such as a challenge.
    target: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class EGovSession(Model):
    """A session that the E-Gov identity opened, as its provider knows it: so that both can end it."""

    __tablename__ = "e_gov_session"
    session_id: Mapped[str] = mapped_column(
        ForeignKey("sign_in_session.public_id", ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[str] = mapped_column(String(255), index=True)
    provider_session: Mapped[str] = mapped_column(String(255), index=True)  # Empty where the provider has no number.
    id_token: Mapped[str] = mapped_column(Text)  # Shown to the provider when he signs out there.
    farewell_hash: Mapped[str | None] = mapped_column(String(64), unique=True)


class EGovFarewell(Model):
    """A message of the provider that somebody has signed out there; it counts once."""

    __tablename__ = "e_gov_farewell"
    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]


class Bar(Model):
    """A means, a device or a person that may not sign in, and whose sessions are over, until the bar is lifted."""

    __tablename__ = "bar"
    __table_args__ = (
        Index(
            "uq_bar_standing",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[Barred]
    subject: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class EmailChange(Model):
    """An address that waits until somebody opens the link that was sent there."""

    __tablename__ = "email_change"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordLink(Model):
    """A link by which the owner of an account sets a new password, once."""

    __tablename__ = "password_link"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    use: Mapped[LinkUse] = mapped_column(server_default=LinkUse.RESET)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
