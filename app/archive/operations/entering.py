"""Enters decisions and seals into the register: first as rows that wait, then in batches that get their numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from app.archive.models import LogLeaf, LogTree
from app.archive.publishing import Broken, newest_tree, publish
from app.core.context import Context
from app.core.db import Prepared, insert
from app.core.operation import operation

BATCH = 1000
_PLACE = Prepared(
    lambda _: (
        update(LogLeaf)
        .where(LogLeaf.id == bindparam("of_id"), LogLeaf.index.is_(None))
        .values(index=bindparam("place"))
    )
)


def record(context: Context, entry: str) -> str:
    """Inside an operation: this entry will stand in the register if the operation is committed, and once only.

    Gives the hash under which it will be found there.
    """
    from signing.transparency.merkle import leaf_hash

    found = leaf_hash(entry.encode("ascii")).hex()
    new = insert(context.session, LogLeaf).values(entry=entry, hash=found)
    context.session.execute(new.on_conflict_do_nothing(index_elements=["hash"]))
    return found


def advance_log(context: Context) -> None:
    """One step of the only writer. Killed at any point, it leaves the register as before or as after."""
    with context.ports.log.writing():
        context.session.rollback()  # What the writer before has committed must be seen.
        publish(context)
        if context.session.scalar(select(LogLeaf.id).where(LogLeaf.index.is_(None)).limit(1)) is not None:
            advance(context, Advance())
            publish(context)
    context.session.rollback()


@dataclass(frozen=True, slots=True)
class Advance:
    pass


@dataclass(frozen=True, slots=True)
class Advanced:
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Growing:
    """The register as it will be: its files are written, and nothing refers to them yet."""

    size: int
    root: str
    places: Mapping[int, int]  # row → index


def _grow(context: Context, _command: Advance) -> Growing:
    from signing.transparency.tiles import grown

    old = newest_tree(context.session)
    waiting = select(LogLeaf.id, LogLeaf.entry, LogLeaf.hash).where(LogLeaf.index.is_(None))
    rows = context.session.execute(waiting.order_by(LogLeaf.id).limit(BATCH)).all()
    context.session.rollback()  # Nothing is held while files are written.
    entries = [checked(row.entry, row.hash) for row in rows]
    growth = grown(context.ports.log.read, old.size, old.root, entries)
    for path, content in growth.files.items():
        context.ports.log.write(path, content)
    return Growing(growth.size, growth.root.hex(), {row.id: old.size + place for place, row in enumerate(rows)})


def checked(entry: str, hash: str) -> bytes:
    from signing.transparency.merkle import leaf_hash

    data = entry.encode()
    if leaf_hash(data).hex() != hash:
        raise Broken("a row of the register was changed")
    return data


@operation(before=_grow, repeatable=False)
def advance(context: Context, growing: Growing) -> Advanced:
    """The entries get their indexes and the tree its root, together or not at all; the checkpoint follows."""
    places = [{"of_id": row, "place": index} for row, index in growing.places.items()]
    _PLACE(context.session, places)
    entered = select(func.count()).where(LogLeaf.id.in_(growing.places), LogLeaf.index.in_(growing.places.values()))
    if context.session.scalar(entered) != len(places):
        raise Broken("a row of the register was changed while it was entered")
    # Its key is the size: a second writer fails here, whatever folder he writes to.
    context.session.add(LogTree(size=growing.size, root=growing.root))
    context.about("register", str(growing.size), size=growing.size, root=growing.root)
    return Advanced(growing.size, growing.root)
