"""Where a database stands among the migrations, and bringing it to the newest. Only the second needs Alembic."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.orm import Session

from app.core.db import engine_options, lock_path

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent
POSTGRES_LOCK = 4_702_111  # Two starts at once: the second waits for the first one's migration.


def configuration(connection: Connection | None = None) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@cache
def newest_revision() -> str:
    """The files are named by their numbers."""
    return max(file.name.partition("_")[0] for file in FOLDER.glob("versions/[0-9]*.py"))


def current_revision(session: Session) -> str:
    connection = session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def upgrade(url: str, revision: str = "head") -> None:
    if revision == "head" and _is_newest(url):
        return

    from alembic import command

    _move(url, lambda config: command.upgrade(config, revision))


def _is_newest(url: str) -> bool:
    """As at most starts, which then need not load every step that ever was."""
    engine = create_engine(url, **engine_options(url))
    try:
        with Session(engine) as session:
            return current_revision(session) == newest_revision()
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    from alembic import command

    _move(url, lambda config: command.downgrade(config, revision))


def _move(url: str, step: object) -> None:
    """All steps in one transaction: a migration that fails leaves the database as it was."""
    import fcntl

    engine = create_engine(url, **engine_options(url))
    path = lock_path(url)
    handle = path.open("a") if path else None
    try:
        if handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = '3s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRES_LOCK})
            step(configuration(connection))  # type: ignore[operator]
    finally:
        if handle:
            handle.close()
        engine.dispose()
