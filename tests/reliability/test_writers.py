"""Sixteen processes that write to one SQLite file: none fails, none starves, nothing is lost."""

import multiprocessing
from os import environ
from pathlib import Path
from statistics import mean, quantiles

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.core import audit
from app.core.db import engine_options
from app.migrations.state import upgrade
from tests.reliability.competing import Written, compete
from tests.reliability.writing import PRELOADED, Place

pytestmark = pytest.mark.trust

CLIENTS = 16
# The race ends when the first client has written this often.
WRITES = 1_000 if "EGOMRUK_TRUST" in environ else 100
# Far above what chance takes away; a client that is passed over again and again falls far below.
LEAST_SHARE = 0.5


def race(place: Place) -> list[Written]:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    start, end = processes.Barrier(CLIENTS), processes.Event()
    pipes = [processes.Pipe(duplex=False) for _ in range(CLIENTS)]
    clients = [
        processes.Process(target=compete, args=(place, f"client{number}", WRITES, (start, end, there)))
        for number, (_, there) in enumerate(pipes)
    ]
    for client in clients:
        client.start()
    written = []
    for (here, there), client in zip(pipes, clients, strict=True):
        there.close()
        written.append(here.recv())
        here.close()
        client.join()
        client.close()
    return written


@pytest.mark.slow
def test_many_writers_on_one_file_all_get_their_turn(tmp_path: Path) -> None:
    place = Place(f"sqlite:///{tmp_path / 'writers.sqlite'}", tmp_path)
    upgrade(place.url)
    written = race(place)
    counts = sorted(len(client.seconds) for client in written)
    errors = [error for client in written for error in client.errors]
    report(counts, [1000 * each for client in written for each in client.seconds], errors)
    assert errors == []
    assert counts[0] >= LEAST_SHARE * mean(counts)
    engine = create_engine(place.url, **engine_options(place.url))
    with Session(engine) as session:
        assert audit.verify(session) == (sum(counts), [])
    engine.dispose()


def report(counts: list[int], milliseconds: list[float], errors: list[str]) -> None:
    cuts = quantiles(milliseconds, n=100)
    print(
        f"\nwriters | {CLIENTS} processes | {sum(counts)} writes | {len(errors)} errors | per client {counts[0]} to "
        f"{counts[-1]} | p50 {cuts[49]:.1f} ms | p99 {cuts[98]:.1f} ms | max {max(milliseconds):.1f} ms"
    )
