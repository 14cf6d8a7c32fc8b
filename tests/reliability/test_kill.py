"""kill -9 at any moment: what was acknowledged is there once, nothing is there by half, the trail holds."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from os import environ
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from app.contracts.models import ContractKey
from app.core import audit
from app.core.audit import AuditEntry
from app.core.db import engine_options
from app.core.idempotency import IdempotencyKey
from app.core.outbox import OutboxRow
from tests.conftest import Database
from tests.reliability.writing import PRELOADED, Place, open_the_account, write

pytestmark = pytest.mark.trust

KILLS = 200 if "EGOMRUK_TRUST" in environ else 20
# Each life ends after this many answers at most; where exactly inside the work that follows is up to chance.
LONGEST_LIFE = 60
OPERATION = "contracts.begin"


@dataclass
class Clients:
    """Who asks: each request has a number, and one that was not answered is sent again under the same number."""

    numbers: Iterator[int] = field(default_factory=count)
    unanswered: dict[str, None] = field(default_factory=dict)
    acknowledged: list[str] = field(default_factory=list)

    def requests(self, size: int) -> list[str]:
        new = (f"request-{next(self.numbers)}" for _ in range(size))
        asked = list(chain(self.unanswered, new))
        self.unanswered = dict.fromkeys(asked)
        return asked

    def take(self, key: str) -> None:
        self.acknowledged.append(key)
        del self.unanswered[key]


def live(place: Place, clients: Clients, keys: list[str], answers_until_death: int | None) -> None:
    """One life of the portal's process; killed after so many answers, or left to finish."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    here, there = processes.Pipe(duplex=False)
    process = processes.Process(target=write, args=(place, keys, there))
    process.start()
    there.close()
    with here:
        for answered in count(1):
            try:
                clients.take(here.recv())
            except EOFError:
                break
            if answered == answers_until_death:
                process.kill()
    process.join()
    process.close()


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    place = Place(database.url, tmp_path)
    open_the_account(place)
    return place


@dataclass(frozen=True)
class Found:
    effects: Counter[str]
    links: int
    messages: int
    answers: int
    breaks: list[audit.Break]


def look(url: str) -> Found:
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session:
        done = select(AuditEntry.reference).where(AuditEntry.operation == OPERATION, AuditEntry.outcome == "completed")
        found = Found(
            effects=Counter(session.scalars(done)),
            links=session.scalar(select(func.count()).select_from(ContractKey)) or 0,
            messages=session.scalar(select(func.count()).select_from(OutboxRow)) or 0,
            answers=session.scalar(select(func.count()).where(IdempotencyKey.answer != "")) or 0,
            breaks=audit.verify(session)[1],
        )
        if engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()
    return found


def half_states(found: Found) -> int:
    """Link, message, stored answer and audit row belong together: as many of one as of the other."""
    return max(abs(found.effects.total() - number) for number in (found.links, found.messages, found.answers))


@pytest.mark.slow
def test_kills_at_any_moment_lose_nothing_and_double_nothing(place: Place, database: Database) -> None:
    chance, clients, unspoken = Random(20261120), Clients(), 0
    for _ in range(KILLS):
        live(place, clients, clients.requests(LONGEST_LIFE), chance.randint(1, LONGEST_LIFE))
        found = look(place.url)
        assert not set(clients.acknowledged) - found.effects.keys()
        assert (half_states(found), found.breaks) == (0, [])
        unspoken += len(found.effects.keys() & clients.unanswered.keys())
    live(place, clients, clients.requests(0), None)
    found = look(place.url)
    lost = set(clients.acknowledged) - found.effects.keys()
    doubled = [key for key, times in found.effects.items() if times > 1]
    print(
        f"\nF2 | {database.backend} | {KILLS} kills | {len(clients.acknowledged)} acknowledged | {len(lost)} lost | "
        f"{len(doubled)} doubled | {half_states(found)} half states | {unspoken} done but not yet told"
    )
    assert (lost, doubled, half_states(found), found.breaks) == (set(), [], 0, [])
    assert clients.unanswered == {}
    assert found.effects.keys() == set(clients.acknowledged)
