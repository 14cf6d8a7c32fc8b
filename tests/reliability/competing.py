"""A process that writes to the database in competition with others, and tells how long each write took."""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.core import audit
from app.core.context import Actor
from app.core.db import engine_options, lock_path, write_transaction
from tests.reliability.writing import Place

Writer = Callable[[Place, str], AbstractContextManager[Callable[[], None]]]


@dataclass(frozen=True)
class Written:
    """What one client did: how long each of its writes took, and what went wrong."""

    seconds: list[float]
    errors: list[str]


def compete(writer: Writer, place: Place, name: str, goal: int, ends: tuple[Barrier, Event, Connection]) -> None:
    """Writes until somebody has reached the goal; the first write, which makes ready, is not counted."""
    start, end, result = ends
    seconds: list[float] = []
    errors: list[str] = []
    with writer(place, name) as write:
        write()
        start.wait()
        while not end.is_set():
            began = time.perf_counter()
            try:
                write()
            except Exception as error:  # noqa: BLE001  (every kind of failure is counted)
                errors.append(type(error).__name__)
            seconds.append(time.perf_counter() - began)
            if len(seconds) == goal:
                end.set()
    result.send(Written(seconds, errors))
    result.close()


@contextmanager
def ours(place: Place, name: str) -> Iterator[Callable[[], None]]:
    """Each write is a row of the audit trail."""
    engine = create_engine(place.url, **engine_options(place.url))
    with Session(engine) as session:
        context = place.context(session, Actor.system(name))

        def write() -> None:
            with write_transaction(session):
                audit.append(context, "core.enter", "completed")

        yield write
    engine.dispose()


@contextmanager
def bare(place: Place, name: str) -> Iterator[Callable[[], None]]:
    """The same queue and the same durability without the portal: each write is a row as long as that of the trail."""
    connection = sqlite3.connect(make_url(place.url).database or "", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS bare (name TEXT, filling TEXT)")
    queue = lock_path(place.url)
    assert queue

    def write() -> None:
        with queue.open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bare VALUES (?, ?)", (name, "x" * 250))
            connection.execute("COMMIT")

    yield write
    connection.close()
