"""Signing in, staying signed in, signing out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from app.accounts import queries
from app.accounts.models import Account, EGovSession, SignInSession
from app.accounts.operations.barring import refuse_barred
from app.accounts.passwords import NOBODY, hash_password, is_outdated, matches
from app.accounts.rules import Means, sign_in_limits, terms_for
from app.core.audit import network
from app.core.clock import baku_time
from app.core.context import Context
from app.core.db import insert, write_transaction
from app.core.errors import N_, Invalid, NotFound
from app.core.limits import Limit
from app.core.operation import operation
from app.core.public_ids import digest, new_public_id
from app.core.roles import Assurance
from app.notifications.operations import notify

SEEN_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignIn:
    username: str
    password: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ProvenSignIn:
    """A sign-in whose password was found right; `new_hash` where the stored one is weaker than today's."""

    command: SignIn
    account: queries.Credentials
    new_hash: str | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    must_change: bool


def _sign_in_limits(context: Context, command: SignIn) -> Sequence[Limit]:
    at = network(context.address)
    is_known = queries.has_come_from(context.session, command.username, at)
    return sign_in_limits(command.username, context.address, at if is_known else "")


def _prove(context: Context, command: SignIn) -> ProvenSignIn:
    account = queries.find_credentials(context.session, command.username)
    right = matches(account.password_hash if account else NOBODY, command.password)
    if account:
        context.about("account", account.public_id)
    if account is None or account.is_disabled or not right:
        raise Invalid("accounts.sign_in", N_("İstifadəçi adı və ya şifrə yanlışdır."), field="username")
    return ProvenSignIn(
        command, account, hash_password(command.password) if is_outdated(account.password_hash) else None
    )


@operation(limits=_sign_in_limits, before=_prove, repeatable=False)
def sign_in(context: Context, proven: ProvenSignIn) -> SignedIn:
    account = proven.account
    refuse_barred(context, Means.PASSWORD, "")
    if proven.new_hash:
        context.session.execute(
            update(Account).where(Account.id == account.account_id).values(password_hash=proven.new_hash)
        )
    token = open_session(context, Entry(account.person_id, Means.PASSWORD, proven.command.agent, account.account_id))
    return SignedIn(token, account.must_change)


def forgive_attempts(context: Context, username: str) -> None:
    """Whoever knows the password is not counted among the guessers."""
    everywhere, here = (
        sign_in_limits(username, context.address),
        sign_in_limits(username, context.address, network(context.address)),
    )
    context.ports.limits.forgive([*everywhere, *here])


@dataclass(frozen=True, slots=True)
class Entry:
    """Who has shown who he is, and by what."""

    person_id: int
    means: Means
    agent: str = ""
    account_id: int | None = None
    device: str = ""
    assurance: Assurance = Assurance.PASSWORD


def open_session(context: Context, entry: Entry) -> str:
    """A new random number for the browser; the oldest sessions beyond the allowed number end."""
    now, token = context.clock.now(), secrets.token_urlsafe(32)
    _tell_if_new(context, entry)
    principals = queries.principals_of(context.session, entry.person_id, now)
    values = {
        "token_hash": digest(token),
        "public_id": new_public_id(),
        "person_id": entry.person_id,
        "account_id": entry.account_id,
        "representation_id": principals[0].id if len(principals) == 1 else None,
        "means": entry.means,
        "device": entry.device,
        "assurance": int(entry.assurance),
        "network": network(context.address),
        "agent": entry.agent[:120],
        "created_at": now,
        "last_seen_at": now,
        "proven_at": now if entry.assurance is Assurance.STRONG else None,
    }
    context.session.execute(insert(context.session, SignInSession).values(**values))
    allowed = terms_for(queries.roles_of(context.session, entry.person_id)).parallel
    kept = (
        select(SignInSession.token_hash)
        .where(SignInSession.person_id == entry.person_id, SignInSession.ended_at.is_(None))
        # The one that was just made stays, also where others began at the same moment.
        .order_by((SignInSession.token_hash == digest(token)).desc(), SignInSession.created_at.desc())
        .limit(allowed)
    )
    end_sessions(context, entry.person_id, keep=list(context.session.scalars(kept)))
    return token


