"""Attempts are counted alike in the database and in Redis, by all processes together."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import redis
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.core.errors import RateLimited
from app.core.limits import DatabaseLimits, Limit, Limits, RateTally, RedisLimits

SECRET = "a secret of the tests"
FIVE = Limit("sign_in.address", "192.0.2.10", 5, timedelta(minutes=5))
SLOWER = Limit("sign_in.account", "aysel", 2, timedelta(days=1), timedelta(minutes=15))


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own that keeps nothing."""
    program = shutil.which("redis-server")
    assert program, "redis-server is missing: apt-get install redis-server"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        url = f"redis://127.0.0.1:{port}"
        with redis.Redis.from_url(url, retry_on_error=[redis.ConnectionError], retry=_patient()) as client:
            client.ping()
        yield url
        server.terminate()


def _patient() -> object:
    from redis.backoff import ConstantBackoff
    from redis.retry import Retry

    return Retry(ConstantBackoff(0.05), 200)


@pytest.fixture(params=["database", "redis"])
def limits(request: pytest.FixtureRequest, engine: Engine, redis_url: str) -> Iterator[Limits]:
    if request.param == "database":
        with Session(engine) as session:
            yield DatabaseLimits(lambda: session, SECRET)
        return
    store = RedisLimits(redis_url, SECRET)
    store._redis.flushall()
    yield store
    store._redis.close()


def test_attempts_up_to_the_limit_are_let_in(limits: Limits, now: datetime) -> None:
    for _ in range(5):
        limits.hit([FIVE], now)
    with pytest.raises(RateLimited) as refused:
        limits.hit([FIVE], now + timedelta(minutes=1))
    assert refused.value.retry_after == 240
    limits.hit([FIVE], now + timedelta(minutes=5))


def test_refusal_by_one_limit_counts_under_none(limits: Limits, now: datetime) -> None:
    for _ in range(2):
        limits.hit([SLOWER, FIVE], now)
    for _ in range(10):
        with pytest.raises(RateLimited):
            limits.hit([SLOWER, FIVE], now)
    for _ in range(3):
        limits.hit([FIVE], now)


def test_pauses_double(limits: Limits, now: datetime) -> None:
    waits = []
    for _ in range(6):
        try:
            limits.hit([SLOWER], now)
        except RateLimited as refused:
            waits.append(refused.retry_after)
            now += timedelta(seconds=refused.retry_after)
            limits.hit([SLOWER], now)
    assert waits == [1, 2, 4, 8]


def test_forgiven_attempts_are_forgotten(limits: Limits, now: datetime) -> None:
    for _ in range(5):
        limits.hit([FIVE], now)
    limits.forgive([FIVE])
    limits.hit([FIVE], now)


def test_subject_is_kept_as_a_hash(engine: Engine, now: datetime) -> None:
    with Session(engine) as session:
        DatabaseLimits(lambda: session, SECRET).hit([FIVE], now)
        (key,) = session.scalars(select(RateTally.key)).all()
    assert len(key) == 64
    assert "192" not in bytes.fromhex(key).decode("latin-1")


def test_many_at_once_are_all_counted(engine: Engine, redis_url: str, now: datetime) -> None:
    """Whatever comes together, no more than the limit gets in."""

    def attempt(store: str) -> bool:
        try:
            if store == "redis":
                RedisLimits(redis_url, "another secret").hit([FIVE], now)
            else:
                with Session(engine) as session:
                    DatabaseLimits(lambda: session, SECRET).hit([FIVE], now)
        except RateLimited:
            return False
        return True

    for store in ("database", "redis"):
        with ThreadPoolExecutor(8) as pool:
            let_in = sum(pool.map(attempt, [store] * 24))
        assert let_in == 5, store


def test_looking_counts_nothing(limits: Limits, now: datetime) -> None:
    for _ in range(4):
        limits.hit([FIVE], now)
    for _ in range(3):
        limits.check([FIVE, SLOWER], now)
    limits.hit([FIVE], now)
    with pytest.raises(RateLimited) as refused:
        limits.check([FIVE, SLOWER], now)
    assert refused.value.retry_after == 300
    limits.check([FIVE], now + timedelta(minutes=5))
