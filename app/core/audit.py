"""The audit trail: rows that follow one another by hash, so that none can be changed or taken out unseen.

There are several chains and each row belongs to one by its actor, so that writers seldom wait for each other.
"""

import hashlib
import ipaddress
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import JSON, String, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.context import Context
from app.core.db import Id, Model, Prepared

CHAINS = 16
GENESIS = "0" * 64


class AuditHead(Model):
    """The newest row of each chain: what is missing at the end shows here."""

    __tablename__ = "audit_head"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class AuditEntry(Model):
    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("chain", "seq"),)
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chain: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80), index=True)
    participant_id: Mapped[int | None] = mapped_column(Id, index=True)
    operation: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(80))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(40))
    network: Mapped[str] = mapped_column(String(50))
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


LINKED = tuple(name for name in AuditEntry.__table__.columns.keys() if name not in {"id", "digest"})  # noqa: SIM118


_IS_OF_CHAIN = AuditHead.chain == bindparam("of_chain")
_BEGIN = Prepared(lambda insert: insert(AuditHead).on_conflict_do_nothing(index_elements=["chain"]))
_HOLD = Prepared(lambda _: select(AuditHead.seq, AuditHead.digest).where(_IS_OF_CHAIN).with_for_update())
_ENTRY = Prepared(lambda insert: insert(AuditEntry).inline())
_MOVE = Prepared(
    lambda _: update(AuditHead).where(_IS_OF_CHAIN).values(seq=bindparam("seq"), digest=bindparam("digest"))
)


def append(context: Context, operation: str, outcome: str, code: str = "") -> None:
    """Adds a row to the actor's chain, in the transaction that is under way and as its last write."""
    session, journal = context.session, context.journal
    chain = zlib.crc32(context.actor.reference.encode()) % CHAINS
    last, previous = _held(session, chain)
    entry: dict[str, Any] = {
        "chain": chain,
        "seq": last + 1,
        "at": context.clock.now(),
        "actor": context.actor.reference,
        "participant_id": journal.participant_id or context.actor.participant_id,
        "operation": operation,
        "outcome": outcome,
        "code": code,
        "object_kind": journal.object_kind,
        "object_id": journal.object_id,
        "facts": {**journal.facts, "through": context.through} if context.through else journal.facts,
        "channel": str(context.channel),
        "reference": context.reference,
        "network": network(context.address),
        "previous": previous,
    }
    digest = digest_of(entry)
    _ENTRY(session, entry | {"digest": digest})
    _MOVE(session, {"of_chain": chain, "seq": last + 1, "digest": digest})


def _held(session: Session, chain: int) -> tuple[int, str]:
    """Number and digest of the chain's newest row; the chain is held until the commit."""
    row = _HOLD(session, {"of_chain": chain}).one_or_none()
    if row is None:
        _BEGIN(session, {"chain": chain, "seq": 0, "digest": GENESIS})
        row = _HOLD(session, {"of_chain": chain}).one()
    return row.seq, row.digest


def digest_of(entry: dict[str, Any]) -> str:
    linked = {name: entry[name] for name in LINKED}
    linked["at"] = linked["at"].timestamp()
    return hashlib.sha256(msgspec.json.encode(linked, order="deterministic")).hexdigest()


@lru_cache(maxsize=1024)
def network(address: str) -> str:
    """Where a request came from, no nearer than its network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Break:
    chain: int
    seq: int
    what: str


def verify(session: Session) -> tuple[int, list[Break]]:
    """Walks every chain; gives the number of rows and each place where the trail does not hold."""
    rows, breaks = 0, []
    heads = {
        head.chain: (head.seq, head.digest)
        for head in session.execute(select(AuditHead.chain, AuditHead.seq, AuditHead.digest))
    }
    ends: dict[int, tuple[int, str]] = {}
    for entry in _entries(session):
        rows += 1
        seq, previous = ends.get(entry["chain"], (0, GENESIS))
        breaks += [Break(entry["chain"], entry["seq"], what) for what in _faults(entry, seq, previous)]
        ends[entry["chain"]] = (entry["seq"], entry["digest"])
    for chain in sorted(heads.keys() | ends.keys()):
        if heads.get(chain) != ends.get(chain):
            breaks.append(Break(chain, heads.get(chain, (0, ""))[0], "the end of the chain is missing or added"))
    return rows, breaks


def _entries(session: Session) -> Iterator[dict[str, Any]]:
    statement = select(*AuditEntry.__table__.columns).order_by(AuditEntry.chain, AuditEntry.seq)
    for row in session.execute(statement.execution_options(yield_per=1000)):
        yield dict(row._mapping)


def _faults(entry: dict[str, Any], seq: int, previous: str) -> Iterator[str]:
    if entry["seq"] != seq + 1:
        yield "rows are missing before it"
    if entry["previous"] != previous:
        yield "it does not follow the row before it"
    if digest_of(entry) != entry["digest"]:
        yield "its content was changed"
