"""A write through the whole portal beside what no write can do without: a durable commit, and the floor page.

Two operations: a participant marks his notifications as read, of which none is unread, which costs what every write
costs (session, policy, key, audit, one commit); and somebody asks for a new password under a name that nobody has,
which is limited besides, and so commits twice. Both requests are forms.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from bench.client import Browser
from bench.load import Request
from bench.measuring import Contestant, Effort, take_turns
from bench.pages import SAMPLE_FORM, signed_in
from bench.servers import ROOT, Installation, Server
from bench.table import Row, Target, shown

FORGOTTEN = "/login/password/forgot"
READ_ALL = "/notifications/read-all"
POSTGRESQL = ("postgresql+psycopg:///postgres", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
NO_POSTGRESQL = Row("a write, PostgreSQL", "no server here")


def measure(folder: Path, effort: Effort) -> Iterator[Row]:
    yield from measure_on("SQLite", Installation(folder / "on-sqlite").prepare(), effort)
    server = postgresql_server()
    if server is None:
        yield NO_POSTGRESQL
        return
    with scratch_database(server) as url:
        yield from measure_on("PostgreSQL", Installation(folder / "on-postgresql", url).prepare(), effort)


def measure_on(name: str, installation: Installation, effort: Effort) -> Iterator[Row]:
    with ExitStack() as stack:
        portal = stack.enter_context(installation.portal(EGOMRUK_TRUSTED_PROXIES="127.0.0.1"))
        yardsticks = stack.enter_context(installation.yardsticks())
        write, plain = password_link(portal), marked_read(portal)
        floor = Contestant("floor", yardsticks, Request("/floor/200"))
        take_turns([write, plain, floor], effort)
    raw = raw_commits(installation)
    one_row, same_rows = raw["one row"]["cpu_ms"] + floor.cpu_ms, raw["same rows"]["cpu_ms"] + floor.cpu_ms
    yield _row(f"a signed-in write, {name}", plain, "raw commit + floor page", one_row, Target(3))
    yield _row(f"a limited write, {name}", write, "raw commit + floor page", one_row)
    yield _row(f"a limited write, {name}", write, "raw inserts + floor page", same_rows)
    rate = 1000 / raw["same rows"]["wall_ms"]
    figures = shown(write.per_second, "/s"), "raw inserts, one client", shown(rate, "/s")
    yield Row(f"writes/s, {name}", *figures, write.per_second / rate)


def _row(job: str, write: Contestant, beside: str, cpu_ms: float, target: Target | None = None) -> Row:
    return Row(job, shown(write.cpu_ms, "ms"), beside, shown(cpu_ms, "ms"), write.cpu_ms / cpu_ms, target)


def password_link(portal: Server) -> Contestant:
    """Each request under another name and from another address, or the limits would step in."""
    browser = Browser(portal.port)
    body = f"csrf_token={browser.token(FORGOTTEN)}&form_id=form-{{n}}&username=nobody-{{n}}"
    headers = {
        **browser.cookie_header,
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": "{address}",
    }
    return Contestant("write", portal, Request(FORGOTTEN, "POST", headers, body, 303))


def marked_read(portal: Server) -> Contestant:
    browser = signed_in(portal)
    body = f"csrf_token={browser.token(SAMPLE_FORM)}&form_id=form-{{n}}"
    headers = {**browser.cookie_header, "Content-Type": "application/x-www-form-urlencoded"}
    return Contestant("mark read", portal, Request(READ_ALL, "POST", headers, body, 303))


def raw_commits(installation: Installation) -> dict[str, dict[str, float]]:
    environment = {**os.environ, **installation.environment}
    output = subprocess.run(
        [sys.executable, "-m", "bench.commits"], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    measured: dict[str, dict[str, float]] = json.loads(output)
    return measured


def postgresql_server() -> str | None:
    """The server that is named for the tests, or one where PostgreSQL usually is."""
    named = os.environ.get("EGOMRUK_TEST_POSTGRES")
    for url in [named] if named else POSTGRESQL:
        try:
            psycopg.connect(_plain(url), connect_timeout=2).close()
        except psycopg.OperationalError:
            continue
        return url
    return None


@contextmanager
def scratch_database(server: str) -> Iterator[str]:
    name = f"egomruk_bench_{secrets.token_hex(5)}"
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _plain(url: str) -> str:
    """As the driver wants it, without the name of the driver."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
