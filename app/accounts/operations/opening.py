"""Opening an account, with its person and those for whom it may act."""

from dataclasses import dataclass

from sqlalchemy import select, update

from app.accounts import queries
from app.accounts.models import Account, Participant, Person, PersonRole, Representation
from app.accounts.passwords import hash_password
from app.accounts.rules import Kind, check_username
from app.core.clock import baku_date
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.core.roles import Role
from app.core.text import fold


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """A person, his account and for whom it may act; what stands already under the same PIN or number is taken over."""

    username: str
    password: str
    name: str
    roles: tuple[Role, ...]
    pin: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "az"
    office: str | None = None
    participants: tuple[tuple[str, str, str], ...] = ()  # number, name, address
    must_change: bool = True


@dataclass(frozen=True, slots=True)
class HashedAccount:
    command: OpenAccount
    password_hash: str


@dataclass(frozen=True, slots=True)
class OpenedAccount:
    public_id: str
    username: str


def _hash_account(context: Context, command: OpenAccount) -> HashedAccount:
    check_username(command.username)
    if queries.find_credentials(context.session, command.username) is not None:
        raise _name_taken()
    return HashedAccount(command, hash_password(command.password))


def _name_taken() -> Conflict:
    return Conflict("accounts.username_taken", N_("Bu istifadəçi adı artıq var."), field="username")


@operation(before=_hash_account, repeatable=False)
def open_account(context: Context, hashed: HashedAccount) -> OpenedAccount:
    command, session = hashed.command, context.session
    person_id = _person(context, command)
    account = add_account(context, person_id, command.username, hashed.password_hash, must_change=command.must_change)
    if account is None:
        raise _name_taken()
    roles = [{"person_id": person_id, "role": str(role)} for role in sorted(command.roles)]
    session.execute(insert(session, PersonRole).on_conflict_do_nothing(), roles)
    for number, name, address in sorted(command.participants):
        represent(context, person_id, participant(context, number, name, address), Kind.FIRM)
    context.about("account", account.public_id, roles=" ".join(sorted(command.roles)))
    return OpenedAccount(account.public_id, command.username)


@dataclass(frozen=True, slots=True)
class AddedAccount:
    id: int
    public_id: str


def add_account(
    context: Context, person_id: int, username: str, password_hash: str, *, must_change: bool, is_shut: bool = False
) -> AddedAccount | None:
    """Nothing where the name is taken. One that is shut waits for the link by which its owner opens it."""
    now = context.clock.now()
    values = {
        "public_id": new_public_id(),
        "person_id": person_id,
        "username": username,
        "password_hash": password_hash,
        "must_change": must_change,
        "created_at": now,
        "password_set_at": now,
        "disabled_at": now if is_shut else None,
    }
    statement = insert(context.session, Account).values(**values).on_conflict_do_nothing(index_elements=["username"])
    added = context.session.execute(statement.returning(Account.id, Account.public_id)).one_or_none()
    return AddedAccount(*added) if added else None


def add_role(context: Context, person_id: int, role: Role) -> None:
    row = {"person_id": person_id, "role": str(role)}
    context.session.execute(insert(context.session, PersonRole).values(row).on_conflict_do_nothing())


def _person(context: Context, command: OpenAccount) -> int:
    facts = {
        "email": command.email,
        "phone": command.phone,
        "language": command.language,
        "office": command.office,
    }
    return person_known_as(context, command.pin, command.name, **facts)


def person_known_as(context: Context, pin: str | None, name: str = "", **facts: str | None) -> int:
    """The person of this FİN, made if nobody spoke of him before; his name is known when he first signs in."""
    session = context.session
    if pin:
        known = session.execute(select(Person.id, Person.name).where(Person.pin == pin)).one_or_none()
        if known is not None:
            if name and not known.name:
                session.execute(
                    update(Person).where(Person.id == known.id).values(name=name, folded=fold(name), **facts)
                )
            return int(known.id)
    values = {
        "public_id": new_public_id(),
        "pin": pin,
        "name": name,
        "folded": fold(name),
        "language": "az",
        "created_at": context.clock.now(),
    } | facts
    made = insert(session, Person).values(**values).on_conflict_do_nothing(index_elements=["pin"])
    found: int | None = session.scalar(made.returning(Person.id))
    # Where two speak of him for the first time at once, one of them makes him.
    return found or session.scalars(select(Person.id).where(Person.pin == pin)).one()


def participant(context: Context, number: str, name: str, address: str) -> int:
    session = context.session
    known = session.scalar(select(Participant.id).where(Participant.number == number))
    if known is not None:
        return known
    values = {
        "public_id": new_public_id(),
        "number": number,
        "name": name,
        "address": address,
        "created_at": context.clock.now(),
    }
    made = insert(session, Participant).values(**values).on_conflict_do_nothing(index_elements=["number"])
    found: int | None = session.scalar(made.returning(Participant.id))
    return found or session.scalars(select(Participant.id).where(Participant.number == number)).one()


def represent(context: Context, person_id: int, participant_id: int, kind: Kind, device: str = "") -> int:
    """The right to act for a participant, without end or for as long as the certificate of this device is good.

    One that stands already stays as it is, unless it hangs on a certificate: then it hangs on what speaks of it now.
    """
    session, now = context.session, context.clock.now()
    values = {
        "public_id": new_public_id(),
        "person_id": person_id,
        "participant_id": participant_id,
        "kind": kind,
        "device": device,
        "scope": "",
        "valid_from": baku_date(now),
        "granted_by": context.actor.person_id,
        "granted_at": now,
    }
    made = session.execute(
        insert(session, Representation).values(**values).on_conflict_do_nothing().returning(Representation.id)
    ).scalar_one_or_none()
    if made is not None:
        return made
    standing = (
        Representation.person_id == person_id,
        Representation.participant_id == participant_id,
        Representation.kind == kind,
        Representation.revoked_at.is_(None),
    )
    row = session.execute(select(Representation.id, Representation.device).where(*standing)).one()
    if row.device not in {"", device}:
        session.execute(update(Representation).where(Representation.id == row.id).values(device=device))
    return int(row.id)
