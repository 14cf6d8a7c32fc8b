"""kill -9 at any moment: what was acknowledged is there once, nothing is there by half, the trail holds."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.core import audit
from app.core.context import Actor
from app.core.db import engine_options
from app.reference.operations import LoadReference, load_reference
from tests.conftest import Database
from tests.reliability.work import WORKS, Work
from tests.reliability.writing import PRELOADED, Place, open_the_account, write
from tests.thoroughness import IS_WHOLE

pytestmark = pytest.mark.trust

KILLS = 200 if IS_WHOLE else 10
# Each life ends after this many answers at most; where exactly inside the work that follows is up to chance.
LONGEST_LIFE = 60


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


def live(place: Place, work: Work, clients: Clients, answers_until_death: int | None) -> None:
    """One life of the portal's process; killed after so many answers, or left to finish."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    here, there = processes.Pipe(duplex=False)
    keys = clients.requests(0 if answers_until_death is None else LONGEST_LIFE)
    process = processes.Process(target=write, args=(place, work.ask, keys, there))
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
    with opened(place.url) as session:
        load_reference(place.context(session, Actor.system("test")), LoadReference())
    return place


@dataclass(frozen=True)
class Found:
    effects: Counter[str]
    halves: int
    breaks: list[audit.Break]


@contextmanager
def opened(url: str) -> Iterator[Session]:
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session:
        yield session
    engine.dispose()


def look(url: str, work: Work) -> Found:
    with opened(url) as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        effects = work.effects(session)
        return Found(effects, work.halves(session, effects.total()), audit.verify(session)[1])


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKS)
def test_kills_at_any_moment_lose_nothing_and_double_nothing(place: Place, database: Database, name: str) -> None:
    work, chance, clients, unspoken = WORKS[name], Random(20261120), Clients(), 0
    for _ in range(KILLS):
        live(place, work, clients, chance.randint(1, LONGEST_LIFE))
        found = look(place.url, work)
        assert not set(clients.acknowledged) - found.effects.keys()
        assert (found.halves, found.breaks) == (0, [])
        unspoken += len(found.effects.keys() & clients.unanswered.keys())
    live(place, work, clients, None)
    found = look(place.url, work)
    lost = set(clients.acknowledged) - found.effects.keys()
    doubled = [key for key, times in found.effects.items() if times > 1]
    print(
        f"\nF2 | {name} | {database.backend} | {KILLS} kills | {len(clients.acknowledged)} acknowledged | "
        f"{len(lost)} lost | {len(doubled)} doubled | {found.halves} half states | {unspoken} done but not yet told"
    )
    assert (lost, doubled, found.halves, found.breaks) == (set(), [], 0, [])
    assert clients.unanswered == {}
    assert found.effects.keys() == set(clients.acknowledged)
