"""Ways in which somebody with full rights on the database would falsify the audit trail."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.core.audit import LINKED, AuditEntry, digest_of

TABLE = AuditEntry.metadata.tables[AuditEntry.__tablename__]
Tampering = Callable[[Connection, Random], None]
FORGED = {"seq": 5000, "chain": 99, "participant_id": 7_000_001, "facts": {"forged": True}, "previous": "f" * 64}


def drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP TRIGGER audit_entry_kept ON audit_entry")
        return
    connection.exec_driver_sql("DROP TRIGGER audit_entry_kept_update")
    connection.exec_driver_sql("DROP TRIGGER audit_entry_kept_delete")


def edit(connection: Connection, chance: Random) -> None:
    """One value of one row becomes another."""
    row, name = _row(connection, chance), chance.choice([*LINKED, "digest"])
    value = FORGED.get(name, "forged")
    if name == "at":
        value = row["at"] + timedelta(microseconds=chance.randint(1, 10**9))
    connection.execute(update(TABLE).where(TABLE.c.id == row["id"]).values({name: value}))


def take_out(connection: Connection, chance: Random) -> None:
    connection.execute(delete(TABLE).where(TABLE.c.id == _row(connection, chance)["id"]))


def put_in(connection: Connection, chance: Random) -> None:
    """A forged row that follows its neighbour rightly and has the right digest; those after it move on."""
    before = _row(connection, chance)
    later = (TABLE.c.chain == before["chain"]) & (TABLE.c.seq > before["seq"])
    _renumber(connection, later, 1)
    forged = before | {"seq": before["seq"] + 1, "operation": "accounts.forged", "previous": before["digest"]}
    del forged["id"]
    connection.execute(insert(TABLE).values(forged | {"digest": digest_of(forged)}))


def reorder(connection: Connection, chance: Random) -> None:
    """Two rows of a chain change places."""
    one = _row(connection, chance, TABLE.c.seq > 1)
    others = connection.execute(select(TABLE).where(TABLE.c.chain == one["chain"], TABLE.c.id != one["id"]))
    other = dict(chance.choice(others.all())._mapping)
    for identity, seq in ((one["id"], -1), (other["id"], one["seq"]), (one["id"], other["seq"])):
        connection.execute(update(TABLE).where(TABLE.c.id == identity).values(seq=seq))


def truncate(connection: Connection, chance: Random) -> None:
    """The end of a chain is cut off, down to nothing of it."""
    first = _row(connection, chance)
    connection.execute(delete(TABLE).where(TABLE.c.chain == first["chain"], TABLE.c.seq >= first["seq"]))


TAMPERINGS: tuple[Tampering, ...] = (edit, take_out, put_in, reorder, truncate)


def _row(connection: Connection, chance: Random, condition: ColumnElement[bool] | None = None) -> dict[str, Any]:
    rows = select(TABLE).order_by(TABLE.c.id)
    rows = rows if condition is None else rows.where(condition)
    number = connection.scalar(select(func.count()).select_from(rows.subquery())) or 0
    return dict(connection.execute(rows.offset(chance.randrange(number)).limit(1)).one()._mapping)


def _renumber(connection: Connection, chosen: ColumnElement[bool], by: int) -> None:
    """By way of negative numbers, so that no two rows ever have the same."""
    identities = list(connection.scalars(select(TABLE.c.id).where(chosen)))
    mine = TABLE.c.id.in_(identities)
    connection.execute(update(TABLE).where(mine).values(seq=-TABLE.c.seq))
    connection.execute(update(TABLE).where(mine).values(seq=by - TABLE.c.seq))
