"""For whom a person may act, and by whose leave."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Participant, Person, Representation, SignInCertificate
from app.accounts.rules import Kind, closed_by
from app.core.clock import baku_date
from app.core.context import Context
from app.core.errors import N_, NotAllowed


@dataclass(frozen=True, slots=True)
class Principal:
    """One for whom a person may act, as he chooses it from a list."""

    id: int
    participant_id: int
    public_id: str
    number: str
    name: str
    address: str
    kind: Kind
    scope: str
    valid_until: date | None


def is_vouched_for(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """A firm known from a certificate alone is one for as long as that certificate is good."""
    good = (
        select(SignInCertificate.sha256)
        .where(
            SignInCertificate.sha256 == Representation.device,
            SignInCertificate.void_at.is_(None),
            SignInCertificate.good_until > now,
        )
        .correlate(Representation)
        .exists()
    )
    return (Representation.device == "") | good


def principals_of(session: Session, person_id: int, now: datetime) -> list[Principal]:
    today = baku_date(now)
    statement = (
        select(
            Representation.id,
            Representation.participant_id,
            Representation.public_id,
            Participant.number,
            Participant.name,
            Participant.address,
            Representation.kind,
            Representation.scope,
            Representation.valid_until,
        )
        .join(Participant, Participant.id == Representation.participant_id)
        .where(
            Representation.person_id == person_id,
            Representation.revoked_at.is_(None),
            Representation.valid_from <= today,
            func.coalesce(Representation.valid_until, today) >= today,
            is_vouched_for(now),
        )
        .order_by(Participant.name, Participant.number, Representation.id)
    )
    return [Principal(*row) for row in session.execute(statement)]


def people_of(session: Session, participant_ids: Collection[int], subject: str, now: datetime) -> dict[int, list[int]]:
    """Who may act for each of these in this subject, and is therefore told of it."""
    today = baku_date(now)
    found = session.execute(
        select(Representation.participant_id, Representation.person_id, Representation.scope)
        .join(Person, Person.id == Representation.person_id)
        .where(
            Representation.participant_id.in_(participant_ids),
            Representation.revoked_at.is_(None),
            Representation.valid_from <= today,
            func.coalesce(Representation.valid_until, today) >= today,
            Person.disabled_at.is_(None),
            is_vouched_for(now),
        )
        .order_by(Representation.participant_id, Representation.person_id)
    )
    people: dict[int, list[int]] = {}
    for participant_id, person_id, scope in found:
        if subject not in closed_by(scope) and person_id not in people.setdefault(participant_id, []):
            people[participant_id].append(person_id)
    return people


def person_of(context: Context) -> int:
    """Who acts, where only a human being can."""
    if context.actor.person_id is None:
        raise NotAllowed("access.person", N_("Bu əməliyyatı yalnız portala daxil olmuş şəxs edə bilər."))
    return context.actor.person_id


def phone_of(context: Context) -> str:
    """The number under which the portal knows who acts; empty where it knows none."""
    return context.session.scalar(select(Person.phone).where(Person.id == person_of(context))) or ""


def own_participant(context: Context) -> int:
    """The chosen principal, if the person acts for it in his own right and not by somebody's power of attorney."""
    own = (
        Representation.person_id == person_of(context),
        Representation.participant_id == context.actor.participant_id,
        Representation.kind != Kind.POWER,
        Representation.revoked_at.is_(None),
    )
    found = context.session.scalar(select(Representation.participant_id).where(*own).limit(1))
    if found is None:
        raise NotAllowed(
            "accounts.power_right", N_("Etibarnaməni yalnız özünüz və ya öz firmanız adından verə bilərsiniz.")
        )
    return found


@dataclass(frozen=True, slots=True)
class Power:
    """A power of attorney as both of its sides see it."""

    public_id: str
    participant_id: int
    name: str
    number: str
    holder: str | None  # His FİN as it was typed: it must not become a way to learn names.
    scope: str
    valid_from: date
    valid_until: date | None
    is_mine: bool


def powers(context: Context) -> list[Power]:
    """Given for the chosen principal, and received."""
    me = person_of(context)
    columns = (
        Representation.public_id,
        Representation.participant_id,
        Participant.name,
        Participant.number,
        Person.pin,
        Representation.scope,
        Representation.valid_from,
        Representation.valid_until,
        Representation.person_id == me,
    )
    given = Representation.participant_id.in_(
        select(Representation.participant_id).where(
            Representation.person_id == me,
            Representation.participant_id == context.actor.participant_id,
            Representation.kind != Kind.POWER,
            Representation.revoked_at.is_(None),
        )
    )
    statement = (
        select(*columns)
        .join(Participant, Participant.id == Representation.participant_id)
        .join(Person, Person.id == Representation.person_id)
        .where(
            Representation.kind == Kind.POWER,
            Representation.revoked_at.is_(None),
            or_(Representation.person_id == me, given),
        )
        .order_by(Participant.name, Person.pin, Representation.id)
    )
    return [Power(*row) for row in context.session.execute(statement)]


def find_power(context: Context, public_id: str) -> Power | None:
    return next((one for one in powers(context) if one.public_id == public_id), None)
