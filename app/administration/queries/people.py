"""People as administrators look for them, and everything that is known of the rights of one of them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, func, select, tuple_
from sqlalchemy.orm import Session

from app.accounts.models import Account, Bar, Participant, Person, PersonRole, Representation, SignInSession
from app.accounts.rules import Barred, Kind, Means, browser_name
from app.core.errors import N_, NotFound
from app.core.roles import Role
from app.core.text import fold

PAGE = 25


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty does not matter."""

    name: str = ""
    pin: str = ""
    username: str = ""
    role: str = ""
    office: str = ""
    state: str = ""  # active, disabled
    sort: str = ""  # by name, or the newest first
    after: str = ""  # The last one of the page before.


@dataclass(frozen=True, slots=True)
class Found:
    public_id: str
    name: str
    pin: str | None
    office: str | None
    disabled_at: datetime | None
    created_at: datetime
    roles: tuple[Role, ...]
    usernames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundPage:
    people: list[Found]
    after: str  # Where the next page begins; empty on the last one.


def _joined(column: ColumnElement[str], person: ColumnElement[int]) -> ColumnElement[str]:
    return select(func.aggregate_strings(column, " ")).where(person == Person.id).correlate(Person).scalar_subquery()


ROLES = _joined(PersonRole.role.expression, PersonRole.person_id.expression)
USERNAMES = _joined(Account.username.expression, Account.person_id.expression)


def search_people(session: Session, search: Search) -> FoundPage:
    columns = (
        Person.public_id,
        Person.name,
        Person.pin,
        Person.office,
        Person.disabled_at,
        Person.created_at,
        ROLES.label("roles"),
        USERNAMES.label("usernames"),
    )
    statement = select(*columns).where(*_conditions(search))
    newest = search.sort == "newest"
    keys = (Person.created_at, Person.id) if newest else (Person.folded, Person.id)
    if search.after:
        last = session.execute(select(*keys).where(Person.public_id == search.after)).one_or_none()
        if last is None:
            raise NotFound("administration.page", N_("Siyahının belə səhifəsi yoxdur."))
        statement = statement.where(tuple_(*keys) < tuple_(*last) if newest else tuple_(*keys) > tuple_(*last))
    order = [key.desc() for key in keys] if newest else list(keys)
    rows = session.execute(statement.order_by(*order).limit(PAGE + 1)).all()
    people = [
        Found(*row[:6], roles=_roles(row.roles), usernames=tuple(sorted((row.usernames or "").split())))
        for row in rows[:PAGE]
    ]
    return FoundPage(people, people[-1].public_id if len(rows) > PAGE else "")


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if search.name:
        found.append(Person.folded.contains(fold(search.name), autoescape=True))
    if search.pin:
        found.append(Person.pin == search.pin)
    if search.username:
        mine = select(Account.person_id).where(Account.username.startswith(search.username, autoescape=True))
        found.append(Person.id.in_(mine))
    if search.role:
        found.append(Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == search.role)))
    if search.office:
        found.append(Person.office == search.office)
    if search.state == "active":
        found.append(Person.disabled_at.is_(None))
    if search.state == "disabled":
        found.append(Person.disabled_at.is_not(None))
    return found


def _roles(text: str | None) -> tuple[Role, ...]:
    return tuple(sorted(Role(role) for role in (text or "").split()))


@dataclass(frozen=True, slots=True)
class AccountOf:
    username: str
    must_change: bool
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionOf:
    means: Means
    network: str
    agent: str
    created_at: datetime
    last_seen_at: datetime

    @property
    def browser(self) -> str:
        return browser_name(self.agent)


@dataclass(frozen=True, slots=True)
class DeviceOf:
    """A card or a phone, by the hash of its certificate."""

    device: str
    means: Means
    last_seen_at: datetime
    is_barred: bool


@dataclass(frozen=True, slots=True)
class RepresentationOf:
    number: str
    name: str
    kind: Kind
    valid_from: date
    valid_until: date | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonDetails:
    id: int
    public_id: str
    name: str
    pin: str | None
    email: str | None
    phone: str | None
    language: str
    office: str | None
    created_at: datetime
    disabled_at: datetime | None
    roles: tuple[Role, ...]
    accounts: list[AccountOf]
    sessions: list[SessionOf]
    devices: list[DeviceOf]
    representations: list[RepresentationOf]


def find_person(session: Session, public_id: str) -> PersonDetails:
    columns = (
        Person.id,
        Person.public_id,
        Person.name,
        Person.pin,
        Person.email,
        Person.phone,
        Person.language,
        Person.office,
        Person.created_at,
        Person.disabled_at,
        ROLES.label("roles"),
    )
    row = session.execute(select(*columns).where(Person.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound("accounts.person", N_("Belə şəxs yoxdur."))
    return PersonDetails(
        *row[:10],
        roles=_roles(row.roles),
        accounts=_accounts(session, row.id),
        sessions=_sessions(session, row.id),
        devices=_devices(session, row.id),
        representations=_representations(session, row.id),
    )


def _accounts(session: Session, person_id: int) -> list[AccountOf]:
    columns = (Account.username, Account.must_change, Account.created_at, Account.disabled_at)
    statement = select(*columns).where(Account.person_id == person_id).order_by(Account.username)
    return [AccountOf(*row) for row in session.execute(statement)]


def _sessions(session: Session, person_id: int) -> list[SessionOf]:
    columns = (
        SignInSession.means,
        SignInSession.network,
        SignInSession.agent,
        SignInSession.created_at,
        SignInSession.last_seen_at,
    )
    mine = select(*columns).where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
    return [SessionOf(*row) for row in session.execute(mine.order_by(SignInSession.last_seen_at.desc()))]


def _devices(session: Session, person_id: int) -> list[DeviceOf]:
    """As long as sessions are kept."""
    barred = (
        select(1)
        .where(Bar.kind == Barred.DEVICE, Bar.subject == SignInSession.device, Bar.lifted_at.is_(None))
        .correlate(SignInSession)
        .exists()
    )
    means = func.max(cast(SignInSession.means, String))
    statement = (
        select(SignInSession.device, means, func.max(SignInSession.last_seen_at), barred)
        .where(SignInSession.person_id == person_id, SignInSession.device != "")
        .group_by(SignInSession.device)
        .order_by(SignInSession.device)
    )
    rows = session.execute(statement)
    return [DeviceOf(device, Means(by), seen, is_barred) for device, by, seen, is_barred in rows]


def _representations(session: Session, person_id: int) -> list[RepresentationOf]:
    columns = (
        Participant.number,
        Participant.name,
        Representation.kind,
        Representation.valid_from,
        Representation.valid_until,
        Representation.revoked_at,
    )
    statement = (
        select(*columns)
        .join(Participant, Participant.id == Representation.participant_id)
        .where(Representation.person_id == person_id)
        .order_by(Representation.id.desc())
        .limit(PAGE)
    )
    return [RepresentationOf(*row) for row in session.execute(statement)]
