"""The database: one base class, one set-up for SQLite and PostgreSQL, one way to write."""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    Integer,
    MetaData,
    Select,
    Table,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, registry
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
READ_CACHE_KIB = 8192
Insert = Callable[[Any], Any]

# SQLite gives row numbers by itself only to a column declared INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware moment, always UTC; SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal number as the whole number of its last digits, which both databases keep and compare exactly."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, digits: int) -> None:
        super().__init__()
        self.digits = digits

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        if value is None:
            return None
        moved = value.scaleb(self.digits)
        if moved != moved.to_integral_value():
            raise ValueError("a number with more digits than its column keeps")
        return int(moved)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        return None if value is None else Decimal(value).scaleb(-self.digits)


class Model(DeclarativeBase):
    """Every table of the portal. Related rows are loaded where they are asked for, never by surprise in a page."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: Instant(),
            # The values of an enumeration are stored, not its names, and in no type of the database's own.
            StrEnum: Enum(
                StrEnum, native_enum=False, length=20, values_callable=lambda kind: [str(one) for one in kind]
            ),
        },
    )


db = SQLAlchemy(model_class=Model)


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` needs for this address, the same for the portal, the command line and migrations."""
    if make_url(url).get_backend_name() == "sqlite":
        return {"connect_args": {"check_same_thread": False, "timeout": 5}}
    # Prepared statements do not survive a pooler in transaction mode, and two configurations are not worth the gain.
    return {"pool_recycle": 1800, "connect_args": {"prepare_threshold": None, "connect_timeout": 5}}


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: Any, _record: object) -> None:  # noqa: ANN401  (a driver's connection)
    if not hasattr(connection, "isolation_level") or not hasattr(connection, "create_function"):
        return
    connection.isolation_level = None  # The driver begins nothing by itself; see `_begin`.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "trusted_schema=OFF",
        f"cache_size=-{READ_CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Readers begin plainly. A writer takes its place at once: a read that turns into a write would fail under load."""
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite":
        if connection.info.get("durable", True) is not options.get("durable", True):
            connection.info["durable"] = options.get("durable", True)
            connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if connection.info['durable'] else 'NORMAL'}")
        if turn := options.get("turn"):
            turn.wait_for()
        if not options.get("one_read"):  # A single statement sees one state of the database without being told.
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")
    elif not options.get("durable", True):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


@contextmanager
def write_transaction(session: Session, *, durable: bool = True) -> Iterator[None]:
    """The only way to write: all of it is on disk when this ends, or nothing is.

    `durable=False` is for counters that may lose their last moment when the power fails, never for what a user
    was told.
    """
    if session.info.get("writing"):
        raise RuntimeError("a transaction inside a transaction; share an undecorated function instead")
    if session.in_transaction():
        session.rollback()  # Ends the read that the page has begun; a writer starts from the newest state.
    session.info["writing"], turn = True, _Turn(_lock_of(session.get_bind().engine))
    session.info["turn"] = turn
    try:
        # Kept, for asking the session for its connection costs half as much as a statement.
        options = {"write": True, "turn": turn, "durable": durable}
        session.info["writing"] = session.connection(execution_options=options)
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        turn.end()
        session.info["writing"] = session.info["turn"] = None


