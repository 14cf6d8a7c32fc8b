"""Looks after what is kept: puts in the proof that a decision was entered, and renews before the time-stamps end."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, not_, select, update

from app.archive.models import KeptContainer
from app.archive.proofs import better_proof, is_entered
from app.archive.verification import Standing, content_of, standing, verified
from app.core.context import Context
from app.core.db import write_transaction
from app.core.errors import N_, Conflict, DomainError, Invalid, NotFound, Unavailable
from app.core.operation import operation
from app.core.outbox import pause_after

if TYPE_CHECKING:
    from signing.container import Container

log = logging.getLogger(__name__)

BATCH = 20
# Longer than a batch takes; whoever died with it loses it then.
LEASE = timedelta(minutes=10)
# How soon to look again whether an entry has got its place.
SOON = timedelta(seconds=30)
AWAITS_PROOF = and_(KeptContainer.entry_hash.is_not(None), KeptContainer.cosignatures.is_(None))


def maintain_due(context: Context) -> int:
    """A batch of what is due; gives how many were looked after."""
    done, is_away = 0, False
    for public_id, awaits_proof in _lease(context):
        if is_away and not awaits_proof:
            continue
        try:
            maintain(context, MaintainContainer(public_id))
            done += 1
        except Exception as error:  # noqa: BLE001  (whatever is wrong with one of them, the others need care)
            later = _put_off(context, public_id, error)
            log.warning("a container will be looked after later", extra={"code": _code(error)})
            if isinstance(error, Unavailable) and not is_away:
                is_away = True
                _put_off_renewals(context, later)
    return done


def reckon_anew(context: Context) -> None:
    """Under another table of algorithms things may last longer or shorter, so that each is looked at again."""
    from signing.algorithm_policy import VERSION

    now = context.clock.now()
    with write_transaction(context.session):
        stale = update(KeptContainer).where(KeptContainer.algorithms != VERSION, KeptContainer.due_at > now)
        context.session.execute(stale.values(due_at=now))


def _lease(context: Context) -> list[tuple[str, bool]]:
    """Those that are first, and whether each waits for its proof; while one worker has them no other takes them."""
    session, now = context.session, context.clock.now()
    session.rollback()
    # What has lost its worth cannot be helped any more: it is told, not tried for ever.
    columns = KeptContainer.id, KeptContainer.public_id, AWAITS_PROOF.label("awaits_proof")
    due = select(*columns).where(KeptContainer.due_at <= now, KeptContainer.good_until > now)
    if session.execute(due.limit(1)).first() is None:
        session.rollback()
        return []
    with write_transaction(session):
        first = due.order_by(KeptContainer.due_at, KeptContainer.id).limit(BATCH).with_for_update(skip_locked=True)
        rows = session.execute(first).all()
        mine = KeptContainer.id.in_([row.id for row in rows])
        session.execute(update(KeptContainer).where(mine).values(due_at=now + LEASE))
    return [(row.public_id, row.awaits_proof) for row in rows]


def _put_off(context: Context, public_id: str, error: Exception) -> datetime:
    mine = KeptContainer.public_id == public_id
    with write_transaction(context.session):
        attempts = (context.session.scalar(select(KeptContainer.attempts).where(mine)) or 0) + 1
        later = context.clock.now() + pause_after(attempts)
        changes = {"attempts": attempts, "last_error": _code(error)[:80], "due_at": later}
        context.session.execute(update(KeptContainer).where(mine).values(**changes))
    return later


def _put_off_renewals(context: Context, later: datetime) -> None:
    """What one of them could not have, the others cannot either; a proof needs nobody but ourselves."""
    with write_transaction(context.session):
        others = update(KeptContainer).where(KeptContainer.due_at <= context.clock.now(), not_(AWAITS_PROOF))
        context.session.execute(others.values(due_at=later))


def _code(error: Exception) -> str:
    return error.code if isinstance(error, DomainError) else type(error).__name__


@dataclass(frozen=True, slots=True)
class MaintainContainer:
    public_id: str
    renew_now: bool = False


@dataclass(frozen=True, slots=True)
class Maintained:
    public_id: str
    renewed: bool
    proven: bool
    good_until: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """What a container has become, verified and stored, and the bytes whose place it may take."""

    maintained: Maintained
    before: str
    changes: Mapping[str, Any]


def _next_version(context: Context, command: MaintainContainer) -> Version:
    from signing.container import open_container

    now, row = context.clock.now(), _row(context, command.public_id)
    better, entered = better_proof(context, row), is_entered(context, row)
    context.session.rollback()  # Nothing is held while others are asked.
    data = content_of(context, row.sha256)
    about = standing(verified(context, data, row.kind))
    changes: dict[str, Any] = {"attempts": 0, "last_error": ""}
    container, register = open_container(data), None
    if better:
        container, register = container.with_proof(better.data), better.register
        changes["cosignatures"] = better.cosignatures
    if renewed := command.renew_now or about.renew_at <= now:
        container = _stamped(context, container)
        changes |= {"renewals": row.renewals + 1, "renewed_at": now}
    if better or renewed:
        # The final bytes, as they will be read back; a wrong proof or a strange time-stamp ends here.
        data = container.to_bytes()
        after = standing(verified(context, data, row.kind, register))
        if renewed:
            _check_gain(about, after)
        about = after
        changes["sha256"] = context.ports.blobs.put(data).sha256
    due = about.renew_at if entered else now + SOON
    changes |= {"level": about.level, "good_until": about.good_until, "algorithms": about.algorithms, "due_at": due}
    maintained = Maintained(row.public_id, renewed, better is not None, about.good_until)
    return Version(maintained, row.sha256, changes)


def _row(context: Context, public_id: str) -> KeptContainer:
    row = context.session.scalars(select(KeptContainer).where(KeptContainer.public_id == public_id)).one_or_none()
    if row is None:
        raise NotFound("archive.unknown", N_("Belə konteyner saxlanılmayıb."))
    context.session.expunge(row)
    return row


def _stamped(context: Context, container: "Container") -> "Container":
    from signing import sealing
    from signing.errors import SigningError, Unreachable

    try:
        services = context.ports.trust.services
        return sealing.renewed(container, services.tsa, services.lists)
    except Unreachable as error:
        raise Unavailable("archive.time_stamps", N_("Vaxt göstəricisi xidməti hazırda cavab vermir.")) from error
    except SigningError as error:
        raise Invalid("archive.not_renewable", N_("Konteynerə yeni vaxt göstəricisi əlavə etmək olmur.")) from error


def _check_gain(before: Standing, after: Standing) -> None:
    """Time-stamps of a unit whose certificate ends as soon would only make the container grow."""
    if after.good_until <= before.good_until:
        message = N_("Vaxt göstəricisi xidmətinin sertifikatı hələ yenilənməyib: yeni göstərici heç nə qazandırmır.")
        raise Unavailable("archive.no_gain", message)


@operation(before=_next_version, repeatable=False)
def maintain(context: Context, version: Version) -> Maintained:
    """Puts the new version in the place of the one that it was made from; the old bytes stay in the store."""
    done = version.maintained
    mine = (KeptContainer.public_id == done.public_id) & (KeptContainer.sha256 == version.before)
    changed = context.session.execute(update(KeptContainer).where(mine).values(**version.changes))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("archive.changed", N_("Konteyner bu arada dəyişib."))
    context.about("container", done.public_id, renewed=done.renewed, proven=done.proven)
    return done
