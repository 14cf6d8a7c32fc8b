"""Many records of border posts, made by the database itself: few of one participant, the others of thousands."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, delete, text

from app.accounts.models import Participant
from app.border_goods.models import BorderEvent, BorderRecord
from app.core.db import Model

PORTS: Any = SimpleNamespace()  # A list asks nobody outside.
PARTICIPANTS = 2000

NUMBERS = {
    "sqlite": "WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < :rows) ",
    "postgresql": "WITH many AS (SELECT generate_series(1, :rows) AS n) ",
}
HOURS = {
    "sqlite": "datetime('2026-11-20 08:00:00', (n % 90 - 40) || ' hours') || '.000000'",
    "postgresql": "timestamptz '2026-11-20 08:00:00+00' + (n % 90 - 40) * interval '1 hour'",
}


def fill(engine: Engine, rows: int, open_rows: int, payer: int) -> None:
    """Anew: `open_rows` open ones and as many ended ones are the payer's."""
    kind = engine.dialect.name
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.execute(delete(BorderEvent))
        connection.execute(delete(BorderRecord))
        people = _written(Participant, _participants(kind), kind)
        connection.execute(text(f"{people} ON CONFLICT DO NOTHING"), {"rows": PARTICIPANTS})
        connection.execute(text(_written(BorderRecord, _records(kind, open_rows, payer), kind)), {"rows": rows})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE border_record" if kind == "postgresql" else "ANALYZE"))


def _written(table: type[Model], values: Mapping[str, str], kind: str) -> str:
    """One statement that makes as many rows as it is asked for."""
    columns, shown = ", ".join(values), ", ".join(values.values())
    # SQLite would read ON CONFLICT right behind a table as the beginning of a join.
    return f"INSERT INTO {table.__tablename__} ({columns}) {NUMBERS[kind]} SELECT {shown} FROM many WHERE true"  # noqa: S608


def _participants(kind: str) -> Mapping[str, str]:
    texts = {"public_id": "'p' || n", "number": "'n' || n", "name": "'firma'", "address": "'Bakı'"}
    return {"id": "n", **texts, "created_at": HOURS[kind]}


def _records(kind: str, open_rows: int, payer: int) -> Mapping[str, str]:
    when, is_open = HOURS[kind], f"(n <= {open_rows} OR (n > {2 * open_rows} AND n % 2 = 0))"
    return {
        "id": "n",
        "public_id": "'r' || n",
        "participant_id": f"CASE WHEN n <= {2 * open_rows} THEN {payer} ELSE 2 + n % {PARTICIPANTS - 2} END",
        "barcode": "'AZ' || n",
        "consignee": "'n1'",
        "consignee_name": "'firma'",
        "consignee_address": "'Bakı'",
        "code": "'84798' || (n % 9)",
        "description": "'AVADANLIQ VƏ S.'",
        "amount": "n",
        "currency": "'EUR'",
        "weight": "n % 977 + 1",
        "packages": "1",
        "exporter": "'Muster Maschinen GmbH'",
        "carnet": "''",
        "waybill": "'0278'",
        "container": "''",
        "vehicle": "'34ABC123'",
        "office": "'05010'",
        "destination": "'01000'",
        "registered_at": when,
        "hours": "24",
        "due_at": when,
        "state": f"CASE WHEN {is_open} THEN 'open' ELSE 'cleared' END",
        "ended_at": f"CASE WHEN {is_open} THEN NULL ELSE {when} END",
        "declaration": "''",
        "folded": "'az' || n",
    }
