"""From a signed contract to a user name: opened by a second officer, used first by its owner and by nobody else."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select, update

from app.accounts.models import Person, Representation
from app.accounts.operations import new_link_token, open_with_password, void_links
from app.accounts.operations.opening import (
    AddedAccount,
    add_account,
    add_role,
    participant,
    person_known_as,
    represent,
)
from app.accounts.operations.passwords import ProvenSet, prove_link, use_link
from app.accounts.passwords import hash_password
from app.accounts.queries import roles_of
from app.accounts.rules import ACTIVATION_LIFE, LinkUse, token_limits
from app.accounts.rules import Kind as Right
from app.contracts.machine import IN_FORCE, Event, moved_on
from app.contracts.models import Contract
from app.contracts.operations import moving
from app.contracts.operations.checking import Decide
from app.contracts.operations.telling import mail
from app.contracts.rules import SERVICE, Variant, username_stem
from app.core.context import Context
from app.core.errors import N_, Conflict
from app.core.limits import Limit
from app.core.operation import operation
from app.core.roles import Role

TRIES = 20


@dataclass(frozen=True, slots=True)
class ShutDecide:
    """A decision with the hash of a password that nobody knows, not even the portal."""

    decide: Decide
    password_hash: str


@dataclass(frozen=True, slots=True)
class Issued:
    public_id: str


def _shut(_context: Context, command: Decide) -> ShutDecide:
    return ShutDecide(command, hash_password(secrets.token_urlsafe(32)))


@operation(before=_shut, repeatable=False)
def issue(context: Context, shut: ShutDecide) -> Issued:
    """Person, principal and account; the account opens by the link that goes to the address of the contract."""
    row = moving.officers(context, shut.decide.public_id, shut.decide.version)
    _refuse_second_contract(context, row)
    moving.refuse_whoever_had_it(context, row)
    name = row.firm or row.name
    person_id = person_known_as(context, row.pin, row.name, email=row.email, phone=row.phone, language=row.language)
    _reach(context, row, person_id)
    if not roles_of(context.session, person_id):
        add_role(context, person_id, Role.CITIZEN)
    participant_id = participant(context, row.payer, name, row.address)
    right = Right.FIRM if row.variant is Variant.FIRM else Right.OWN
    stands = _stands(context, person_id, participant_id, right)
    represented = represent(context, person_id, participant_id, right)
    account = _account(context, row, person_id, shut.password_hash)
    row.participant_id, row.holder_id, row.account_id = participant_id, person_id, account.id
    # What the person had before is not ours to take back.
    row.representation_id = None if stands else represented
    row.due_on = row.alarm_on = None
    _mail_activation(context, row, account.id)
    moving.move(context, row, Event.ISSUE)
    context.about("contract", row.public_id, participant_id=participant_id)
    return Issued(row.public_id)


def _refuse_second_contract(context: Context, row: Contract) -> None:
    same = (Contract.payer == row.payer) & (Contract.pin == row.pin) & (Contract.id != row.id)
    if context.session.scalar(select(exists().where(same, Contract.state.in_(IN_FORCE)))):
        message = N_("Bu şəxsin həmin VÖEN/GÖÖEN üzrə qüvvədə olan müqaviləsi var.")
        raise Conflict("contracts.second", message)


def _reach(context: Context, row: Contract, person_id: int) -> None:
    """The address of the contract is that of the person, if we knew none."""
    unreached = update(Person).where(Person.id == person_id, Person.email.is_(None))
    context.session.execute(unreached.values(email=row.email))


def _stands(context: Context, person_id: int, participant_id: int, right: Right) -> bool:
    standing = (
        Representation.person_id == person_id,
        Representation.participant_id == participant_id,
        Representation.kind == right,
        Representation.revoked_at.is_(None),
        Representation.device == "",  # What hangs on a certificate is given anew, by this contract.
    )
    return bool(context.session.scalar(select(exists().where(*standing))))


def _account(context: Context, row: Contract, person_id: int, password_hash: str) -> AddedAccount:
    """A surname and a number; another number where somebody has that name."""
    stem = username_stem(row.name)
    for _ in range(TRIES):
        username = f"{stem}.{secrets.randbelow(9000) + 1000}"
        added = add_account(context, person_id, username, password_hash, must_change=False, is_shut=True)
        if added is not None:
            return added
    raise Conflict("accounts.username_taken", N_("Bu istifadəçi adı artıq var."))


def _mail_activation(context: Context, row: Contract, account_id: int) -> None:
    token = new_link_token(context, account_id, ACTIVATION_LIFE, LinkUse.ACTIVATE)
    mail(context, row, "contracts.activation", f"/contracts/activate/{token}")


@operation(repeatable=False)
def reissue(context: Context, command: Decide) -> None:
    """A new link to the same address; the one before is worth nothing any more."""
    row = moving.officers(context, command.public_id, command.version)
    account_id = _account_of(row)
    void_links(context, account_id)
    _mail_activation(context, row, account_id)
    moving.move(context, row, Event.REISSUE)


def _account_of(row: Contract) -> int:
    if row.account_id is None:
        raise moved_on()
    return row.account_id


@dataclass(frozen=True, slots=True)
class Activate:
    token: str
    new_password: str


def _activation_limits(context: Context, _command: Activate) -> Sequence[Limit]:
    return token_limits(context.address)


def _prove(context: Context, command: Activate) -> ProvenSet:
    return prove_link(context, command.token, command.new_password, LinkUse.ACTIVATE)


@operation(service=SERVICE, limits=_activation_limits, before=_prove, repeatable=False)
def activate(context: Context, proven: ProvenSet) -> None:
    """The owner sets his own password; nobody else has ever known one."""
    owner = use_link(context, proven.token, LinkUse.ACTIVATE)
    row = moving.held(context, Contract.account_id == owner.account_id)
    open_with_password(context, owner, proven.new_hash)
    moving.move(context, row, Event.ACTIVATE)
