"""Makes the proof that a kept decision stands in the register, under the signatures of the log and its witnesses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.archive.models import KeptContainer, LogCosignature, LogLeaf, LogTree
from app.archive.publishing import Tree, newest_tree, note_of
from app.core.context import Context

if TYPE_CHECKING:
    from signing.transparency.trust import LogTrust


@dataclass(frozen=True, slots=True)
class BetterProof:
    data: bytes
    cosignatures: int
    register: "LogTrust"  # Under which it has to hold.


def is_entered(context: Context, row: KeptContainer) -> bool:
    """Whether it has its place in the register, or needs none."""
    return row.entry_hash is None or _index(context, row.entry_hash) is not None


def better_proof(context: Context, row: KeptContainer) -> BetterProof | None:
    """The first proof as soon as there is one, and once more when a witness has confirmed it."""
    from signing.transparency.proof import build_proof
    from signing.transparency.tiles import TileHashes
    from signing.transparency.trust import LogTrust

    if row.entry_hash is None or row.cosignatures:
        return None
    index = _index(context, row.entry_hash)
    tree = None if index is None else _tree_over(context, index)
    if index is None or tree is None:
        return None
    note = note_of(context, tree)
    witnesses = len(note.signatures) - 1
    if row.cosignatures is not None and not witnesses:
        return None
    log = context.ports.log
    entry = context.session.scalars(select(LogLeaf.entry).where(LogLeaf.hash == row.entry_hash)).one()
    proof = build_proof(index, note, TileHashes(log.read, tree.size), entry.encode())
    return BetterProof(proof.to_bytes(), witnesses, LogTrust((log.key.verifier,)))


def _index(context: Context, entry_hash: str) -> int | None:
    return context.session.scalar(select(LogLeaf.index).where(LogLeaf.hash == entry_hash))


def _tree_over(context: Context, index: int) -> Tree | None:
    """The newest that holds the entry and that witnesses have confirmed, or else the newest."""
    session = context.session
    size = session.scalar(select(func.max(LogCosignature.size)).where(LogCosignature.size > index))
    if size is None:
        newest = newest_tree(session)
        return newest if newest.size > index else None
    root = session.scalars(select(LogTree.root).where(LogTree.size == size)).one()
    return Tree(size, bytes.fromhex(root))