def _tell_if_new(context: Context, entry: Entry) -> None:
    """From a network or by a browser that this person has not come by before, as far back as sessions are kept."""
    at = network(context.address)
    same = (SignInSession.network == at) & (SignInSession.agent == entry.agent[:120])
    earlier = select(func.count(), func.count().filter(same)).where(SignInSession.person_id == entry.person_id)
    known, alike = context.session.execute(earlier).one()
    if known and not alike:
        moment = f"{baku_time(context.clock.now()):%d.%m.%Y %H:%M}"
        notify(context, entry.person_id, "accounts.signed_in", link="/sessions", at=moment, network=at)


def end_sessions(context: Context, person_id: int, keep: Sequence[str] = ()) -> None:
    others = update(SignInSession).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None), SignInSession.token_hash.not_in(keep)
    )
    context.session.execute(others.values(ended_at=context.clock.now()))


def renumber(context: Context, token: str, **changes: object) -> str:
    """The same session under a new number, because what it may do has changed; the old number is worth nothing."""
    new = secrets.token_urlsafe(32)
    mine = update(SignInSession).where(
        SignInSession.token_hash == digest(token),
        SignInSession.person_id == context.actor.person_id,
        SignInSession.ended_at.is_(None),
    )
    found = context.session.execute(
        mine.values(token_hash=digest(new), **changes).returning(SignInSession.public_id)
    ).one_or_none()
    if found is None:
        raise session_is_over()
    context.about("session", found.public_id)
    return new


def session_is_over() -> NotFound:
    return NotFound("accounts.session", N_("Bu giriş artıq bağlanıb. Yenidən daxil olun."))


@dataclass(frozen=True, slots=True)
class SignOut:
    token: str


@dataclass(frozen=True, slots=True)
class SignedOut:
    """`farewell` shows, for a moment, that his session is still open at another site that signed him in."""

    farewell: str = ""


@operation(repeatable=False)
def sign_out(context: Context, command: SignOut) -> SignedOut:
    mine = update(SignInSession).where(
        SignInSession.token_hash == digest(command.token), SignInSession.person_id == context.actor.person_id
    )
    ended = mine.values(ended_at=context.clock.now()).returning(SignInSession.public_id)
    session_id, farewell = context.session.execute(ended).scalar_one_or_none(), secrets.token_urlsafe(32)
    elsewhere = update(EGovSession).where(EGovSession.session_id == session_id)
    told = elsewhere.values(farewell_hash=digest(farewell)).returning(EGovSession.session_id)
    return SignedOut(farewell if context.session.execute(told).one_or_none() else "")


@dataclass(frozen=True, slots=True)
class EndSession:
    public_id: str


@operation()
def end_session(context: Context, command: EndSession) -> None:
    """One of his own; one that is over already needs no ending."""
    own = (SignInSession.public_id == command.public_id) & (SignInSession.person_id == context.actor.person_id)
    if context.session.scalar(select(SignInSession.public_id).where(own)) is None:
        raise session_is_over()
    context.about("session", command.public_id)
    still = update(SignInSession).where(own, SignInSession.ended_at.is_(None))
    context.session.execute(still.values(ended_at=context.clock.now()))


@dataclass(frozen=True, slots=True)
class EndOtherSessions:
    token: str


@operation(repeatable=False)
def end_other_sessions(context: Context, command: EndOtherSessions) -> None:
    if context.actor.person_id is not None:
        end_sessions(context, context.actor.person_id, keep=[digest(command.token)])


def is_noted_again(last_seen: datetime, now: datetime) -> bool:
    """That a session is in use is remembered now and then, not with every request."""
    return now - last_seen >= SEEN_AGAIN_AFTER


def keep_alive(context: Context, token: str) -> None:
    now = context.clock.now()
    with write_transaction(context.session, durable=False):
        mine = update(SignInSession).where(SignInSession.token_hash == digest(token))
        context.session.execute(mine.values(last_seen_at=now))
