"""The first administrators of an installation, named at the command line: two, since each needs the other."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Person, PersonRole
from app.accounts.operations.opening import person_known_as
from app.accounts.operations.rights import give_role, hold_person
from app.administration.rules import check_giving
from app.core.context import Context
from app.core.errors import N_, Conflict
from app.core.identifiers import check_pin
from app.core.operation import operation
from app.core.roles import Role

NEEDED = 2


@dataclass(frozen=True, slots=True)
class AppointAdmin:
    pin: str
    name: str
    email: str = ""
    language: str = "az"


@dataclass(frozen=True, slots=True)
class AppointedAdmin:
    public_id: str
    number: int


@operation(repeatable=False)
def appoint_admin(context: Context, command: AppointAdmin) -> AppointedAdmin:
    """Only while there are fewer than two; after that rights are given on the page, by one and confirmed by another."""
    session = context.session
    person_id = person_known_as(
        context, check_pin(command.pin), command.name, email=command.email or None, language=command.language
    )
    admins = admins_of(context)
    if len(admins) >= NEEDED:
        message = N_("Portalda artıq iki administrator var. Yenilərini onlar səhifədə təyin edir.")
        raise Conflict("administration.enough_admins", message)
    person = hold_person(context, session.scalars(select(Person.public_id).where(Person.id == person_id)).one())
    check_giving(person.roles, Role.ADMIN, person.office)
    give_role(context, person, Role.ADMIN)
    context.about("person", person.public_id, role=str(Role.ADMIN))
    return AppointedAdmin(person.public_id, len(admins) + 1)


def admins_of(context: Context) -> list[int]:
    """Who is an administrator and may sign in."""
    statement = (
        select(PersonRole.person_id)
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == str(Role.ADMIN), Person.disabled_at.is_(None))
    )
    return list(context.session.scalars(statement))
