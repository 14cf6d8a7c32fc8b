"""What is read of the archive: the containers that somebody may see, and how it stands with all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from app.archive.models import KeptContainer, LogLeaf, LogTree
from app.archive.rules import ALARM, Kind
from app.core.context import Actor, Context
from app.core.errors import N_, NotFound
from app.core.roles import Role

SEE_ALL = frozenset({Role.OFFICER, Role.SENIOR_OFFICER, Role.OVERSIGHT, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class ContainerDetails:
    public_id: str
    kind: Kind
    number: str
    sha256: str
    level: str
    good_until: datetime
    renewals: int
    last_error: str
    kept_at: datetime
    cosignatures: int | None
    index: int | None  # In the register.

    @property
    def is_proven(self) -> bool:
        return self.cosignatures is not None


DETAILS = select(
    KeptContainer.public_id,
    KeptContainer.kind,
    KeptContainer.number,
    KeptContainer.sha256,
    KeptContainer.level,
    KeptContainer.good_until,
    KeptContainer.renewals,
    KeptContainer.last_error,
    KeptContainer.kept_at,
    KeptContainer.cosignatures,
    LogLeaf.index,
).outerjoin(LogLeaf, LogLeaf.hash == KeptContainer.entry_hash)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    if actor.roles & SEE_ALL:
        return true()
    mine = KeptContainer.participant_id == actor.participant_id
    return and_(KeptContainer.participant_id.is_not(None), mine)


def list_containers(context: Context, number: str = "") -> Iterator[ContainerDetails]:
    """Oldest first; of one declaration, or all."""
    chosen = DETAILS.where(visible_to(context.actor)).order_by(KeptContainer.id)
    if number:
        chosen = chosen.where(KeptContainer.number == number)
    return (ContainerDetails(*row) for row in context.session.execute(chosen.execution_options(yield_per=500)))


def open_container(context: Context, public_id: str) -> tuple[ContainerDetails, Iterator[bytes]]:
    """Its newest version. One of somebody else is as one that does not exist."""
    chosen = DETAILS.where(KeptContainer.public_id == public_id, visible_to(context.actor))
    row = context.session.execute(chosen).one_or_none()
    if row is None:
        raise NotFound("archive.unknown", N_("Belə konteyner saxlanılmayıb."))
    return ContainerDetails(*row), context.ports.blobs.open(row.sha256)


def contents(session: Session) -> set[str]:
    """The names of all contents that the archive needs."""
    return set(session.scalars(select(KeptContainer.sha256)))


@dataclass(frozen=True, slots=True)
class ArchiveState:
    kept: int
    endangered: int  # Near their end, although they should have been renewed long ago.
    lost: int  # Nobody renewed them in time.
    entries: int
    waiting: int  # For their place in the register.

    @property
    def is_well(self) -> bool:
        return not (self.endangered or self.lost)


def archive_state(session: Session, now: datetime) -> ArchiveState:
    lost, endangered = KeptContainer.good_until <= now, KeptContainer.good_until <= now + ALARM
    count = func.count()
    kept = session.scalar(select(count).select_from(KeptContainer)) or 0
    gone = session.scalar(select(count).where(lost)) or 0
    near = session.scalar(select(count).where(endangered)) or 0
    waiting = session.scalar(select(count).where(LogLeaf.index.is_(None))) or 0
    return ArchiveState(kept, near - gone, gone, session.scalar(select(func.max(LogTree.size))) or 0, waiting)
