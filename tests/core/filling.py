"""Rows for tables of which only the shape is known, as the database itself describes them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select

ROWS = 3
VERSION = "alembic_version"
NOON = datetime(2026, 11, 20, 8, tzinfo=UTC)


def shape(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    if VERSION in metadata.tables:
        metadata.remove(metadata.tables[VERSION])
    return metadata


def fill(connection: Connection, ignored: frozenset[str] = frozenset()) -> None:
    """A few rows in every table, each row led by the rows of the same number that it points to."""
    for table in shape(connection).sorted_tables:
        if table.name not in ignored:
            connection.execute(insert(table), [_row(table, number) for number in range(1, ROWS + 1)])


def counts(connection: Connection) -> Mapping[str, int]:
    tables = shape(connection).sorted_tables
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def described(connection: Connection) -> Mapping[str, Any]:
    """Columns, keys and indexes by name: equal for two databases of the same shape."""
    return {name: _description(table) for name, table in sorted(shape(connection).tables.items())}


def _description(table: Table) -> Mapping[str, Any]:
    return {
        "columns": {column.name: (str(column.type), column.nullable) for column in table.columns},
        "constraints": sorted(
            (type(constraint).__name__, str(constraint.name), sorted(getattr(constraint, "columns", {}).keys()))
            for constraint in table.constraints
        ),
        "indexes": sorted(
            (str(index.name), bool(index.unique), sorted(index.columns.keys())) for index in table.indexes
        ),
    }


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(column, number) for column in table.columns}


def _value(column: Column[Any], number: int) -> Any:
    for key in column.foreign_keys:
        return _value(key.column, number)
    kind = column.type.python_type
    if kind is str:
        return f"{column.name}-{number}"[-(getattr(column.type, "length", None) or 200) :]
    values = {
        bool: False,
        bytes: b"%d" % number,
        datetime: NOON,
        date: date(2026, 11, number),
        Decimal: Decimal(number),
    }
    values[object] = {"number": number}  # What SQLAlchemy says of JSON.
    return values.get(kind, number)
