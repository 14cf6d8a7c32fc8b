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
from tests.reliability.competing import Writer, Written, bare, compete, ours
from tests.reliability.writing import PRELOADED, Place

pytestmark = pytest.mark.trust

CLIENTS = 16
# The race ends when the first client has written this often.
WRITES = 1_000 if "EGOMRUK_TRUST" in environ else 100
# Far above what chance takes away; a client that is passed over again and again falls far below.
LEAST_SHARE = 0.5


def race(writer: Writer, place: Place) -> list[Written]:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    start, end = processes.Barrier(CLIENTS), processes.Event()
    pipes = [processes.Pipe(duplex=False) for _ in range(CLIENTS)]
    clients = [
        processes.Process(target=compete, args=(writer, place, f"client{number}", WRITES, (start, end, there)))
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
    yardstick = report("bare", race(bare, place))
    written = race(ours, place)
    print(f"writers | p99 of ours is {report('ours', written) / yardstick:.1f} times that of bare ones")
    counts = sorted(len(client.seconds) for client in written)
    assert [error for client in written for error in client.errors] == []
    assert counts[0] >= LEAST_SHARE * mean(counts)
    engine = create_engine(place.url, **engine_options(place.url))
    with Session(engine) as session:
        assert audit.verify(session) == (CLIENTS + sum(counts), [])
    engine.dispose()


def report(name: str, written: list[Written]) -> float:
    """Prints what became of all the clients, and gives the 99th percentile in milliseconds."""
    counts = sorted(len(client.seconds) for client in written)
    milliseconds = [1000 * each for client in written for each in client.seconds]
    cuts, failed = quantiles(milliseconds, n=100), sum(len(client.errors) for client in written)
    print(
        f"\nwriters | {name} | {CLIENTS} processes | {len(milliseconds)} writes | {failed} errors | per client"
        f" {counts[0]} to {counts[-1]} | p50 {cuts[49]:.1f} ms | p99 {cuts[98]:.1f} ms | max {max(milliseconds):.1f} ms"
    )
    return cuts[98]
