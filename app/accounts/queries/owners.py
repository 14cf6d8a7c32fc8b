"""User names with their passwords, and to whom they belong."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import (
    Account,
    EmailChange,
    Participant,
    PasswordLink,
    Person,
    Representation,
    SignInSession,
)
from app.accounts.rules import LinkUse


@dataclass(frozen=True, slots=True)
class Credentials:
    account_id: int
    person_id: int
    public_id: str
    password_hash: str
    must_change: bool
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom an account belongs to, as far as a message to him needs it."""

    account_id: int
    person_id: int
    public_id: str
    username: str
    name: str
    email: str | None
    language: str


def find_credentials(session: Session, username: str) -> Credentials | None:
    statement = (
        select(
            Account.id,
            Account.person_id,
            Account.public_id,
            Account.password_hash,
            Account.must_change,
            or_(Account.disabled_at.is_not(None), Person.disabled_at.is_not(None)),
        )
        .join(Person, Person.id == Account.person_id)
        .where(Account.username == username)
    )
    row = session.execute(statement).one_or_none()
    return Credentials(*row) if row else None


def has_come_from(session: Session, username: str, network: str) -> bool:
    """Whether its owner has signed in from this network, as far back as sessions are kept."""
    statement = (
        select(SignInSession.public_id)
        .join(Account, Account.person_id == SignInSession.person_id)
        .where(Account.username == username, SignInSession.network == network)
        .limit(1)
    )
    return session.scalar(statement) is not None


def find_credentials_of(session: Session, account_id: int) -> Credentials | None:
    username = session.scalar(select(Account.username).where(Account.id == account_id))
    return find_credentials(session, username) if username else None


_OWNER = (
    select(Account.id, Person.id, Account.public_id, Account.username, Person.name, Person.email, Person.language)
    .join(Person, Person.id == Account.person_id)
    .where(Person.disabled_at.is_(None))
)
OWNER = _OWNER.where(Account.disabled_at.is_(None))
# An account is shut until its owner has set the first password.
OWNER_BY_USE = {LinkUse.RESET: OWNER, LinkUse.ACTIVATE: _OWNER.where(Account.disabled_at.is_not(None))}


def find_owner(session: Session, username: str) -> Owner | None:
    row = session.execute(OWNER.where(Account.username == username)).one_or_none()
    return Owner(*row) if row else None


def get_owner(session: Session, account_id: int) -> Owner:
    return Owner(*session.execute(OWNER.where(Account.id == account_id)).one())


def find_link_owner(session: Session, token_hash: str, now: datetime, use: LinkUse = LinkUse.RESET) -> Owner | None:
    """Whose password a link may set, if it still may and is for this use."""
    statement = (
        OWNER_BY_USE[use]
        .join(PasswordLink, PasswordLink.account_id == Account.id)
        .where(
            PasswordLink.token_hash == token_hash,
            PasswordLink.use == use,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
        )
    )
    row = session.execute(statement).one_or_none()
    return Owner(*row) if row else None


def numbers_about(session: Session, account_id: int) -> list[str]:
    """Words about this user that must not be his password."""
    statement = (
        select(Participant.number, Participant.name)
        .join(Representation, Representation.participant_id == Participant.id)
        .join(Account, Account.person_id == Representation.person_id)
        .where(Account.id == account_id)
    )
    return [word for row in session.execute(statement) for word in row]


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person is reached."""

    name: str
    email: str | None
    language: str


def contact_of(session: Session, person_id: int) -> Contact:
    columns = (Person.name, Person.email, Person.language)
    return Contact(*session.execute(select(*columns).where(Person.id == person_id)).one())


def find_email_change(session: Session, token_hash: str, now: datetime) -> str | None:
    """The address that waits for this link, if it still does."""
    statement = select(EmailChange.email).where(
        EmailChange.token_hash == token_hash, EmailChange.used_at.is_(None), EmailChange.expires_at > now
    )
    return session.scalar(statement)
