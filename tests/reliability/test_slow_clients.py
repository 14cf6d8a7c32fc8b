"""Many slow clients and too many quick ones: the good are answered, the surplus is told when to come back."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from select import select

import pytest

from tests.reliability.server import Answer, Running, read_answer, running, wait_until

SLOW = 200
GOOD = 50
AT_ONCE = 5
THREADS = 2
QUEUE = 4
CALLERS = 20

SLOW_HEAD = b"GET /process HTTP/1.1\r\nHost: t\r\nX-Slow: "
SLOW_BODY = b"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\n"
WAITING = b"GET /wait?%d HTTP/1.1\r\nHost: t\r\n\r\n"


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, workers=1, threads=THREADS, queue=QUEUE) as group:
        yield group


def trickle(connections: list[socket.socket]) -> None:
    """One more byte from each, as a client on a bad line or with bad intentions sends it."""
    for connection in connections:
        connection.sendall(b"x")


def test_slow_clients_hold_up_nobody(group: Running) -> None:
    with ExitStack() as open_connections, ThreadPoolExecutor(AT_ONCE) as clients:
        slow = [open_connections.enter_context(group.connect()) for _ in range(SLOW)]
        for connection, beginning in zip(slow, [SLOW_HEAD, SLOW_BODY] * (SLOW // 2), strict=True):
            connection.sendall(beginning)
        answers: list[Answer] = []
        for _ in range(GOOD // AT_ONCE):
            trickle(slow)
            answers += clients.map(lambda _: group.get("/process"), range(AT_ONCE))
        assert [answer.status for answer in answers] == [200] * GOOD
        # None of the slow ones was thrown out either: their bodies are taken when they come at last.
        for connection in slow[1::2]:
            connection.sendall(b"x" * (1000 - GOOD // AT_ONCE))
            assert read_answer(connection).body == b"1000 1000"


def test_full_queue_answers_at_once_and_recovers(group: Running) -> None:
    with ExitStack() as open_connections:
        callers = [open_connections.enter_context(group.connect()) for _ in range(CALLERS)]
        for number, connection in enumerate(callers):
            connection.sendall(WAITING % number)
        wait_until(lambda: len(answered(callers)) == CALLERS - THREADS - QUEUE)
        wait_until(lambda: len(list(group.folder.glob("begun-*"))) == THREADS)

        refused = answered(callers)
        for answer in map(read_answer, refused):
            assert answer.status == 503
            assert int(answer.headers["retry-after"]) > 0
            assert answer.headers["connection"] == "close"
            assert all(word in answer.body.decode() for word in ("Zəhmət olmasa", "Please", "Пожалуйста"))

        group.open_gate()
        admitted = [connection for connection in callers if connection not in refused]
        assert [read_answer(connection).body for connection in admitted] == [b"waited"] * (THREADS + QUEUE)
    assert group.get("/process").status == 200


def answered(connections: list[socket.socket]) -> list[socket.socket]:
    return select(connections, [], [], 0)[0]


def test_slow_readers_hold_up_nobody(group: Running) -> None:
    with ExitStack() as open_connections:
        for _ in range(10 * THREADS):
            reader = open_connections.enter_context(group.connect())
            reader.sendall(b"GET /endless HTTP/1.1\r\nHost: t\r\n\r\n")
            assert reader.recv(1)
        assert [group.get("/process").status for _ in range(GOOD)] == [200] * GOOD
