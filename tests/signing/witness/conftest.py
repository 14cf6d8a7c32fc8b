"""A log, who serves it, and a bank that follows it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.signing.logbook import Logbook, entries
from tests.signing.witness.keeping import Bank, Keeper


@pytest.fixture
def book(tmp_path: Path) -> Logbook:
    book = Logbook(tmp_path / "log")
    book.append(entries(300))
    return book


@pytest.fixture
def keeper(book: Logbook) -> Iterator[Keeper]:
    with Keeper(book.folder) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def bank(keeper: Keeper, book: Logbook, tmp_path: Path) -> Bank:
    return Bank(keeper, book, tmp_path / "bank")
