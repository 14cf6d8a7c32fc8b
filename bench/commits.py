"""Durable commits by the bare driver: of one row, and of the rows that the operation writes.

Run as `python -m bench.commits` in the environment of an installation whose operation has been carried out; prints
what it measured as JSON.
"""

import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from app.settings import Settings

Insert = tuple[str, list[str | None]]
# The tables that the operation writes to, and how many rows of each.
WRITTEN = {"rate_tally": 2, "idempotency_key": 1, "audit_entry": 1, "audit_head": 1}
ONE_ROW: list[Insert] = [("bench_one", ["a row", "of three", "texts"])]
COMMITS, BATCHES = 200, 5


class Driver:
    """One connection, set up as the portal sets up its own."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.mark = "?" if self.is_sqlite else "%s"
        self.connection: Any
        if self.is_sqlite:
            self.connection = sqlite3.connect(parsed.database or "", isolation_level=None)
            self.connection.execute("PRAGMA synchronous=FULL")
        else:
            plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
            self.connection = psycopg.connect(plain, autocommit=True)

    def make_table(self, name: str, columns: int) -> None:
        listed = ", ".join(f"c{number} TEXT" for number in range(columns))
        self.connection.execute(f"DROP TABLE IF EXISTS {name}")
        self.connection.execute(f"CREATE TABLE {name} ({listed})")

    def row_of(self, table: str) -> list[str | None]:
        row = self.connection.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()
        return [None if value is None else str(value) for value in row]

    def commit(self, rows: list[Insert]) -> None:
        self.connection.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        for table, row in rows:
            self.connection.execute(f"INSERT INTO {table} VALUES ({', '.join([self.mark] * len(row))})", row)
        self.connection.execute("COMMIT")


def measure(url: str) -> dict[str, dict[str, float]]:
    driver = Driver(url)
    same = [(f"bench_{table}", driver.row_of(table)) for table, number in WRITTEN.items() for _ in range(number)]
    for table, row in (*ONE_ROW, *same):
        driver.make_table(table, len(row))
    return {
        "one row": timed(lambda: driver.commit(ONE_ROW)),
        "same rows": timed(lambda: driver.commit(same)),
    }


def timed(call: Callable[[], None]) -> dict[str, float]:
    """CPU of this process and time on the clock, for one call: the medians of some batches."""
    cpu, wall = [], []
    for _ in range(BATCHES):
        began, began_cpu = time.perf_counter(), time.process_time()
        for _ in range(COMMITS):
            call()
        cpu.append((time.process_time() - began_cpu) / COMMITS * 1000)
        wall.append((time.perf_counter() - began) / COMMITS * 1000)
    return {"cpu_ms": statistics.median(cpu), "wall_ms": statistics.median(wall)}


if __name__ == "__main__":
    print(json.dumps(measure(Settings.from_environment().database_url)))
