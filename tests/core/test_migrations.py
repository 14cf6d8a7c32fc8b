"""Migrations: the newest is what the models say, each goes up and down with rows, all or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.db import engine_options
from app.migrations import state
from app.migrations.tables import metadata
from tests.conftest import Database
from tests.core import filling

SCRIPTS = ScriptDirectory.from_config(state.configuration())
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
BEFORE = dict(zip(REVISIONS, ["base", *REVISIONS], strict=False))


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def test_there_is_one_line_of_revisions() -> None:
    assert SCRIPTS.get_heads() == [state.newest_revision()] == REVISIONS[-1:]


def test_newest_revision_is_what_the_models_say(elsewhere: str) -> None:
    state.upgrade(elsewhere)
    with connected(elsewhere) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        assert state.current_revision(Session(connection)) == state.newest_revision()


def test_newest_revision_has_every_name_that_the_models_give(elsewhere: str, database: Database) -> None:
    """Names of keys and indexes too, which Alembic does not compare; later migrations need them."""
    with connected(elsewhere) as connection:
        metadata.create_all(connection)
        made = filling.described(connection)
    with connected(database.url) as connection:
        assert filling.described(connection) == made


@pytest.mark.parametrize("revision", REVISIONS)
def test_revision_goes_down_and_up_again_with_rows(elsewhere: str, revision: str) -> None:
    state.upgrade(elsewhere, revision)
    with connected(elsewhere) as connection:
        filling.fill(connection)
        shape, rows = filling.described(connection), filling.counts(connection)
    state.downgrade(elsewhere, BEFORE[revision])
    with connected(elsewhere) as connection:
        kept = filling.counts(connection)
        assert kept.items() <= rows.items()
    state.upgrade(elsewhere, revision)
    with connected(elsewhere) as connection:
        assert filling.described(connection) == shape
        assert kept.items() <= filling.counts(connection).items()


@pytest.mark.parametrize("revision", REVISIONS)
def test_revision_goes_up_over_the_rows_of_the_one_before(elsewhere: str, revision: str) -> None:
    if BEFORE[revision] != "base":
        state.upgrade(elsewhere, BEFORE[revision])
    with connected(elsewhere) as connection:
        filling.fill(connection)
        rows = filling.counts(connection)
    state.upgrade(elsewhere, revision)
    with connected(elsewhere) as connection:
        assert rows.items() <= filling.counts(connection).items()


def test_all_the_way_down_leaves_nothing_and_up_again_guards_the_trail(elsewhere: str) -> None:
    state.upgrade(elsewhere)
    state.downgrade(elsewhere, "base")
    with connected(elsewhere) as connection:
        assert inspect(connection).get_table_names() == [filling.VERSION]
    state.upgrade(elsewhere)
    with connected(elsewhere) as connection:
        filling.fill(connection)
    with connected(elsewhere) as connection, pytest.raises(DBAPIError, match="the audit trail is kept"):
        connection.execute(text("DELETE FROM audit_entry"))


def test_upgrade_of_what_is_newest_changes_nothing(elsewhere: str) -> None:
    state.upgrade(elsewhere)
    with connected(elsewhere) as connection:
        filling.fill(connection)
        rows = filling.counts(connection)
    state.upgrade(elsewhere)
    with connected(elsewhere) as connection:
        assert filling.counts(connection) == rows


def test_migration_that_fails_leaves_the_database_as_it_was(elsewhere: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = command.upgrade

    def broken(config: object, revision: str) -> None:
        whole(config, revision)  # type: ignore[arg-type]
        raise OSError("the disk is full")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(OSError, match="the disk is full"):
        state.upgrade(elsewhere)
    with connected(elsewhere) as connection:
        assert inspect(connection).get_table_names() == []
        assert state.current_revision(Session(connection)) == ""
