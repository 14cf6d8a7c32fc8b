"""Whose session it is, what it may do now, and which others are open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, cast, func, literal_column, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Bar, Participant, Person, PersonRole, Representation, SignInSession
from app.accounts.queries.principals import is_vouched_for
from app.accounts.rules import (
    ROLES_BY_KIND,
    Barred,
    Kind,
    Means,
    SessionTerms,
    browser_name,
    closed_by,
    is_alive,
    is_in_force,
    terms_for,
    worth,
)
from app.core.clock import baku_date
from app.core.context import Actor, Context
from app.core.db import Instant, Prepared
from app.core.roles import Assurance, Role
from app.notifications.models import Notification


@dataclass(frozen=True, slots=True)
class LiveSession:
    actor: Actor
    principal: str
    began_at: datetime
    last_seen_at: datetime
    terms: SessionTerms
    unread: int


ROLES = (
    # A separator given as a value would be written into the statement anew for every request.
    select(func.aggregate_strings(PersonRole.role, literal_column("' '", String)))  # type: ignore[arg-type]
    .where(PersonRole.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)
UNREAD = (
    select(func.count())
    .select_from(Notification)
    .where(Notification.person_id == Person.id, Notification.read_at.is_(None))
    .correlate(Person)
    .scalar_subquery()
)
IS_BARRED = (
    select(1)
    .where(
        Bar.lifted_at.is_(None),
        ((Bar.kind == Barred.DEVICE) & (Bar.subject == SignInSession.device))
        | ((Bar.kind == Barred.MEANS) & (Bar.subject == cast(SignInSession.means, String))),
    )
    .correlate(SignInSession)
    .exists()
)
SESSION = Prepared(
    lambda _: (
        select(
            Person.id.label("person_id"),
            Person.public_id,
            Person.name,
            Person.office,
            Account.id.label("account_id"),
            Account.must_change,
            ROLES.label("roles"),
            UNREAD.label("unread"),
            Representation.id.label("representation_id"),
            Representation.participant_id,
            Representation.kind,
            Representation.scope,
            Representation.valid_from,
            Representation.valid_until,
            SignInSession.assurance,
            SignInSession.created_at,
            SignInSession.last_seen_at,
            SignInSession.proven_at,
            Participant.number,
        )
        .select_from(SignInSession)
        .join(Person, Person.id == SignInSession.person_id)
        .outerjoin(Account, Account.id == SignInSession.account_id)
        .outerjoin(
            Representation,
            (Representation.id == SignInSession.representation_id)
            & Representation.revoked_at.is_(None)
            & is_vouched_for(bindparam("now", type_=Instant())),
        )
        .outerjoin(Participant, Participant.id == Representation.participant_id)
        .where(
            SignInSession.token_hash == bindparam("token_hash"),
            SignInSession.ended_at.is_(None),
            Person.disabled_at.is_(None),
            Account.disabled_at.is_(None),
            ~IS_BARRED,
        )
    )
)


def find_session(connection: Connection, token_hash: str, now: datetime) -> LiveSession | None:
    """The actor of a session that is still good; rights are read anew with every request."""
    row = SESSION.on(connection, {"token_hash": token_hash, "now": now}).one_or_none()
    if row is None:
        return None
    roles = frozenset(Role(role) for role in (row.roles or "").split())
    terms = terms_for(roles)
    if not is_alive(terms, row.created_at, row.last_seen_at, now):
        return None
    principal = row if _is_in_force(row, now) else None
    if principal:
        roles |= {ROLES_BY_KIND[Kind(principal.kind)]}
    actor = Actor(
        roles=frozenset({Role.NEWCOMER}) if row.must_change else roles,
        name=row.name,
        reference=f"person:{row.public_id}",
        account_id=row.account_id,
        person_id=row.person_id,
        participant_id=principal.participant_id if principal else None,
        representation_id=principal.representation_id if principal else None,
        closed=closed_by(principal.scope) if principal else frozenset(),
        office=row.office,
        assurance=worth(Assurance(row.assurance), row.proven_at, now),
    )
    return LiveSession(
        actor, principal.number if principal else "", row.created_at, row.last_seen_at, terms, row.unread
    )


def are_of_one_person(session: Session, *token_hashes: str) -> bool:
    """Whether these are numbers of sessions, over or not, that the same person has had."""
    counted = select(func.count(), func.count(SignInSession.person_id.distinct()))
    row = session.execute(counted.where(SignInSession.token_hash.in_(token_hashes))).one()
    return tuple(row) == (len(token_hashes), 1)


def barred_means(session: Session) -> list[Means]:
    """The means that nobody may come in by now."""
    statement = select(Bar.subject).where(Bar.kind == Barred.MEANS, Bar.lifted_at.is_(None)).order_by(Bar.subject)
    return [Means(subject) for subject in session.scalars(statement)]


def _is_in_force(row: Row[Any], now: datetime) -> bool:
    """A power of attorney that ended this midnight is no longer one."""
    return row.participant_id is not None and is_in_force(row.valid_from, row.valid_until, baku_date(now))


def roles_of(session: Session, person_id: int) -> frozenset[Role]:
    return frozenset(
        Role(role) for role in session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id))
    )


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a person's sign-ins, as he sees it in his list."""

    public_id: str
    means: Means
    network: str
    agent: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool

    @property
    def device(self) -> str:
        return browser_name(self.agent)


def open_sessions(context: Context, token_hash: str) -> list[OpenSession]:
    """Those that are still alive, the latest first."""
    terms, now = terms_for(context.actor.roles), context.clock.now()
    columns = (
        SignInSession.public_id,
        SignInSession.means,
        SignInSession.network,
        SignInSession.agent,
        SignInSession.created_at,
        SignInSession.last_seen_at,
        SignInSession.token_hash == token_hash,
    )
    mine = select(*columns).where(SignInSession.person_id == context.actor.person_id, SignInSession.ended_at.is_(None))
    found = [OpenSession(*row) for row in context.session.execute(mine.order_by(SignInSession.last_seen_at.desc()))]
    return [one for one in found if is_alive(terms, one.created_at, one.last_seen_at, now)]
