"""What the applicant and the officers are told of a contract, in the transaction that tells."""

import secrets

from sqlalchemy import select

from app.accounts.models import Participant, Person, PersonRole, Representation
from app.contracts.machine import Event
from app.contracts.models import Contract, ContractEvent, ContractKey
from app.contracts.rules import KEY_LIFE
from app.core.context import Context
from app.core.db import insert
from app.core.public_ids import digest
from app.core.roles import Role
from app.notifications.operations import notify

MAIL = "contracts.mail"


def tell_applicant(context: Context, row: Contract, kind: str, **facts: str) -> None:
    """In his inbox where he has one; else to the address of the contract, with a new link back to it."""
    person_id = row.holder_id or row.person_id
    if person_id is not None:
        notify(context, person_id, kind, link=f"/contracts/{row.public_id}", number=row.number, **facts)
        return
    mail_link(context, row, kind, **facts)


def mail_link(context: Context, row: Contract, kind: str, **facts: str) -> None:
    token = secrets.token_urlsafe(32)
    values = {"token_hash": digest(token), "contract_id": row.id, "expires_at": context.clock.now() + KEY_LIFE}
    context.session.execute(insert(context.session, ContractKey).values(**values))
    mail(context, row, kind, f"/contracts/link/{token}", **facts)


def mail(context: Context, row: Contract, kind: str, path: str, **facts: str) -> None:
    """To the address of the contract and to no other."""
    link = f"{context.ports.base_url}{path}"
    sent = {"to": row.email, "language": row.language, "kind": kind, "link": link, "number": row.number}
    context.send(MAIL, sent | facts)


def tell_officers(context: Context, row: Contract, kind: str) -> None:
    """The heads, and whoever has had it in hand; nobody whose own affair it is."""
    heads = select(PersonRole.person_id).where(PersonRole.role == str(Role.SENIOR_OFFICER))
    in_hand = select(ContractEvent.officer_id).where(
        ContractEvent.contract_id == row.id, ContractEvent.event != Event.END
    )
    concerned = (
        select(Representation.person_id)
        .join(Participant, Participant.id == Representation.participant_id)
        .where(Participant.number == row.payer)
    )
    chosen = select(Person.id).where(
        Person.id.in_(heads) | Person.id.in_(in_hand),
        Person.disabled_at.is_(None),
        Person.pin.is_distinct_from(row.pin),
        Person.id.not_in(concerned),
    )
    due = f"{row.due_on:%d.%m.%Y}" if row.due_on else ""
    for person_id in context.session.scalars(chosen.order_by(Person.id)).all():
        notify(context, person_id, kind, link=f"/officer/contracts/{row.public_id}", number=row.number, due=due)
