"""Takes a signed container into the archive, and a decision into the register with it."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.archive.models import KeptContainer
from app.archive.operations.entering import record
from app.archive.rules import Kind, check_number
from app.archive.verification import Standing, entry_of, standing, verified
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict
from app.core.operation import operation
from app.core.public_ids import new_public_id


@dataclass(frozen=True, slots=True)
class KeepContainer:
    content: bytes
    kind: Kind
    number: str  # Of the declaration.
    participant_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    public_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Examined:
    """A container that is stored and may be kept; it lacks only its row."""

    kind: Kind
    number: str
    participant_id: int | None
    sha256: str
    standing: Standing
    entry: str | None


def examine(context: Context, command: KeepContainer) -> Examined:
    """The slow part, for `before=` of every operation that keeps a container."""
    from signing.container import open_container

    check_number(command.number)
    report = verified(context, command.content, command.kind)
    entry = None
    if command.kind is Kind.DECISION:
        entry = entry_of(open_container(command.content), report, command.number)
    sha256 = context.ports.blobs.put(command.content).sha256
    return Examined(command.kind, command.number, command.participant_id, sha256, standing(report), entry)


def take(context: Context, examined: Examined) -> Kept:
    """The quick part, inside an operation. The same content is the same container, however often it is given."""
    is_new = _find(context, examined.sha256) is None and _insert(context, examined)
    row = _find(context, examined.sha256)
    if row is None or (row.kind, row.number, row.participant_id) != (
        examined.kind,
        examined.number,
        examined.participant_id,
    ):
        raise Conflict("archive.kept_otherwise", N_("Bu konteyner artıq başqa nömrə və ya başqa növ ilə saxlanılıb."))
    context.about(row.kind.value, row.public_id, participant_id=row.participant_id, number=row.number, is_new=is_new)
    return Kept(row.public_id, is_new)


def _find(context: Context, sha256: str) -> KeptContainer | None:
    """As it was given, or as it has become by now."""
    same = or_(KeptContainer.given_sha256 == sha256, KeptContainer.sha256 == sha256)
    return context.session.scalars(select(KeptContainer).where(same)).one_or_none()


def _insert(context: Context, examined: Examined) -> bool:
    """Unless somebody else does it at this moment."""
    entry_hash = record(context, examined.entry) if examined.entry is not None else None
    now, about = context.clock.now(), examined.standing
    values = {
        "public_id": new_public_id(),
        "participant_id": examined.participant_id,
        "kind": examined.kind,
        "number": examined.number,
        "given_sha256": examined.sha256,
        "sha256": examined.sha256,
        "level": about.level,
        "good_until": about.good_until,
        "due_at": about.renew_at if entry_hash is None else now,  # A proof can be had as soon as it is entered.
        "renewals": 0,
        "attempts": 0,
        "last_error": "",
        "algorithms": about.algorithms,
        "entry_hash": entry_hash,
        "kept_at": now,
    }
    new = insert(context.session, KeptContainer).values(**values)
    new = new.on_conflict_do_nothing(index_elements=["given_sha256"])
    return context.session.scalar(new.returning(KeptContainer.id)) is not None


@operation(before=examine, repeatable=False)
def keep(context: Context, examined: Examined) -> Kept:
    """Verified to the last check, or not kept at all."""
    return take(context, examined)
