"""The same batches at the same moment, from several connections of a post: each row is registered once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Participant
from app.border_goods.models import BorderEvent, BorderRecord
from app.border_goods.operations import RegisterGoods, register
from app.core.context import Context
from app.core.db import db
from app.core.limits import DatabaseLimits
from app.reference.operations import LoadReference, load_reference
from tests.border_goods import goods, post_at

BATCHES, ROWS = 16, 10
CONSIGNEES = ("9900000141", "9900000271", "9900000421")


def test_batches_at_once_register_each_row_once(portal: Flask, system: Context) -> None:
    load_reference(system, LoadReference())
    rows = [goods(number, consignee=CONSIGNEES[number % len(CONSIGNEES)]) for number in range(ROWS)]
    with portal.app_context():
        engine = db.engine

    def send(number: int) -> list[str]:
        mixed = list(rows)
        Random(number).shuffle(mixed)
        with Session(engine) as session:
            limits = DatabaseLimits(lambda: session, "secret")
            context = replace(post_at(system), session=session, ports=replace(system.ports, limits=limits))
            return [str(one.outcome) for one in register(context, RegisterGoods(tuple(mixed))).results]

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(outcome for batch in pool.map(send, range(BATCHES)) for outcome in batch)
    system.session.rollback()
    tables = (BorderRecord, BorderEvent, Participant)
    stored = [system.session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert stored == [ROWS, ROWS, len(CONSIGNEES)]
    assert outcomes["registered"] == ROWS
    assert outcomes.total() == BATCHES * ROWS
