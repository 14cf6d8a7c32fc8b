"""Makes the files of the register say what the database says: hashes and entries first, the signed checkpoint last."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.models import LogCosignature, LogLeaf, LogTree
from app.core.context import Context
from app.core.ports import PublishedLog

if TYPE_CHECKING:
    from signing.transparency.notes import Note, NoteSignature

VKEY = "vkey"
BATCH = 1 << 14


class Broken(Exception):
    """Database and published register contradict one another: nothing may be signed before somebody has looked."""


@dataclass(frozen=True, slots=True)
class Tree:
    size: int
    root: bytes


def newest_tree(session: Session) -> Tree:
    from signing.transparency.merkle import EMPTY_ROOT

    row = session.execute(select(LogTree.size, LogTree.root).order_by(LogTree.size.desc()).limit(1)).one_or_none()
    return Tree(0, EMPTY_ROOT) if row is None else Tree(row.size, bytes.fromhex(row.root))


def published_note(log: PublishedLog) -> "Note | None":
    from signing.transparency.notes import parse_note
    from signing.transparency.tiles import CHECKPOINT, NotServed

    try:
        return parse_note(log.read(CHECKPOINT))
    except NotServed:
        return None


def published_tree(log: PublishedLog) -> Tree:
    from signing.transparency.checkpoint import parse_checkpoint
    from signing.transparency.merkle import EMPTY_ROOT

    note = published_note(log)
    if note is None:
        return Tree(0, EMPTY_ROOT)
    said = parse_checkpoint(note.text)
    return Tree(said.size, said.root)


def publish(context: Context) -> None:
    """By the only writer. Repeats what a killed one left undone; a folder that was lost is written anew."""
    log, tree = context.ports.log, newest_tree(context.session)
    before = published_tree(log)
    if before.size > tree.size:
        what = f"the published register has {before.size} entries, the database {tree.size}"
        raise Broken(f"{what}; after a restore: e-gomruk log recover")
    if before.size == tree.size and before.root != tree.root:
        raise Broken(f"the published register has another root at {tree.size} entries than the database")
    _write_missing(context, before, tree)
    _write_checkpoint(context, tree)
    _remove_partial(log, before.size, tree.size)


def _write_missing(context: Context, before: Tree, tree: Tree) -> None:
    from signing.transparency.tiles import grown

    while before.size < tree.size:
        until = min(before.size + BATCH, tree.size)
        chosen = LogLeaf.index >= before.size, LogLeaf.index < until
        leaves = context.session.execute(select(LogLeaf.entry).where(*chosen).order_by(LogLeaf.index)).scalars().all()
        growth = grown(context.ports.log.read, before.size, before.root, [leaf.encode() for leaf in leaves])
        if growth.size != until:
            raise Broken("rows of the register are missing")
        for path, content in growth.files.items():
            context.ports.log.write(path, content)
        before = Tree(growth.size, growth.root)
    if before.root != tree.root:
        raise Broken("the rows of the register do not lead to its root")


def cosignatures(session: Session, size: int) -> "tuple[NoteSignature, ...]":
    from signing.transparency.notes import parse_signatures

    lines = select(LogCosignature.line).where(LogCosignature.size == size).order_by(LogCosignature.witness)
    text = "".join(session.scalars(lines))
    return parse_signatures(text.encode()) if text else ()


def note_of(context: Context, tree: Tree) -> "Note":
    """The signed checkpoint of this tree, with the witnesses that have confirmed it."""
    from signing.transparency.checkpoint import Checkpoint, signed

    key = context.ports.log.key
    checkpoint = Checkpoint(key.name, tree.size, tree.root)
    return signed(checkpoint, key, context.clock.now()).with_signatures(cosignatures(context.session, tree.size))


def _write_checkpoint(context: Context, tree: Tree) -> None:
    """Only when it says something new: a signature need not be the same bytes when it is made again."""
    from signing.transparency.tiles import CHECKPOINT

    log, note, old = context.ports.log, note_of(context, tree), published_note(context.ports.log)
    if old is None or _said(old) != _said(note):
        log.write(VKEY, f"{log.key.verifier}\n".encode())
        log.write(CHECKPOINT, note.to_bytes())


def _said(note: "Note") -> tuple[object, ...]:
    own, *others = note.signatures
    return note.text, own.name, own.key_id, frozenset(others)


def _remove_partial(log: PublishedLog, old: int, new: int) -> None:
    """Tiles that were incomplete at the old size and are full now stand there whole."""
    from signing.transparency.tiles import FULL, HEIGHT, Tile, levels_of

    for level in (None, *levels_of(old)):
        number, width = divmod(old >> HEIGHT * (level or 0), FULL)
        if width and new >> HEIGHT * (level or 0) >= (number + 1) * FULL:
            log.remove(f"{Tile(level, number).path}.p")
