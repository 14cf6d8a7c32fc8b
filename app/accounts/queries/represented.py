"""A person as a system that speaks for him names him: his rights of this moment, for a principal of his own list."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.queries.principals import Principal, principals_of
from app.accounts.queries.sessions import roles_of
from app.accounts.rules import ROLES_BY_KIND, closed_by
from app.core.context import Actor
from app.core.errors import N_, NotAllowed
from app.core.roles import Assurance


def actor_named(session: Session, pin: str, number: str, now: datetime) -> Actor:
    """The system vouches that he is signed in with it; what he may do is ours to say."""
    columns = (Person.id, Person.public_id, Person.name, Person.office, Person.disabled_at)
    person = session.execute(select(*columns).where(Person.pin == pin)).one_or_none()
    if person is None or person.disabled_at is not None:
        raise NotAllowed("access.person_unknown", N_("Bu şəxsin portala girişi yoxdur."), field="actingPerson")
    principal = _principal(session, person.id, number, now)
    return Actor(
        roles=roles_of(session, person.id) | ({ROLES_BY_KIND[principal.kind]} if principal else set()),
        name=person.name,
        reference=f"person:{person.public_id}",
        person_id=person.id,
        participant_id=principal.participant_id if principal else None,
        representation_id=principal.id if principal else None,
        closed=closed_by(principal.scope) if principal else frozenset(),
        office=person.office,
        assurance=Assurance.STRONG,
    )


def _principal(session: Session, person_id: int, number: str, now: datetime) -> Principal | None:
    """The one that he names; where he names none and has only one, that one, as when he signs in."""
    mine = principals_of(session, person_id, now)
    if not number:
        return mine[0] if len(mine) == 1 else None
    for one in mine:
        if one.number == number:
            return one
    message = N_("Bu VÖEN/GÖÖEN üzrə fəaliyyət göstərmək səlahiyyətiniz yoxdur.")
    raise NotAllowed("access.principal", message, field="principal")
