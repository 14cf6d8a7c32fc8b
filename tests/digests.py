"""What stands in the database, a digest for each table: shows that a request changed nothing."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from app.migrations.tables import metadata

# What looking at a page may change: how often services are opened, and when a session was last in use.
COUNTERS = {"service_count", "rate_tally"}
LAST_SEEN = {"sign_in_session": {"last_seen_at"}}


def digests(session: Session) -> Mapping[str, str]:
    found = {table.name: _digest(session, table) for table in metadata.sorted_tables if table.name not in COUNTERS}
    session.rollback()
    return found


def _digest(session: Session, table: Table) -> str:
    rows = session.execute(select(*_columns(table)).order_by(*table.primary_key.columns))
    return hashlib.sha256("\n".join(repr(tuple(row)) for row in rows).encode()).hexdigest()


def _columns(table: Table) -> list[Column[object]]:
    return [column for column in table.columns if column.name not in LAST_SEEN.get(table.name, set())]
