"""What changes the rights of a person, roles and office: parts of operations that have asked who may decide it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from app.accounts import queries
from app.accounts.models import Person, PersonRole
from app.accounts.operations.sessions import end_sessions
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, NotFound
from app.core.roles import Role


@dataclass(frozen=True, slots=True)
class Held:
    """A person and his rights, held until the commit, so that two changes of them follow one another."""

    id: int
    public_id: str
    office: str | None
    disabled_at: datetime | None
    roles: frozenset[Role]


def hold_person(context: Context, public_id: str) -> Held:
    columns = (Person.id, Person.public_id, Person.office, Person.disabled_at)
    row = context.session.execute(select(*columns).where(Person.public_id == public_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("accounts.person", N_("Belə şəxs yoxdur."))
    return Held(*row, roles=queries.roles_of(context.session, row.id))


def give_role(context: Context, person: Held, role: Role) -> None:
    values = {"person_id": person.id, "role": str(role)}
    context.session.execute(insert(context.session, PersonRole).values(values).on_conflict_do_nothing())


def take_role(context: Context, person: Held, role: Role) -> None:
    """Whoever loses a right is out, so that nothing that he has open still shows it."""
    mine = delete(PersonRole).where(PersonRole.person_id == person.id, PersonRole.role == str(role))
    context.session.execute(mine)
    end_sessions(context, person.id)


def set_office(context: Context, person: Held, office: str | None) -> None:
    context.session.execute(update(Person).where(Person.id == person.id).values(office=office))
    if person.office is not None:
        end_sessions(context, person.id)
