"""Ceremonies: what is begun in a browser and answered by a card, a phone or another site, once and by nobody else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Ceremony
from app.accounts.rules import WHO, Means, Purpose, Stage, answer_limits, ceremony_limits
from app.core.context import Context
from app.core.db import insert, write_transaction
from app.core.errors import N_, Conflict, Invalid, NotFound
from app.core.limits import Limit
from app.core.public_ids import digest, new_public_id

CARD_LOCKED = "card.pin_locked"
PIN_LOCKED = N_(
    "Kartın PIN kodu üç dəfə yanlış yazılıb və bloklanıb. Onu PUK kodu ilə açıb yenidən cəhd edin və ya başqa vasitə "
    "seçin."
)


@dataclass(frozen=True, slots=True)
class Started:
    """By what number the browser goes on with what it has begun."""

    public_id: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A ceremony as its browser knows it."""

    public_id: str
    purpose: Purpose
    person_id: int | None
    stage: Stage
    outcome: str
    facts: Mapping[str, Any]
    target: str
    expires_at: datetime


def limits_of_beginning(context: Context, _command: object) -> Sequence[Limit]:
    """For `limits=`, where nothing but the address can be counted."""
    return ceremony_limits(context.address)


def limits_of_answering(context: Context, _command: object) -> Sequence[Limit]:
    return answer_limits(context.address)


def begin(
    context: Context, means: Means, browser: str, *, purpose: Purpose, target: str, life: timedelta, **facts: object
) -> str:
    """Part of an operation; gives the public number. To prove anew is for whoever is signed in."""
    now, public_id = context.clock.now(), new_public_id()
    values = {
        "public_id": public_id,
        "browser_hash": digest(browser),
        "means": means,
        "purpose": purpose,
        "person_id": context.actor.person_id if purpose is Purpose.PROVE else None,
        "stage": Stage.OPEN,
        "outcome": "",
        "facts": facts,
        "target": target,
        "created_at": now,
        "expires_at": now + life,
    }
    context.session.execute(insert(context.session, Ceremony).values(**values))
    context.about("ceremony", public_id, means=str(means), purpose=str(purpose))
    return public_id


def find(context: Context, means: Means, browser: str, public_id: str, purposes: Collection[Purpose] = WHO) -> Begun:
    """Another browser is told that there is no such ceremony; one for something else is none either."""
    statement = select(*columns()).where(
        Ceremony.public_id == public_id,
        Ceremony.means == means,
        Ceremony.browser_hash == digest(browser),
        Ceremony.purpose.in_(purposes),
    )
    row = context.session.execute(statement).one_or_none()
    if row is None:
        raise unknown()
    return begun_from(row)


def columns() -> tuple[InstrumentedAttribute[Any], ...]:
    """What makes a `Begun`, in its order."""
    return (
        Ceremony.public_id,
        Ceremony.purpose,
        Ceremony.person_id,
        Ceremony.stage,
        Ceremony.outcome,
        Ceremony.facts,
        Ceremony.target,
        Ceremony.expires_at,
    )


def begun_from(row: Row[Any]) -> Begun:
    return Begun(*tuple(row))


def unknown() -> NotFound:
    return NotFound("ceremony.unknown", N_("Belə təsdiq cəhdi yoxdur. Yenidən başlayın."))


def take(context: Context, means: Means, browser: str, public_id: str, purposes: Collection[Purpose] = WHO) -> Begun:
    """Uses a ceremony up before its answer is looked at, in a transaction of its own: there is no second look."""
    found = find(context, means, browser, public_id, purposes)
    context.about("ceremony", public_id, means=str(means), purpose=str(found.purpose))
    if context.clock.now() >= found.expires_at:
        raise expired()
    if found.purpose is Purpose.PROVE and found.person_id != context.actor.person_id:
        raise unknown()
    if not _move(context, public_id, Stage.USED, ""):
        raise used()
    return found


def check_open(context: Context, begun: Begun) -> None:
    """For a page that shows a ceremony; who answers it calls `take`."""
    if begun.stage is not Stage.OPEN:
        raise used()
    if context.clock.now() >= begun.expires_at:
        raise expired()


def used() -> Conflict:
    return Conflict("ceremony.used", N_("Bu təsdiqə artıq cavab verilib. Yenidən başlayın."))


def expired() -> Invalid:
    return Invalid("ceremony.expired", N_("Təsdiq üçün ayrılan vaxt bitdi. Yenidən başlayın."))


def note(context: Context, public_id: str, **facts: object) -> None:
    """Part of an operation: what has become known since it began, as long as it is open."""
    mine = (Ceremony.public_id == public_id) & (Ceremony.stage == Stage.OPEN)
    known = context.session.scalars(select(Ceremony.facts).where(mine).with_for_update()).one()
    context.session.execute(update(Ceremony).where(mine).values(facts=known | facts))


def fail(context: Context, public_id: str, outcome: str) -> bool:
    """Says why a ceremony came to nothing; it cannot be answered any more. Of two who say it, one is heard."""
    return _move(context, public_id, Stage.FAILED, outcome)


def lock(context: Context, begun: Begun, pin: str) -> Invalid:
    """Fails a ceremony because a card has counted three wrong PINs; whose card it is, is kept, so that he is told."""
    _move(context, begun.public_id, Stage.FAILED, CARD_LOCKED, facts={**begun.facts, "pin": pin})
    return Invalid(CARD_LOCKED, PIN_LOCKED)


def _move(context: Context, public_id: str, after: Stage, outcome: str, **more: object) -> bool:
    standing = update(Ceremony).where(Ceremony.public_id == public_id, Ceremony.stage == Stage.OPEN)
    changed = standing.values(stage=after, outcome=outcome, ended_at=context.clock.now(), **more)
    with write_transaction(context.session):
        return context.session.execute(changed.returning(Ceremony.id)).one_or_none() is not None
