"""Whose contract it is: the applicant's by his link or his sign-in, an officer's if it is no affair of his own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select

from app.accounts.models import Participant, Person, Representation
from app.contracts.models import Contract, ContractKey
from app.core.context import Actor
from app.core.public_ids import digest


@dataclass(frozen=True, slots=True)
class Key:
    """A contract, and what the browser holds of a link that was mailed for it; nothing where somebody is signed in."""

    public_id: str
    token: str = ""


def mine(actor: Actor) -> ColumnElement[bool]:
    if actor.person_id is None:
        return false()
    return or_(Contract.person_id == actor.person_id, Contract.holder_id == actor.person_id)


def theirs_or_mine(actor: Actor, key: Key, now: datetime) -> ColumnElement[bool]:
    """A contract of somebody else is as one that does not exist."""
    opens = select(ContractKey.contract_id).where(
        ContractKey.token_hash == digest(key.token), ContractKey.expires_at > now
    )
    return (Contract.public_id == key.public_id) & or_(mine(actor), Contract.id.in_(opens))


def has_interest(actor: Actor) -> ColumnElement[bool]:
    """He is the applicant, or acts or has acted for the firm, by whatever right."""
    own_pin = select(Person.pin).where(Person.id == actor.person_id).scalar_subquery()
    own_numbers = (
        select(Participant.number)
        .join(Representation, Representation.participant_id == Participant.id)
        .where(Representation.person_id == actor.person_id)
    )
    return or_(
        func.coalesce(Contract.pin == own_pin, false()),
        func.coalesce(Contract.person_id == actor.person_id, false()),
        func.coalesce(Contract.holder_id == actor.person_id, false()),
        Contract.payer.in_(own_numbers),
    )


def officer_sees(actor: Actor) -> ColumnElement[bool]:
    """What was sent in, and is none of his own affairs."""
    if actor.person_id is None:
        return false()
    return Contract.applied_at.is_not(None) & ~has_interest(actor)
