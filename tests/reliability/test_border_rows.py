"""A participant's page of goods costs the same among a thousand records as among a million."""

import re
from collections.abc import Iterator
from dataclasses import replace
from os import environ
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from app.border_goods.queries import Filter, list_own
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import engine_options
from app.core.roles import Assurance, Role
from app.migrations.tables import metadata
from tests.border_goods import NOW
from tests.conftest import Database
from tests.reliability.border_rows import PORTS, fill

pytestmark = [pytest.mark.trust, pytest.mark.slow]
FEW, MANY = 1_000, 1_000_000 if "EGOMRUK_TRUST" in environ else 30_000
OPEN, PAYER = 200, 1
# Two pages of three parts each, of which two may look into an index first.
PARTS = 2 * 5
SCANNED = re.compile(r"Scan .*actual rows=([0-9]+) loops=([0-9]+)")


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    made = create_engine(database.url, **engine_options(database.url))
    metadata.create_all(made)
    yield made
    made.dispose()


def looked_at(engine: Engine, wanted: Filter) -> tuple[int, str, list[tuple[str, Any]]]:
    """The records on the page, and the statements that it took."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        if "border_record" in statement:
            statements.append((statement, parameters))

    actor = Actor(frozenset({Role.PARTICIPANT}), participant_id=PAYER, assurance=Assurance.PASSWORD)
    event.listen(engine, "before_cursor_execute", note)
    try:
        with Session(engine) as session:
            page = list_own(Context(actor, session, FixedClock(NOW), PORTS), wanted)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(page.records), page.following or "", statements


def rows_read(engine: Engine, statements: list[tuple[str, Any]]) -> tuple[int, str]:
    """By PostgreSQL's own count, with the plans."""
    plans = list[str]()
    with engine.connect() as connection:
        for statement, parameters in statements:
            asked = f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) {statement}"
            plans += [row[0] for row in connection.exec_driver_sql(asked, parameters)]
    scans = (SCANNED.search(line) for line in plans)
    return sum(int(found[1]) * int(found[2]) for found in scans if found), "\n".join(plans)


@pytest.mark.parametrize("wanted", [Filter(), Filter(sort="weight"), Filter(deadline="overdue"), Filter(state="ended")])
def test_page_costs_what_it_shows(engine: Engine, database: Database, wanted: Filter) -> None:
    costs = []
    for rows in (FEW, MANY):
        fill(engine, rows, OPEN, PAYER)
        shown, following, statements = looked_at(engine, wanted)
        reached = looked_at(engine, replace(wanted, after=following))[2] if following else []
        if database.backend == "postgresql":
            read, plan = rows_read(engine, [*statements, *reached])
            assert "Seq Scan on border_record" not in plan or rows == FEW
        else:
            read, plan = steps(engine, [*statements, *reached])
            assert "SCAN border_record" not in plan
        costs.append((shown, len(statements), read))
        print(f"\n{database.backend}, {wanted}: {rows} rows, {shown} shown, {len(statements)} statements, {read} read")
        if rows == MANY:
            print(plan)
    (shown, number, few), (shown_many, number_many, many) = costs
    assert (shown, number) == (shown_many, number_many)
    # The plans of PostgreSQL differ; whatever they are, they touch own rows alone, each for the page and both counts.
    assert many <= (few * 1.2 if database.backend == "sqlite" else PARTS * OPEN)


def steps(engine: Engine, statements: list[tuple[str, Any]]) -> tuple[int, str]:
    """By SQLite's own machine, in tens of its steps."""
    counted, plans = 0, list[str]()
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None

        def tick() -> int:
            nonlocal counted
            counted += 1
            return 0

        for statement, parameters in statements:
            plans += [str(row[3]) for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            raw.set_progress_handler(tick, 10)
            raw.execute(statement, parameters).fetchall()
            raw.set_progress_handler(None, 0)
    return counted, "\n".join(plans)


def test_the_rows_are_there(engine: Engine) -> None:
    fill(engine, FEW, OPEN, PAYER)
    with engine.connect() as connection:
        mine = f"FROM border_record WHERE participant_id = {PAYER}"
        assert connection.scalar(text("SELECT count(*) FROM border_record")) == FEW
        assert connection.scalar(text(f"SELECT count(*) {mine} AND ended_at IS NULL")) == OPEN
