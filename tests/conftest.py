"""What all tests share: the databases they run on, a portal on each, a clock that they move."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from hypothesis import HealthCheck
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from app.core.db import db
from app.settings import Mode, Settings

PARTS = ("unit", "web", "soap", "signing", "browser", "architecture", "reliability")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)  # A Friday noon in Baku.
DEFAULT_SERVERS = ("postgresql+psycopg:///postgres", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


def postgres_server() -> str | None:
    """The server to test on: the one that is named, or one that answers where PostgreSQL usually is."""
    named = os.environ.get("EGOMRUK_TEST_POSTGRES")
    for url in [named] if named else DEFAULT_SERVERS:
        engine = create_engine(url, connect_args={"connect_timeout": 2})
        try:
            engine.connect().close()
        except OperationalError:
            continue
        finally:
            engine.dispose()
        return url
    return None


# All that answer, unless fewer are asked for.
WANTED = os.environ.get("EGOMRUK_TEST_DATABASES", "sqlite,postgresql").split(",")
SERVER = postgres_server() if "postgresql" in WANTED else None
BACKENDS = ["sqlite", *(["postgresql"] if SERVER else [])]


def pytest_configure() -> None:
    # A busy machine is no failure. Everyday runs try the same examples each time, the long ones new ones.
    hypothesis.settings.register_profile(
        "patient",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="EGOMRUK_TRUST" not in os.environ,
    )
    hypothesis.settings.load_profile("patient")
    wanted = [name for name in os.environ.get("EGOMRUK_TEST_REQUIRE", "").split(",") if name]
    if missing := set(wanted) - set(BACKENDS):
        pytest.exit(f"no database for {', '.join(sorted(missing))}", returncode=3)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"databases: {', '.join(BACKENDS)}")


@dataclass(frozen=True)
class Database:
    backend: str
    url: str


@pytest.fixture(scope="session", params=BACKENDS)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database at the newest migration, one for each backend and test process."""
    from app.migrations.state import upgrade

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'test.sqlite'}"
        upgrade(url)
        yield Database("sqlite", url)
        return
    with scratch_postgres() as url:
        upgrade(url)
        yield Database("postgresql", url)


class scratch_postgres:  # noqa: N801  (reads as a word in `with`)
    """A PostgreSQL database of its own that is dropped afterwards; a copy of another one, if that is named."""

    def __init__(self, original: str | None = None) -> None:
        self.template = make_url(original).database if original else "template1"

    def __enter__(self) -> str:
        assert SERVER is not None
        self.name = f"egomruk_test_{secrets.token_hex(5)}"
        self._administer(f"CREATE DATABASE {self.name} TEMPLATE {self.template}")
        return make_url(SERVER).set(database=self.name).render_as_string(hide_password=False)

    def __exit__(self, *_: object) -> None:
        self._administer(f"DROP DATABASE {self.name} WITH (FORCE)")

    @staticmethod
    def _administer(statement: str) -> None:
        assert SERVER is not None
        engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@pytest.fixture
def database(migrated: Database) -> Iterator[Database]:
    """The migrated database, emptied after the test."""
    from app.migrations.tables import metadata

    yield migrated
    engine = create_engine(migrated.url)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        if migrated.backend == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            # A test fills few tables and with few rows; to truncate them all takes a hundred times as long.
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
            counted = (table.name for table in metadata.sorted_tables if "id" in table.c)
            begun_anew = ", ".join(f"setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in counted)
            connection.execute(text(f"SELECT {begun_anew}"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_kept_delete"))
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            connection.execute(text(SQLITE_TRIGGER))
    engine.dispose()


SQLITE_TRIGGER = """
    CREATE TRIGGER audit_entry_kept_delete BEFORE DELETE ON audit_entry
    BEGIN SELECT RAISE(ABORT, 'the audit trail is kept'); END
"""


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_for(database, tmp_path)


def settings_for(database: Database, instance: Path) -> Settings:
    made = Settings.from_environment({"EGOMRUK_INSTANCE": str(instance), "EGOMRUK_SECRET_KEY": "test " * 10})
    return replace(made, mode=Mode.DEMO, database_url=database.url, base_url="http://localhost", oidc_issuer="")


def close(portal: Flask) -> None:
    """Gives its connections back, as whoever makes a portal of his own must."""
    with portal.app_context():
        db.session.remove()
        db.engine.dispose()
