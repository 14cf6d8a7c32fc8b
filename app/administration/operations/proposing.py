"""One administrator proposes a change; until a second one confirms it, nothing changes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select, update

from app.accounts import queries as accounts
from app.accounts.models import Person, PersonRole
from app.administration.models import Proposal
from app.administration.operations.effects import EFFECTS
from app.administration.rules import LIFE, Change, State, check_reason
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from app.core.operation import operation
from app.core.public_ids import new_public_id
from app.core.roles import Role


@dataclass(frozen=True, slots=True)
class Proposed:
    public_id: str


@dataclass(frozen=True, slots=True)
class Open:
    change: Change
    facts: Mapping[str, Any]
    proposed_by: int
    person_id: int | None
    proposer_left: bool


@dataclass(frozen=True, slots=True)
class ProposeRight:
    """A role given or taken, or another office; of one person."""

    person: str
    change: Change
    role: str
    office: str
    reason: str


@operation()
def propose_right(context: Context, command: ProposeRight) -> Proposed:
    facts = {"person": command.person, "change": str(command.change), "role": command.role, "office": command.office}
    what = "office" if command.change is Change.SET_OFFICE else f"role/{command.role}"
    return _propose(context, command.change, f"person/{command.person}/{what}", facts, command.reason)


@dataclass(frozen=True, slots=True)
class ProposeHoliday:
    on: date
    kind: str
    name_az: str
    name_en: str
    name_ru: str
    source: str
    reason: str


@operation()
def propose_holiday(context: Context, command: ProposeHoliday) -> Proposed:
    facts = asdict(command) | {"on": command.on.isoformat()}
    reason = facts.pop("reason")
    return _propose(context, Change.ADD_HOLIDAY, f"holiday/{command.on}", facts, reason)


@dataclass(frozen=True, slots=True)
class ProposeRemoval:
    on: date
    reason: str


@operation()
def propose_removal(context: Context, command: ProposeRemoval) -> Proposed:
    facts = {"on": command.on.isoformat()}
    return _propose(context, Change.REMOVE_HOLIDAY, f"holiday/{command.on}", facts, command.reason)


@dataclass(frozen=True, slots=True)
class ProposeReopening:
    bar: str
    reason: str


@operation()
def propose_reopening(context: Context, command: ProposeReopening) -> Proposed:
    return _propose(context, Change.REOPEN, f"bar/{command.bar}", {"bar": command.bar}, command.reason)


def _propose(context: Context, change: Change, subject: str, facts: Mapping[str, str], reason: str) -> Proposed:
    session, now, effect = context.session, context.clock.now(), EFFECTS[change]
    me, reason = accounts.person_of(context), check_reason(reason)
    concerned = effect.concerns(context, facts)
    if concerned == me:
        raise NotAllowed("administration.own_rights", N_("Öz hüquqlarınızı dəyişməyi təklif edə bilməzsiniz."))
    effect.check(context, facts)
    late = update(Proposal).where(Proposal.subject == subject, Proposal.state == State.OPEN, Proposal.expires_at <= now)
    session.execute(late.values(state=State.EXPIRED))
    values = {
        "public_id": new_public_id(),
        "change": change,
        "subject": subject,
        "person_id": concerned,
        "facts": dict(facts),
        "reason": reason,
        "state": State.OPEN,
        "proposed_by": me,
        "proposed_at": now,
        "expires_at": now + LIFE,
        "note": "",
    }
    made = insert(session, Proposal).values(**values).on_conflict_do_nothing().returning(Proposal.public_id)
    public_id = session.execute(made).scalar_one_or_none()
    if public_id is None:
        message = N_("Bu barədə açıq təklif artıq var. Əvvəlcə o, təsdiq və ya rədd edilməlidir.")
        raise Invalid("administration.proposed", message)
    context.about("proposal", public_id, change=str(change))
    return Proposed(public_id)


def _held(context: Context, public_id: str) -> Open:
    """An open proposal; `_decide` says whether it still is one."""
    admin = select(PersonRole.role).where(
        PersonRole.person_id == Proposal.proposed_by, PersonRole.role == str(Role.ADMIN)
    )
    disabled = select(Person.id).where(Person.id == Proposal.proposed_by, Person.disabled_at.is_not(None))
    left = or_(~admin.correlate(Proposal).exists(), disabled.correlate(Proposal).exists())
    columns = (Proposal.change, Proposal.facts, Proposal.proposed_by, Proposal.person_id, left)
    row = context.session.execute(select(*columns).where(Proposal.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound("administration.proposal", N_("Belə təklif yoxdur."))
    context.about("proposal", public_id, change=str(row.change))
    return Open(*row)


def _decide(context: Context, public_id: str, state: State, note: str) -> None:
    """By compare-and-set: of two who decide at once, one is told that it is decided."""
    now = context.clock.now()
    standing = update(Proposal).where(
        Proposal.public_id == public_id, Proposal.state == State.OPEN, Proposal.expires_at > now
    )
    values = {"state": state, "decided_by": context.actor.person_id, "decided_at": now, "note": note}
    if context.session.execute(standing.values(**values).returning(Proposal.id)).one_or_none() is None:
        raise Conflict("administration.decided", N_("Bu təklif barədə qərar artıq verilib və ya vaxtı bitib."))


@dataclass(frozen=True, slots=True)
class Confirm:
    public_id: str


@operation()
def confirm(context: Context, command: Confirm) -> None:
    """By another administrator than who proposed it and whom it concerns; takes effect in the same transaction."""
    held = _held(context, command.public_id)
    me = accounts.person_of(context)
    if me == held.proposed_by:
        raise NotAllowed("administration.own_proposal", N_("Öz təklifinizi özünüz təsdiq edə bilməzsiniz."))
    if me == held.person_id:
        raise NotAllowed("administration.own_rights", N_("Öz hüquqlarınız barədə qərar verə bilməzsiniz."))
    if held.proposer_left:
        message = N_("Təklif edən artıq administrator deyil. Təklifi rədd edin və lazımdırsa, yenisini yazın.")
        raise Conflict("administration.proposer_left", message)
    _decide(context, command.public_id, State.CONFIRMED, "")
    EFFECTS[held.change].apply(context, held.facts)


@dataclass(frozen=True, slots=True)
class Reject:
    public_id: str
    note: str


@operation()
def reject(context: Context, command: Reject) -> None:
    held = _held(context, command.public_id)
    if accounts.person_of(context) in {held.proposed_by, held.person_id}:
        raise NotAllowed("administration.own_proposal", N_("Öz təklifinizi rədd edə bilməzsiniz: onu geri götürün."))
    _decide(context, command.public_id, State.REJECTED, check_reason(command.note))


@dataclass(frozen=True, slots=True)
class Withdraw:
    public_id: str


@operation()
def withdraw(context: Context, command: Withdraw) -> None:
    held = _held(context, command.public_id)
    if accounts.person_of(context) != held.proposed_by:
        raise NotAllowed("administration.foreign_proposal", N_("Yalnız öz təklifinizi geri götürə bilərsiniz."))
    _decide(context, command.public_id, State.WITHDRAWN, "")
