"""What an operator changes."""

from dataclasses import dataclass

from sqlalchemy import delete

from app.core import outbox
from app.core.context import Context
from app.core.operation import operation
from app.operate.retention import RETENTIONS


@dataclass(frozen=True, slots=True)
class ReviveMessages:
    ids: tuple[int, ...]


@operation()
def revive_messages(context: Context, command: ReviveMessages) -> None:
    """Messages that were given up are tried again, for instance after the mail server was repaired."""
    context.about("outbox", " ".join(map(str, command.ids))[:80])
    outbox.revive(context.session, command.ids, context.clock.now())


@dataclass(frozen=True, slots=True)
class TidyUp:
    pass


@dataclass(frozen=True, slots=True)
class TidiedUp:
    removed: dict[str, int]


@operation(repeatable=False)
def tidy_up(context: Context, _command: TidyUp) -> TidiedUp:
    """Removes what has served its time; says how much of each kind, never what."""
    removed = {}
    for retention in RETENTIONS:
        old = delete(retention.table).where(retention.since < context.clock.now() - retention.kept)
        found = context.session.execute(old.execution_options(synchronize_session=False))
        removed[retention.table.__tablename__] = found.rowcount  # type: ignore[attr-defined]
    context.about("retention", "tidy_up", **removed)
    return TidiedUp(removed)
