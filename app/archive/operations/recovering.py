"""After a restore: what the register had published after the backup comes back into the database, entry by entry."""

from dataclasses import dataclass

from app.archive.models import LogLeaf, LogTree
from app.archive.publishing import Broken, newest_tree
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict
from app.core.operation import operation


@dataclass(frozen=True, slots=True)
class Recover:
    pass


@dataclass(frozen=True, slots=True)
class Recovered:
    entries: int
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the published files have and the database has not."""

    old: int
    size: int
    root: str
    entries: tuple[str, ...]


def recover_log(context: Context) -> Recovered:
    with context.ports.log.writing():
        context.session.rollback()
        return recover(context, Recover())


def _find(context: Context, _command: Recover) -> Found:
    """Only from files that are whole, and whose beginning is what the database has."""
    from signing.transparency import merkle
    from signing.transparency.monitor import audited
    from signing.transparency.tiles import FULL, TileHashes, read_entries, tiles_of
    from signing.transparency.trust import LogTrust

    read, old = context.ports.log.read, newest_tree(context.session)
    context.session.rollback()
    said = audited(read, LogTrust((context.ports.log.key.verifier,))).checkpoint
    if said.size <= old.size:
        raise Conflict("log.nothing_missing", N_("Dərc edilmiş reyestrdə bazada olmayan qeyd yoxdur."))
    if merkle.root(old.size, TileHashes(read, said.size)) != old.root:
        raise Broken("the published register does not begin with what the database has")
    first = old.size // FULL
    tiles = (tile for tile in tiles_of(None, said.size) if tile.number >= first)
    entries = [entry.decode() for tile in tiles for entry in read_entries(read, tile)]
    return Found(old.size, said.size, said.root.hex(), tuple(entries[old.size - first * FULL :]))


@operation(before=_find, repeatable=False)
def recover(context: Context, found: Found) -> Recovered:
    """An entry that waits in the database gets the place that it had been given."""
    from signing.transparency.merkle import leaf_hash

    for index, entry in enumerate(found.entries, found.old):
        values = {"index": index, "entry": entry, "hash": leaf_hash(entry.encode()).hex()}
        new = insert(context.session, LogLeaf).values(**values)
        context.session.execute(new.on_conflict_do_update(index_elements=["hash"], set_={"index": index}))
    context.session.add(LogTree(size=found.size, root=found.root))
    context.about("register", str(found.size), size=found.size, root=found.root)
    return Recovered(len(found.entries), found.size)