class _Turn:
    """SQLite's writers queue up in the order they came, across processes; its own busy handler lets some starve.

    A turn lasts from BEGIN to COMMIT: what the session does before and after keeps nobody waiting. The kernel ends it
    when its holder dies.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._handle = -1

    def wait_for(self) -> None:
        if self._path is not None:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._handle, fcntl.LOCK_EX)

    def end(self) -> None:
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


@event.listens_for(Session, "after_commit")
def _end_turn(session: Session) -> None:
    if turn := session.info.get("turn"):
        turn.end()


@lru_cache(maxsize=8)
def _lock_of(engine: Engine) -> Path | None:
    return lock_path(engine.url)


def lock_path(url: URL | str) -> Path | None:
    """The file that writers of this database lock; None where the database looks after its writers itself."""
    url = make_url(url)
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(f"{url.database}.lock")


@event.listens_for(Session, "before_flush")
def _refuse_unguarded_flush(session: Session, _context: object, _instances: object) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("a change outside an operation")


@event.listens_for(Session, "do_orm_execute")
def _refuse_unguarded_statement(state: ORMExecuteState) -> None:
    if (state.is_insert or state.is_update or state.is_delete) and not state.session.info.get("writing"):
        raise RuntimeError("a change outside an operation")


def insert(session: Session, table: type[Model] | Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of this session."""
    statement: postgresql.Insert | sqlite.Insert = _insert_of(session.get_bind().dialect.name)(table)
    return statement


def _insert_of(dialect: str) -> Insert:
    maker: Insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return maker


class Prepared:
    """A statement built once for each kind of database, for building costs more than running it.

    What is given to build it is the INSERT of that kind; its values are named when it is run. It is run by its text
    where nothing comes back, or nothing that the driver does not give as it is wanted.
    """

    def __init__(self, build: Callable[[Insert], Executable]) -> None:
        self._build = build
        self._built: dict[str, Executable] = {}
        self._written: dict[tuple[str, ...], _Written | None] = {}

    def __call__(
        self, session: Session, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        return self.on(session.info.get("writing") or session.connection(), values)

    def on(
        self, connection: Connection, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """On a connection without a session: for the read that every request of a signed-in user begins with."""
        dialect = connection.dialect
        if dialect.name not in self._built:
            self._built[dialect.name] = self._build(_insert_of(dialect.name))
        rows = [values] if isinstance(values, Mapping) else values or ()
        if rows and (written := self._text(dialect, tuple(rows[0]))):
            return connection.exec_driver_sql(written.sql, [written.parameters(row) for row in rows])
        return connection.execute(self._built[dialect.name], values)

    def _text(self, dialect: Dialect, names: tuple[str, ...]) -> "_Written | None":
        key = (dialect.name, *names)
        if key not in self._written:
            self._written[key] = _Written.of(self._built[dialect.name], dialect, names)
        return self._written[key]


@dataclass(frozen=True, slots=True)
class _Written:
    """A statement as its driver takes it."""

    sql: str
    # The names of the values in the order of their places, for drivers that do not know them by their names.
    places: tuple[str, ...] | None
    # Values that the statement itself brings.
    own: Mapping[str, Any]
    # What makes of a value what the driver takes, for the types that need it.
    makers: tuple[tuple[str, Callable[[Any], Any]], ...]

    @classmethod
    def of(cls, statement: Executable, dialect: Dialect, names: Sequence[str]) -> "_Written | None":
        """None for one whose defaults and lists only SQLAlchemy knows to fill in, or whose rows it has to make."""
        if isinstance(statement, Select):
            results = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
            if any(kind.result_processor(dialect, None) for kind in results):
                return None
        elif not isinstance(statement, UpdateBase):
            return None
        compiled = statement.compile(dialect=dialect, column_keys=list(names))
        has_lists = compiled.post_compile_params or compiled.literal_execute_params
        if compiled.effective_returning or compiled.insert_prefetch or compiled.update_prefetch or has_lists:
            return None
        types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
        makers = ((name, kind.bind_processor(dialect)) for name, kind in types.items())
        return cls(
            compiled.string,
            None if compiled.positiontup is None else tuple(compiled.positiontup),
            {name: bind.value for name, bind in compiled.binds.items() if name not in names},
            tuple((name, make) for name, make in makers if make is not None),
        )

    def parameters(self, values: Mapping[str, Any]) -> Mapping[str, Any] | tuple[Any, ...]:
        given = {**self.own, **values}
        for name, make in self.makers:
            given[name] = make(given[name])
        return given if self.places is None else tuple([given[name] for name in self.places])
