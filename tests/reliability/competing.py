"""A process that writes to the database in competition with others, and tells how long each write took."""

import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.core import audit
from app.core.context import Actor, Context
from app.core.db import engine_options, write_transaction
from tests.reliability.writing import Place


@dataclass(frozen=True)
class Written:
    """What one client did: how long each of its writes took, and what went wrong."""

    seconds: list[float]
    errors: list[str]


def compete(place: Place, name: str, goal: int, ends: tuple[Barrier, Event, Connection]) -> None:
    """Writes until somebody has reached the goal; each write is a row of the audit trail."""
    start, end, result = ends
    engine = create_engine(place.url, **engine_options(place.url))
    seconds: list[float] = []
    errors: list[str] = []
    with Session(engine) as session:
        context = place.context(session, Actor.system(name))
        start.wait()
        while not end.is_set():
            began = time.perf_counter()
            try:
                write(context)
            except Exception as error:  # noqa: BLE001  (every kind of failure is counted)
                errors.append(type(error).__name__)
            seconds.append(time.perf_counter() - began)
            if len(seconds) == goal:
                end.set()
    engine.dispose()
    result.send(Written(seconds, errors))
    result.close()


def write(context: Context) -> None:
    with write_transaction(context.session):
        audit.append(context, "core.enter", "completed")
