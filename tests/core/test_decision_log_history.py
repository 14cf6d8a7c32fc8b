"""The audit trail in the register, and the register after a restore: what was published is not forgotten."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.orm import Session

from app.archive.auditing import compare, compare_trail
from app.archive.models import LogLeaf, LogTree
from app.archive.operations import (
    Anchor,
    advance_log,
    anchor,
    recover_log,
)
from app.archive.publishing import Broken
from app.core.audit import GENESIS, AuditEntry, digest_of
from app.core.audit import verify as verify_trail
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import write_transaction
from app.core.errors import Conflict
from app.reference.operations import LoadReference, load_reference
from signing.transparency.monitor import audited
from tests.core.archives import (
    entries,
    files,
    recorded,
    size,
    trust,
)
from tests.core.tampering import drop_triggers


def anchored(context: Context, clock: FixedClock) -> None:
    """A day of work whose trail is published on the next one."""
    for number in range(5):
        for who in range(4):
            load_reference(replace(context, actor=Actor.system(f"worker{who}"), reference=f"{number}"), LoadReference())
    clock.advance(timedelta(days=1))
    anchor(context, Anchor())
    advance_log(context)


def test_trail_of_a_day_is_published_on_the_next_and_once(system: Context, clock: FixedClock) -> None:
    anchor(system, Anchor())
    advance_log(system)
    assert size(system) == 0  # The day is not over.
    anchored(system, clock)
    chains = size(system)
    assert 1 < chains <= 5
    anchor(system, Anchor())
    advance_log(system)
    assert size(system) == chains
    assert list(compare_trail(system)) == []
    clock.advance(timedelta(days=1))
    anchor(system, Anchor())
    advance_log(system)
    assert size(system) == chains + 1  # Of the one chain that has grown: the register's own.
    assert list(compare_trail(system)) == []
    audited(system.ports.log.read, trust(system))


def test_trail_that_was_rewritten_whole_is_found(system: Context, clock: FixedClock, engine: Engine) -> None:
    """Every digest is reckoned anew, so that the trail by itself holds."""
    anchored(system, clock)
    system.session.rollback()
    with engine.connect().execution_options(write=True) as connection, connection.begin() as everything:
        drop_triggers(connection)
        rewrite(connection, "account:forged")
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            assert verify_trail(session)[1] == []
            found = [str(fault) for fault in compare_trail(replace(system, session=session))]
        everything.rollback()
    assert found
    assert all("is not the one that was published" in what for what in found)
    assert list(compare_trail(system)) == []


def rewrite(connection: Connection, actor: str) -> None:
    table, heads = AuditEntry.metadata.tables["audit_entry"], AuditEntry.metadata.tables["audit_head"]
    previous: dict[int, str] = {}
    for row in connection.execute(select(table).order_by(table.c.chain, table.c.seq)).all():
        entry = dict(row._mapping) | {"previous": previous.get(row.chain, GENESIS)}
        entry |= {"actor": actor} if row.seq == 2 else {}
        previous[row.chain] = digest_of(entry)
        changed = {"actor": entry["actor"], "previous": entry["previous"], "digest": previous[row.chain]}
        connection.execute(update(table).where(table.c.id == row.id).values(**changed))
    for chain, digest in previous.items():
        connection.execute(update(heads).where(heads.c.chain == chain).values(digest=digest))


def forget(context: Context, since: int) -> None:
    """As a backup from before would have it."""
    with write_transaction(context.session):
        context.session.execute(delete(LogTree).where(LogTree.size > since))
        context.session.execute(delete(LogLeaf).where(LogLeaf.index > since))
        context.session.execute(update(LogLeaf).where(LogLeaf.index == since).values(index=None))


@pytest.mark.parametrize("since", [0, 5, 256, 300])
def test_restored_database_gets_its_newer_entries_back(archive: Context, folder: Path, since: int) -> None:
    for number, more in enumerate((5, 251, 44, 300)):
        recorded(archive, entries(more, f"batch{number}"))
        advance_log(archive)
    before = files(folder)
    forget(archive, since)
    with pytest.raises(Broken):
        advance_log(archive)
    assert recover_log(archive).entries == 600 - since
    advance_log(archive)
    assert files(folder) == before
    # The roots in between were forgotten, and the trail here still speaks of them; the one of a backup would not.
    assert {fault.what for fault in compare(archive).faults} <= {
        "the root with it as the last entry was taken out, or recorded by nobody"
    }
    recorded(archive, entries(1, "after"))
    advance_log(archive)
    assert size(archive) == 601


def test_nothing_is_recovered_where_nothing_is_missing(archive: Context) -> None:
    recorded(archive, entries(3))
    advance_log(archive)
    with pytest.raises(Conflict, match=r"log\.nothing_missing"):
        recover_log(archive)


def test_another_history_is_not_recovered(archive: Context) -> None:
    recorded(archive, entries(5))
    advance_log(archive)
    with write_transaction(archive.session):
        archive.session.execute(delete(LogTree))
        archive.session.execute(delete(LogLeaf))
        archive.session.add(LogTree(size=2, root="ab" * 32))
    with pytest.raises(Broken):
        recover_log(archive)
