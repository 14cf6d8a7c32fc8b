"""An installation in a folder of its own, and the command line run on it in processes of their own."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from app.core.db import engine_options
from tests import commands
from tests.commands import Command
from tests.core.tampering import drop_triggers

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def is_one_plain_line(self) -> bool:
        return self.err.startswith("e-gomruk: ") and self.err.count("\n") == 1 and "Traceback" not in self.err


@dataclass(frozen=True)
class Installation:
    """One set of settings, with which commands are run."""

    folder: Path
    url: str

    def begin(self, *arguments: str, **settings: str) -> Command:
        environment = {"PATH": os.environ["PATH"], "EGOMRUK_INSTANCE": str(self.folder), "DATABASE_URL": self.url}
        return commands.begin(arguments, ROOT, environment | settings)

    def run(self, *arguments: str, **settings: str) -> Done:
        return finished(self.begin(*arguments, **settings))

    def tamper(self, statement: str) -> None:
        """Changes the database past its own guard."""
        engine = create_engine(self.url, **engine_options(self.url))
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            drop_triggers(connection)
            connection.execute(text(statement))
        engine.dispose()

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        engine = create_engine(self.url, **engine_options(self.url))
        with engine.connect().execution_options(write=True) as connection, connection.begin():
            done = connection.execute(text(statement))
            rows = [tuple(row) for row in done] if done.returns_rows else []
        engine.dispose()
        return rows


def finished(command: Command) -> Done:
    return Done(*command.finished())
