"""For whom somebody acts: choosing a principal, giving a power of attorney, taking it back."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from app.accounts import queries
from app.accounts.models import Participant, Representation
from app.accounts.operations.opening import person_known_as
from app.accounts.operations.sessions import renumber
from app.accounts.rules import Kind, check_power
from app.core.clock import baku_date
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict, Invalid, NotFound
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.notifications.operations import notify


@dataclass(frozen=True, slots=True)
class ChoosePrincipal:
    token: str
    principal: str  # Its public number in the list of his own; empty for nobody but himself.


@dataclass(frozen=True, slots=True)
class ChosenPrincipal:
    token: str


@operation(repeatable=False)
def choose_principal(context: Context, command: ChoosePrincipal) -> ChosenPrincipal:
    """Only one from his own list; rights change with it, so the session gets a new number."""
    chosen = None
    if command.principal:
        mine = queries.principals_of(context.session, queries.person_of(context), context.clock.now())
        chosen = next((one.id for one in mine if one.public_id == command.principal), None)
        if chosen is None:
            raise NotFound("accounts.principal", N_("Bu VÖEN/GÖÖEN üzrə fəaliyyət göstərmək səlahiyyətiniz yoxdur."))
    return ChosenPrincipal(renumber(context, command.token, representation_id=chosen))


@dataclass(frozen=True, slots=True)
class GivePower:
    pin: str
    valid_from: date
    valid_until: date
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenPower:
    public_id: str


@operation()
def give_power(context: Context, command: GivePower) -> GivenPower:
    """A power of attorney for the principal that he acts for himself; a broker cannot pass on his own."""
    session, now = context.session, context.clock.now()
    check_power(command.valid_from, command.valid_until, command.scope, baku_date(now))
    granter = queries.person_of(context)
    participant_id = queries.own_participant(context)
    person_id = person_known_as(context, command.pin)
    if person_id == granter:
        raise Invalid("accounts.power_self", N_("Özünüzə etibarnamə verə bilməzsiniz."), field="holder")
    scope = " ".join(sorted(command.scope))
    values = {
        "public_id": new_public_id(),
        "person_id": person_id,
        "participant_id": participant_id,
        "kind": Kind.POWER,
        "scope": scope,
        "valid_from": command.valid_from,
        "valid_until": command.valid_until,
        "granted_by": granter,
        "granted_at": now,
    }
    statement = insert(session, Representation).values(**values).on_conflict_do_nothing()
    made = session.execute(statement.returning(Representation.public_id)).scalar_one_or_none()
    if made is None:
        message = N_("Bu şəxsin artıq etibarnaməsi var. Şərtləri dəyişmək üçün əvvəlcə onu ləğv edin.")
        raise Conflict("accounts.power_stands", message, field="holder")
    context.about("representation", made, participant_id=participant_id, scope=scope)
    _tell_both(context, "accounts.power_given", made)
    return GivenPower(made)


@dataclass(frozen=True, slots=True)
class RevokePower:
    public_id: str


@operation()
def revoke_power(context: Context, command: RevokePower) -> None:
    """By whom it was given for, or by its holder; the next request of the holder is without it."""
    found = queries.find_power(context, command.public_id)
    if found is None:
        raise NotFound("accounts.power", N_("Belə etibarnamə yoxdur və ya o, artıq ləğv edilib."))
    context.about("representation", command.public_id, participant_id=found.participant_id)
    still = update(Representation).where(
        Representation.public_id == found.public_id, Representation.revoked_at.is_(None)
    )
    if context.session.execute(still.values(revoked_at=context.clock.now()).returning(Representation.id)).first():
        _tell_both(context, "accounts.power_revoked", found.public_id)


def _tell_both(context: Context, kind: str, public_id: str) -> None:
    """Who gave it and who holds it."""
    columns = (Representation.person_id, Representation.granted_by, Participant.number)
    statement = select(*columns).join(Participant, Participant.id == Representation.participant_id)
    row = context.session.execute(statement.where(Representation.public_id == public_id)).one()
    for person_id in sorted({row.person_id, row.granted_by} - {None}):
        notify(context, person_id, kind, link="/principal/powers", number=row.number)
