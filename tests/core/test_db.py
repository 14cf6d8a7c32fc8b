"""The database as the portal sets it up: one writer at a time, durable where it counts, instants with a zone."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from app.accounts.models import Participant, PersonRole
from app.core.db import engine_options, lock_path, write_transaction
from app.core.service_counts import count_opening
from tests.conftest import Database
from tests.core.register import numbers

BAKU_NOON = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=4)))


def participant(number: str, at: datetime = BAKU_NOON) -> Participant:
    return Participant(public_id=f"participant-{number}", number=number, name="Xəzər", address="Bakı", created_at=at)


def enter(session: Session, number: str) -> None:
    with write_transaction(session):
        session.add(participant(number))


def test_instant_comes_back_as_the_same_moment_in_utc(session: Session) -> None:
    enter(session, "1")
    found = session.scalars(select(Participant.created_at)).one()
    assert (found, found.tzinfo) == (BAKU_NOON, UTC)


def test_instant_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(StatementError, match="an instant needs a zone"):
        enter_at(session, BAKU_NOON.replace(tzinfo=None))


def enter_at(session: Session, at: datetime) -> None:
    with write_transaction(session):
        session.add(participant("1", at))


def test_reference_to_nothing_is_refused(session: Session) -> None:
    with pytest.raises(IntegrityError), write_transaction(session):
        session.execute(insert(PersonRole).values(person_id=999, role="citizen"))


def test_transaction_inside_a_transaction_is_refused_and_the_outer_goes_on(session: Session) -> None:
    with write_transaction(session):
        session.add(participant("1"))
        with pytest.raises(RuntimeError, match="a transaction inside a transaction"):
            enter(session, "2")
    assert numbers(session) == ["1"]


def test_failed_transaction_lets_the_next_one_through(session: Session, engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        enter_twice(session)
    enter(session, "2")
    with Session(engine) as other:
        enter(other, "3")
    assert numbers(session) == ["2", "3"]


def enter_twice(session: Session) -> None:
    with write_transaction(session):
        session.add_all([participant("1"), participant("1")])


def test_writer_sees_what_was_committed_since_its_page_began(session: Session, engine: Engine) -> None:
    assert numbers(session) == []
    with Session(engine) as other:
        enter(other, "1")
    with write_transaction(session):
        assert session.scalars(select(Participant.number)).all() == ["1"]


def test_reader_is_not_held_up_by_a_writer_and_sees_no_half(session: Session, engine: Engine) -> None:
    with write_transaction(session):
        session.add(participant("1"))
        session.flush()
        with Session(engine) as reader:
            assert reader.scalars(select(Participant.number)).all() == []


def test_two_writers_of_one_row_lose_no_change(session: Session, engine: Engine) -> None:
    enter(session, "1")
    session.rollback()

    def lengthen(_: int) -> None:
        with Session(engine) as own, write_transaction(own):
            mine = select(Participant.name).where(Participant.number == "1").with_for_update()
            name = own.scalars(mine).one()
            own.execute(update(Participant).values(name=f"{name}x"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lengthen, range(40)))
    assert session.scalars(select(Participant.name)).one() == "Xəzər" + "x" * 40


def test_transaction_is_durable_unless_it_is_a_mere_counter(engine: Engine, database: Database) -> None:
    setting = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}[database.backend]
    full, less = {"sqlite": (2, 1), "postgresql": ("on", "off")}[database.backend]
    with Session(engine) as session:
        seen = [durability(session, setting, durable=durable) for durable in (True, False, True, False)]
        session.rollback()
        count_opening(session, "gooen", "web", BAKU_NOON)
        assert session.scalar(text(setting)) == full
    assert seen == [full, less, full, less]


def durability(session: Session, setting: str, *, durable: bool) -> object:
    with write_transaction(session, durable=durable):
        return session.scalar(text(setting))


def test_sqlite_file_has_a_journal_that_readers_do_not_wait_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.sqlite'}"
    settings = {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0}
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        assert {name: connection.scalar(text(f"PRAGMA {name}")) for name in settings} == settings
    engine.dispose()
    assert lock_path(url) == tmp_path / "own.sqlite.lock"


def test_sqlite_writer_holds_its_place_from_the_start(tmp_path: Path) -> None:
    """Against programs that know nothing of the portal's own lock, such as an operator's shell."""
    path = tmp_path / "own.sqlite"
    engine = create_engine(f"sqlite:///{path}", **engine_options(f"sqlite:///{path}"))
    with Session(engine) as session, closing(sqlite3.connect(path, timeout=0)) as stranger:
        with write_transaction(session), pytest.raises(sqlite3.OperationalError, match="database is locked"):
            stranger.execute("BEGIN IMMEDIATE")
        stranger.execute("BEGIN IMMEDIATE")
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "postgresql+psycopg:///x"])
def test_only_a_file_has_a_writers_lock(url: str) -> None:
    assert lock_path(url) is None
