"""The audit trail: rows follow one another by hash, the database keeps them, and every falsification shows."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import audit
from app.core.audit import AuditEntry, AuditHead, network
from app.core.db import write_transaction
from tests.core.register import MakeContext, break_off
from tests.core.tampering import TAMPERINGS, Tampering, drop_triggers

pytestmark = pytest.mark.trust

ROWS = 60
PEOPLE = 6
PLACES = 100


@pytest.fixture
def trail(make_context: MakeContext, session: Session) -> None:
    """Several chains with several rows each."""
    for number in range(ROWS):
        context = make_context(f"person{number % PEOPLE}")
        context.about("participant", str(number), number=number, entered=True, regime="idxal")
        with write_transaction(session):
            audit.append(context, "core.enter", "completed")
    session.rollback()


@pytest.fixture
def unguarded(trail: None, engine: Engine) -> Iterator[Connection]:
    """The trail without the database's own guard, all of it undone afterwards."""
    with engine.connect().execution_options(write=True) as connection, connection.begin() as everything:
        drop_triggers(connection)
        yield connection
        everything.rollback()


def breaks_of(connection: Connection) -> list[audit.Break]:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return audit.verify(session)[1]


@pytest.mark.usefixtures("trail")
def test_trail_holds_as_it_was_written(session: Session) -> None:
    assert audit.verify(session) == (ROWS, [])


@pytest.mark.usefixtures("trail")
def test_people_are_spread_over_chains_and_keep_theirs(session: Session) -> None:
    per_chain = select(AuditEntry.actor, func.count(AuditEntry.chain.distinct())).group_by(AuditEntry.actor)
    assert {number for _, number in session.execute(per_chain)} == {1}
    assert (session.scalar(select(func.count()).select_from(AuditHead)) or 0) > 1


def test_empty_trail_holds(session: Session) -> None:
    assert audit.verify(session) == (0, [])


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET outcome = 'refused'",
        "UPDATE audit_entry SET seq = seq",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE seq = 1",
    ],
)
def test_database_itself_refuses_to_change_the_trail(engine: Engine, session: Session, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match="the audit trail is kept"):
        connection.execute(text(statement))
    assert audit.verify(session) == (ROWS, [])


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.__name__)
def test_every_falsification_is_found(unguarded: Connection, tampering: Tampering) -> None:
    found = 0
    for place in range(PLACES):
        with unguarded.begin_nested() as attempt:
            tampering(unguarded, Random(place))
            found += bool(breaks_of(unguarded))
            attempt.rollback()
    print(f"\nS2 | {tampering.__name__} | {unguarded.dialect.name} | {found} of {PLACES} detected")
    assert found == PLACES
    assert breaks_of(unguarded) == []


def test_break_names_its_place_and_what_is_wrong(unguarded: Connection) -> None:
    row = unguarded.execute(select(AuditEntry.chain, AuditEntry.id).where(AuditEntry.seq == 3)).first()
    assert row is not None
    unguarded.execute(text("UPDATE audit_entry SET actor = 'account:other' WHERE id = :id"), {"id": row.id})
    assert breaks_of(unguarded) == [audit.Break(row.chain, 3, "its content was changed")]


def test_missing_row_is_named_by_the_one_after_it(unguarded: Connection) -> None:
    chain = unguarded.scalar(select(AuditEntry.chain).where(AuditEntry.seq == 3))
    unguarded.execute(text("DELETE FROM audit_entry WHERE seq = 2 AND chain = :chain"), {"chain": chain})
    assert [found.what for found in breaks_of(unguarded)] == [
        "rows are missing before it",
        "it does not follow the row before it",
    ]
    assert {(found.chain, found.seq) for found in breaks_of(unguarded)} == {(chain, 3)}


def test_chain_taken_out_whole_is_found(unguarded: Connection) -> None:
    unguarded.execute(text("DELETE FROM audit_entry"))
    heads = unguarded.scalar(select(func.count()).select_from(AuditHead))
    assert [found.what for found in breaks_of(unguarded)] == ["the end of the chain is missing or added"] * (
        heads or -1
    )


def test_row_that_is_not_committed_leaves_its_chain_as_it_was(
    trail: None, make_context: MakeContext, session: Session
) -> None:
    context = make_context("person1")
    with pytest.raises(ZeroDivisionError):
        break_off(session, lambda: audit.append(context, "core.enter", "completed"))
    assert audit.verify(session) == (ROWS, [])


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", ""),
        ("unix", ""),
        ("999.1.1.1", ""),
    ],
)
def test_address_is_kept_no_nearer_than_its_network(address: str, kept: str) -> None:
    assert network(address) == kept
