"""Readiness: each part is truly looked at, and each one that is broken shows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.context import Context
from app.core.db import engine_options, write_transaction
from app.core.outbox import Message
from app.migrations import state
from app.operate.queries import readiness

GOOD = {"database": True, "disk": True, "migrations": True, "outbox": True}


def parts(context: Context, folder: Path) -> dict[str, bool]:
    return {finding.part: finding.good for finding in readiness(context, folder)}


@pytest.fixture
def at(system: Context) -> Iterator[Callable[[str], Context]]:
    """The same context on another database."""
    engines = []

    def made(url: str) -> Context:
        engines.append(create_engine(url, **engine_options(url)))
        return replace(system, session=Session(engines[-1]))

    yield made
    for engine in engines:
        engine.dispose()


def test_all_is_well(system: Context, tmp_path: Path) -> None:
    assert parts(system, tmp_path) == GOOD


def test_looking_changes_nothing_and_leaves_no_transaction(system: Context, tmp_path: Path) -> None:
    readiness(system, tmp_path)
    assert not system.session.in_transaction()


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://portal@127.0.0.1:9/none", "sqlite:////proc/none.sqlite"], ids=["server", "file"]
)
def test_database_that_is_away_is_found(at: Callable[[str], Context], tmp_path: Path, url: str) -> None:
    assert parts(at(url), tmp_path) == {"database": False, "disk": True}


def test_database_without_its_tables_is_found(at: Callable[[str], Context], elsewhere: str, tmp_path: Path) -> None:
    assert parts(at(elsewhere), tmp_path)["database"] is False


def test_older_shape_of_the_database_is_found(
    at: Callable[[str], Context], elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.upgrade(elsewhere)
    monkeypatch.setattr("app.operate.queries.newest_revision", lambda: "9999")
    context = at(elsewhere)
    assert parts(context, tmp_path) == GOOD | {"migrations": False}
    context.session.close()


def test_full_disk_is_found(system: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(total=100, used=96, free=4))
    assert parts(system, tmp_path) == GOOD | {"disk": False}


@pytest.mark.parametrize(("minutes", "good"), [(59, True), (61, False)])
def test_message_that_waits_too_long_is_found(system: Context, tmp_path: Path, minutes: int, good: bool) -> None:
    with write_transaction(system.session):
        since = system.clock.now() - timedelta(minutes=minutes)
        outbox.write(system.session, [Message("mail.password_link", {})], None, since)
    assert parts(system, tmp_path) == GOOD | {"outbox": good}
