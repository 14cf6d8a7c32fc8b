"""Whoever has full rights on the database cannot change the register unseen: every falsification is found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from app.archive.auditing import compare
from app.archive.models import LogLeaf, LogTree
from app.archive.operations import advance_log
from app.core.context import Context
from signing.transparency.merkle import Frontier, leaf_hash
from tests.core.archives import entries, recorded

pytestmark = pytest.mark.trust

LEAVES, TREES = LogLeaf.metadata.tables["log_leaf"], LogTree.metadata.tables["log_tree"]
BATCHES = (1, 40, 7, 220, 32)
PLACES = 50
Tampering = Callable[[Connection, Random], None]


def leaf(connection: Connection, chance: Random) -> dict[str, Any]:
    rows = connection.execute(select(LEAVES).order_by(LEAVES.c.index)).all()
    return dict(chance.choice(rows)._mapping)


def forged(chance: Random) -> str:
    return entries(1, f"forged-{chance.randrange(10**9)}")[0]


def hash_of(entry: str) -> str:
    return leaf_hash(entry.encode()).hex()


def edit(connection: Connection, chance: Random) -> None:
    """One value of one entry becomes another."""
    row, entry = leaf(connection, chance), forged(chance)
    name = chance.choice(["index", "entry", "hash"])
    value = {"index": 5000, "entry": entry, "hash": hash_of(entry)}[name]
    connection.execute(update(LEAVES).where(LEAVES.c.id == row["id"]).values({name: value}))


def edit_a_letter(connection: Connection, chance: Random) -> None:
    row = leaf(connection, chance)
    place = chance.randrange(len(row["entry"]))
    other = chance.choice("#0aZ\n")
    text = row["entry"][:place] + (other if row["entry"][place] != other else "x") + row["entry"][place + 1 :]
    connection.execute(update(LEAVES).where(LEAVES.c.id == row["id"]).values(entry=text, hash=hash_of(text)))


def rewrite_with_its_hash(connection: Connection, chance: Random) -> None:
    row, entry = leaf(connection, chance), forged(chance)
    connection.execute(update(LEAVES).where(LEAVES.c.id == row["id"]).values(entry=entry, hash=hash_of(entry)))


def take_out(connection: Connection, chance: Random) -> None:
    connection.execute(delete(LEAVES).where(LEAVES.c.id == leaf(connection, chance)["id"]))


def put_back_among_those_that_wait(connection: Connection, chance: Random) -> None:
    row = leaf(connection, chance)
    connection.execute(update(LEAVES).where(LEAVES.c.id == row["id"]).values(index=None))


def take_out_and_close_the_gap(connection: Connection, chance: Random) -> None:
    """Everything behind moves up, and all roots are made to fit."""
    row = leaf(connection, chance)
    connection.execute(delete(LEAVES).where(LEAVES.c.id == row["id"]))
    shift(connection, row["index"], -1)
    connection.execute(delete(TREES).where(TREES.c.size == sum(BATCHES)))
    make_roots_fit(connection)


def put_in(connection: Connection, chance: Random) -> None:
    """A forged entry between others, with its hash, and roots that fit."""
    row, entry = leaf(connection, chance), forged(chance)
    shift(connection, row["index"] - 1, 1)
    connection.execute(insert(LEAVES).values(index=row["index"], entry=entry, hash=hash_of(entry)))
    make_roots_fit(connection)


def append(connection: Connection, chance: Random) -> None:
    """A forged entry at the end, which the published register knows nothing of, with a root of its own."""
    entry, place = forged(chance), sum(BATCHES)
    connection.execute(insert(LEAVES).values(index=place, entry=entry, hash=hash_of(entry)))
    connection.execute(insert(TREES).values(size=place + 1, root="0" * 64))
    make_roots_fit(connection)


def reorder(connection: Connection, chance: Random) -> None:
    one, other = leaf(connection, chance), leaf(connection, chance)
    while one["id"] == other["id"]:
        other = leaf(connection, chance)
    for identity, index in ((one["id"], -1), (other["id"], one["index"]), (one["id"], other["index"])):
        connection.execute(update(LEAVES).where(LEAVES.c.id == identity).values(index=index))
    if chance.random() < 0.5:
        make_roots_fit(connection)


def truncate(connection: Connection, chance: Random) -> None:
    """The end is cut off, with the roots that speak of it."""
    row = leaf(connection, chance)
    connection.execute(delete(LEAVES).where(LEAVES.c.index >= row["index"]))
    connection.execute(delete(TREES).where(TREES.c.size > row["index"]))


def change_a_root(connection: Connection, chance: Random) -> None:
    size = chance.choice(connection.execute(select(TREES.c.size)).scalars().all())
    other = {"root": chance.randbytes(32).hex()} if chance.random() < 0.5 else {"size": 5000}
    connection.execute(update(TREES).where(TREES.c.size == size).values(**other))


def take_out_or_add_a_root(connection: Connection, chance: Random) -> None:
    sizes = connection.execute(select(TREES.c.size)).scalars().all()
    if chance.random() < 0.5:
        connection.execute(delete(TREES).where(TREES.c.size == chance.choice(sizes)))
        return
    size = chance.choice([one for one in range(1, sum(BATCHES)) if one not in sizes])
    connection.execute(insert(TREES).values(size=size, root="0" * 64))
    make_roots_fit(connection)


TAMPERINGS: tuple[Tampering, ...] = (
    edit,
    edit_a_letter,
    rewrite_with_its_hash,
    take_out,
    put_back_among_those_that_wait,
    take_out_and_close_the_gap,
    put_in,
    append,
    reorder,
    truncate,
    change_a_root,
    take_out_or_add_a_root,
)


def shift(connection: Connection, after: int, by: int) -> None:
    """By way of negative numbers, so that no two entries ever have the same."""
    later = LEAVES.c.index > after
    moved = list(connection.scalars(select(LEAVES.c.id).where(later)))
    connection.execute(update(LEAVES).where(later).values(index=-LEAVES.c.index - 1))
    connection.execute(update(LEAVES).where(LEAVES.c.id.in_(moved)).values(index=-LEAVES.c.index - 1 + by))


def make_roots_fit(connection: Connection) -> None:
    """As somebody would who knows how roots are reckoned."""
    frontier, roots = Frontier(), {}
    for entry in connection.execute(select(LEAVES.c.entry).order_by(LEAVES.c.index)).scalars():
        frontier.add(leaf_hash(entry.encode()))
        roots[frontier.size] = frontier.root.hex()
    for size in connection.execute(select(TREES.c.size)).scalars().all():
        connection.execute(update(TREES).where(TREES.c.size == size).values(root=roots.get(size, "0" * 64)))


@pytest.fixture
def register(system: Context) -> Context:
    for number, size in enumerate(BATCHES):
        recorded(system, entries(size, f"batch{number}"))
        advance_log(system)
    return system


@pytest.fixture
def unguarded(register: Context, engine: Engine) -> Iterator[Connection]:
    """The database in a forger's hands, all of it undone afterwards."""
    with engine.connect().execution_options(write=True) as connection, connection.begin() as everything:
        yield connection
        everything.rollback()


def faults_of(context: Context, connection: Connection) -> list[str]:
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return [str(fault) for fault in compare(replace(context, session=session)).faults]


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.__name__)
def test_every_falsification_of_the_register_is_found(
    register: Context, unguarded: Connection, tampering: Tampering
) -> None:
    assert faults_of(register, unguarded) == []
    found = 0
    for place in range(PLACES):
        with unguarded.begin_nested() as attempt:
            tampering(unguarded, Random(place))
            found += bool(faults_of(register, unguarded))
            attempt.rollback()
    print(f"\nS3 | {tampering.__name__} | {unguarded.dialect.name} | {found} of {PLACES} detected")
    assert found == PLACES
    assert faults_of(register, unguarded) == []
