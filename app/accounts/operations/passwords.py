"""A new password: changed by its owner, or set by a link that only the owner's mail receives."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from app.accounts import queries
from app.accounts.models import Account, PasswordLink
from app.accounts.operations.sessions import Entry, SignedIn, end_sessions, open_session
from app.accounts.passwords import hash_password, matches
from app.accounts.rules import RESET_LIFE, LinkUse, Means, check_password, reset_limits, sign_in_limits, token_limits
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Invalid, NotAllowed, NotFound
from app.core.limits import Limit
from app.core.operation import operation
from app.core.public_ids import digest
from app.notifications.operations import notify

LINK_ASKED = "accounts.link_asked"


@dataclass(frozen=True, slots=True)
class ChangePassword:
    password: str
    new_password: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ProvenChange:
    account_id: int
    new_hash: str
    agent: str


def _change_limits(context: Context, _command: ChangePassword) -> Sequence[Limit]:
    return sign_in_limits(context.actor.reference, context.address)


def _prove_change(context: Context, command: ChangePassword) -> ProvenChange:
    if context.actor.account_id is None:
        raise NotAllowed("accounts.no_account", N_("Bu giriş vasitəsinin şifrəsi yoxdur."))
    account = queries.find_credentials_of(context.session, context.actor.account_id)
    if account is None or not matches(account.password_hash, command.password):
        raise Invalid("accounts.password_wrong", N_("Hazırkı şifrə yanlışdır."), field="password")
    if command.new_password == command.password:
        raise Invalid("accounts.password_same", N_("Yeni şifrə əvvəlkindən fərqlənməlidir."), field="new_password")
    _check_new_password(context, queries.get_owner(context.session, account.account_id), command.new_password)
    return ProvenChange(account.account_id, hash_password(command.new_password), command.agent)


def _check_new_password(context: Context, owner: queries.Owner, password: str) -> None:
    words = [owner.username, *owner.name.split(), *queries.numbers_about(context.session, owner.account_id)]
    check_password(password, words)


@operation(limits=_change_limits, before=_prove_change, repeatable=False)
def change_password(context: Context, proven: ProvenChange) -> SignedIn:
    """Every session ends with the old password; this browser gets a new one."""
    owner = queries.get_owner(context.session, proven.account_id)
    context.about("account", owner.public_id)
    _set_password(context, owner, proven.new_hash)
    entry = Entry(owner.person_id, Means.PASSWORD, proven.agent, owner.account_id)
    return SignedIn(open_session(context, entry), must_change=False)


def _set_password(context: Context, owner: queries.Owner, new_hash: str) -> None:
    values = {"password_hash": new_hash, "must_change": False, "password_set_at": context.clock.now()}
    context.session.execute(update(Account).where(Account.id == owner.account_id).values(**values))
    end_sessions(context, owner.person_id)
    notify(context, owner.person_id, "accounts.password_changed")


@dataclass(frozen=True, slots=True)
class AskForPasswordLink:
    username: str


def _ask_limits(context: Context, command: AskForPasswordLink) -> Sequence[Limit]:
    return reset_limits(command.username, context.address)


@operation(limits=_ask_limits)
def ask_for_password_link(context: Context, command: AskForPasswordLink) -> None:
    """The same is done for every name: whether anybody has it, is found out by the worker, where nobody can time it."""
    context.send(LINK_ASKED, {"username": command.username})


@dataclass(frozen=True, slots=True)
class SendPasswordLink:
    """`key` is that of the message that asks for it: delivered twice it is mailed once."""

    username: str
    key: str


@operation(repeatable=False)
def send_password_link(context: Context, command: SendPasswordLink) -> None:
    """To its owner's mail and to no other address."""
    owner = queries.find_owner(context.session, command.username)
    if owner is None or not owner.email:
        return
    context.about("account", owner.public_id)
    link = f"{context.ports.base_url}/login/password/reset/{new_link_token(context, owner.account_id, RESET_LIFE)}"
    mail = {"to": owner.email, "language": owner.language, "name": owner.name, "link": link}
    context.send("mail.password_link", mail, key=f"mail.password_link/{command.key}")


def new_link_token(context: Context, account_id: int, life: timedelta, use: LinkUse = LinkUse.RESET) -> str:
    """Part of an operation: 256 random bits, of which only the hash is kept."""
    token, now = secrets.token_urlsafe(32), context.clock.now()
    values = {
        "token_hash": digest(token),
        "account_id": account_id,
        "use": use,
        "created_at": now,
        "expires_at": now + life,
    }
    context.session.execute(insert(context.session, PasswordLink).values(**values))
    return token


def void_links(context: Context, account_id: int) -> None:
    """Links that were sent before are worth nothing any more."""
    unused = update(PasswordLink).where(PasswordLink.account_id == account_id, PasswordLink.used_at.is_(None))
    context.session.execute(unused.values(used_at=context.clock.now()))


@dataclass(frozen=True, slots=True)
class SetPassword:
    token: str
    new_password: str


@dataclass(frozen=True, slots=True)
class ProvenSet:
    token: str
    new_hash: str


def _set_limits(context: Context, _command: SetPassword) -> Sequence[Limit]:
    return token_limits(context.address)


def _prove_link(context: Context, command: SetPassword) -> ProvenSet:
    return prove_link(context, command.token, command.new_password, LinkUse.RESET)


def prove_link(context: Context, token: str, new_password: str, use: LinkUse) -> ProvenSet:
    """For `before=`: whether the link still works, and whether the password will do."""
    owner = queries.find_link_owner(context.session, digest(token), context.clock.now(), use)
    if owner is None:
        raise link_is_dead()
    _check_new_password(context, owner, new_password)
    return ProvenSet(token, hash_password(new_password))


def link_is_dead() -> NotFound:
    return NotFound("accounts.link", N_("Bu keçid artıq işlədilib və ya vaxtı bitib. Yenisini istəyin."))


@operation(limits=_set_limits, before=_prove_link, repeatable=False)
def set_password(context: Context, proven: ProvenSet) -> None:
    owner = use_link(context, proven.token, LinkUse.RESET)
    context.about("account", owner.public_id)
    _set_password(context, owner, proven.new_hash)


def use_link(context: Context, token: str, use: LinkUse) -> queries.Owner:
    """Part of an operation: a link works once, also when it is followed twice at the same moment."""
    now, token_hash = context.clock.now(), digest(token)
    owner = queries.find_link_owner(context.session, token_hash, now, use)
    if owner is None:
        raise link_is_dead()
    mine = update(PasswordLink).where(PasswordLink.token_hash == token_hash, PasswordLink.used_at.is_(None))
    used = context.session.execute(mine.values(used_at=now).returning(PasswordLink.account_id)).one_or_none()
    if used is None:
        raise link_is_dead()
    return owner


def open_with_password(context: Context, owner: queries.Owner, new_hash: str) -> None:
    """Part of an operation: the account that was shut until now is its owner's from now on."""
    now = context.clock.now()
    values = {"password_hash": new_hash, "must_change": False, "password_set_at": now, "disabled_at": None}
    context.session.execute(update(Account).where(Account.id == owner.account_id).values(**values))
    void_links(context, owner.account_id)


def shut_account(context: Context, account_id: int) -> None:
    """Part of an operation: from the next request on nobody is signed in with it, nor can sign in."""
    shut = update(Account).where(Account.id == account_id, Account.disabled_at.is_(None))
    context.session.execute(shut.values(disabled_at=context.clock.now()))
    void_links(context, account_id)
