"""Takes in what witnesses say: that the register has only grown up to a checkpoint of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.archive.models import KeptContainer, LogCosignature, LogLeaf, LogTree
from app.core.context import Context
from app.core.db import insert
from app.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound
from app.core.limits import Limit
from app.core.operation import operation

if TYPE_CHECKING:
    from signing.transparency.checkpoint import Checkpoint
    from signing.transparency.keys import VerifierKey
    from signing.transparency.notes import NoteSignature

# A busy register has grown on before its witness has answered.
RECENT = 64


@dataclass(frozen=True, slots=True)
class Cosign:
    """Signature lines as signed notes have them, without the note."""

    lines: bytes


@dataclass(frozen=True, slots=True)
class Confirmation:
    size: int
    witness: str
    line: str


def _limits(context: Context, _command: Cosign) -> Sequence[Limit]:
    return [Limit("archive.cosign", context.address, 60, timedelta(minutes=1))]


def _confirmations(context: Context, command: Cosign) -> list[Confirmation]:
    from signing.errors import Malformed
    from signing.transparency.notes import parse_signatures

    recent = _recent(context)
    if not recent or not context.ports.log.witnesses:
        raise NotFound("log.no_witness", N_("Reyestr şahid imzası qəbul etmir."))
    try:
        signatures = parse_signatures(command.lines)
    except Malformed:
        raise Invalid("log.lines", N_("İmza sətirləri düzgün yazılmayıb.")) from None
    return [_confirmed(context, one, recent) for one in signatures]


def _recent(context: Context) -> "list[Checkpoint]":
    """The newest first."""
    from signing.transparency.checkpoint import Checkpoint

    rows = context.session.execute(select(LogTree.size, LogTree.root).order_by(LogTree.size.desc()).limit(RECENT)).all()
    context.session.rollback()
    return [Checkpoint(context.ports.log.key.name, row.size, bytes.fromhex(row.root)) for row in rows]


def _confirmed(context: Context, signature: "NoteSignature", recent: "Sequence[Checkpoint]") -> Confirmation:
    from signing.errors import InvalidSignature
    from signing.transparency.checkpoint import verify

    key = _key_of(context, signature)
    for checkpoint in recent:
        try:
            verify(checkpoint, signature, key)
        except InvalidSignature:
            continue
        return Confirmation(checkpoint.size, f"{key.name}+{key.id.hex()}", signature.line)
    raise Conflict("log.other_checkpoint", N_("İmza reyestrin son vəziyyətlərindən heç birini təsdiq etmir."))


def _key_of(context: Context, signature: "NoteSignature") -> "VerifierKey":
    from signing.transparency.checkpoint import is_by

    for key in context.ports.log.witnesses:
        if is_by(signature, key):
            return key
    raise NotAllowed("log.stranger", N_("Bu imzanı verən reyestrin şahidi deyil."))


@operation(limits=_limits, before=_confirmations, repeatable=False)
def cosign(context: Context, confirmations: list[Confirmation]) -> None:
    """The same line may come twice. What was proven by the log alone gets a better proof."""
    for one in confirmations:
        values = {"size": one.size, "witness": one.witness, "line": one.line}
        context.session.execute(insert(context.session, LogCosignature).values(**values).on_conflict_do_nothing())
        covered = select(LogLeaf.hash).where(LogLeaf.index < one.size)
        better = update(KeptContainer).where(KeptContainer.cosignatures == 0, KeptContainer.entry_hash.in_(covered))
        context.session.execute(better.values(due_at=context.clock.now()))
        context.about("register", str(one.size), witness=one.witness)
