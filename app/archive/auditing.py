"""Holds the database against the published register: what was rewritten, dropped, added or put elsewhere shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.archive.models import KeptContainer, LogCosignature, LogLeaf, LogTree
from app.archive.publishing import Tree, published_note, published_tree
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.ports import PublishedLog
from app.core.service_counts import Outcome

AT_ONCE = 1000
RECORDING = ("archive.advance", "archive.recover")


@dataclass(frozen=True, slots=True)
class Fault:
    what: str
    index: int | None = None  # Of the entry, where one can be told.

    def __str__(self) -> str:
        return self.what if self.index is None else f"entry {self.index}: {self.what}"


@dataclass(frozen=True, slots=True)
class Comparison:
    size: int
    faults: tuple[Fault, ...]


def compare(context: Context) -> Comparison:
    """Reads everything: each entry and root of the database, and each file. The writer waits meanwhile."""
    from signing.errors import SigningError

    log, session = context.ports.log, context.session
    with log.writing():
        session.rollback()  # What the writer has committed must be seen.
        try:
            published = _published(log)
        except SigningError as error:
            return Comparison(0, (Fault(f"the published files: {error}", getattr(error, "index", None)),))
        faults = (*_rows(session, published), *_trees(session), *_strays(session), *_cosignatures(context))
    session.rollback()
    return Comparison(published.size, faults)


def compare_trail(context: Context) -> Iterator[Fault]:
    """The audit trail against what the published register says of each chain: a trail rewritten whole shows here."""
    from signing.transparency.entries import EntryKind, parse_entry
    from signing.transparency.tiles import read_entries, tiles_of

    log = context.ports.log
    for tile in tiles_of(None, published_tree(log).size):
        for entry in map(parse_entry, read_entries(log.read, tile)):
            if entry.kind is EntryKind.AUDIT:
                chain, seq = int(entry.number), int(entry.code)
                row = (AuditEntry.chain == chain) & (AuditEntry.seq == seq)
                if context.session.scalar(select(AuditEntry.digest).where(row)) != entry.signature_sha256:
                    yield Fault(f"chain {chain}, row {seq} of the audit trail is not the one that was published")
    context.session.rollback()


def _published(log: PublishedLog) -> Tree:
    """The files by themselves: every hash of them computed anew, and the checkpoint's signature."""
    from signing.transparency.monitor import audited
    from signing.transparency.trust import LogTrust

    if published_note(log) is None:  # A register that was never published has no entries.
        return published_tree(log)
    said = audited(log.read, LogTrust((log.key.verifier,), tuple(log.witnesses), quorum=0)).checkpoint
    return Tree(said.size, said.root)


def _rows(session: Session, published: Tree) -> Iterator[Fault]:
    from signing.transparency.merkle import Frontier, leaf_hash

    trees = {row.size: row.root for row in session.execute(select(LogTree.size, LogTree.root))}
    newest, frontier = max(trees, default=0), Frontier()
    leaves = select(LogLeaf.index, LogLeaf.entry, LogLeaf.hash).where(LogLeaf.index.is_not(None))
    chosen = leaves.order_by(LogLeaf.index).execution_options(yield_per=AT_ONCE)
    with session.execute(chosen) as rows:
        for index, entry, found in rows:
            computed = leaf_hash(entry.encode())
            if index != frontier.size:
                yield Fault("entries are missing before it, or it stands elsewhere", index)
                return
            if computed.hex() != found:
                yield Fault("its content was changed", index)
            frontier.add(computed)
            yield from _root_faults(frontier.size, frontier.root, trees, published)
    if frontier.size != newest:
        yield Fault("the newest root is of another number of entries", frontier.size)
    if newest != published.size:
        yield Fault(f"the database has {newest} entries, the published register {published.size}", newest)


def _trees(session: Session) -> Iterator[Fault]:
    """Every root was recorded by an operation, of which the audit trail knows."""
    by_operation = AuditEntry.operation.in_(RECORDING), AuditEntry.outcome == Outcome.COMPLETED
    made = select(AuditEntry.object_id).where(*by_operation)
    for size in sorted({*map(int, session.scalars(made))} ^ {*session.scalars(select(LogTree.size))}):
        yield Fault("the root with it as the last entry was taken out, or recorded by nobody", size - 1)


def _root_faults(size: int, root: bytes, trees: dict[int, str], published: Tree) -> Iterator[Fault]:
    if trees.get(size, root.hex()) != root.hex():
        yield Fault(f"the first {size} entries do not lead to the root that was recorded for them", size - 1)
    if size == published.size and root != published.root:
        yield Fault(f"the first {size} entries do not lead to the published root", size - 1)


def _strays(session: Session) -> Iterator[Fault]:
    """What waits must be whole, and what is kept as a decision must be in the register or wait for it."""
    from signing.transparency.merkle import leaf_hash

    for entry, found in session.execute(select(LogLeaf.entry, LogLeaf.hash).where(LogLeaf.index.is_(None))):
        if leaf_hash(entry.encode()).hex() != found:
            yield Fault("an entry that waits was changed")
    known = select(LogLeaf.hash).where(LogLeaf.hash == KeptContainer.entry_hash).exists()
    lost = select(KeptContainer.number).where(KeptContainer.entry_hash.is_not(None), ~known)
    for number in session.scalars(lost):
        yield Fault(f"the decision on {number} is kept but not in the register")


def _cosignatures(context: Context) -> Iterator[Fault]:
    from signing.errors import SigningError
    from signing.transparency.checkpoint import Checkpoint, is_by, verify
    from signing.transparency.notes import parse_signatures

    log = context.ports.log
    rows = select(LogCosignature.line, LogTree.size, LogTree.root).join(LogTree, LogTree.size == LogCosignature.size)
    for line, size, root in context.session.execute(rows):
        try:
            for signature in parse_signatures(line.encode()):
                for key in (key for key in log.witnesses if is_by(signature, key)):
                    verify(Checkpoint(log.key.name, size, bytes.fromhex(root)), signature, key)
        except (SigningError, ValueError) as error:
            yield Fault(f"a cosignature is wrong: {error}", size - 1)
