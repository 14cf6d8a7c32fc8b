"""Goods of the cast at the border: some on their way, one late, one arrived, one cleared, as posts would say it."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from importlib import resources

from sqlalchemy import select

from app.border_goods.models import BorderRecord
from app.border_goods.operations import (
    Arrival,
    ClearGoods,
    RegisterGoods,
    ReportArrivals,
    clear,
    register,
    report_arrivals,
)
from app.border_goods.rules import Goods
from app.core.context import Context

DECLARATION = "26AZ01000000001"


def load_border_goods(context: Context) -> int:
    """Gives how many records were added; none where there are any."""
    if context.session.scalar(select(BorderRecord.id).limit(1)) is not None:
        return 0
    now, added = context.clock.now(), 0
    for row in _rows():
        goods = _goods(row, now)
        post = replace(context, actor=replace(context.actor, office=row["office"]))
        added += len(register(post, RegisterGoods((goods,))).results)
        if row["arrived_after"]:
            arrived = goods.registered_at + timedelta(hours=int(row["arrived_after"]))
            report_arrivals(post, ReportArrivals((Arrival(goods.barcode, arrived),)))
        if row["cleared"]:
            there = replace(context, actor=replace(context.actor, office=goods.destination))
            clear(there, ClearGoods((goods.barcode,), DECLARATION))
    return added


def _rows() -> Iterator[dict[str, str]]:
    text = resources.files("app.demo").joinpath("border_goods.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())


def _goods(row: dict[str, str], now: datetime) -> Goods:
    names = ("barcode", "consignee", "consignee_name", "consignee_address", "code", "description", "currency")
    texts = (*names, "exporter", "vehicle", "destination", "carnet", "waybill", "container")
    return Goods(
        **{name: row[name] for name in texts},
        amount=Decimal(row["amount"]),
        weight=Decimal(row["weight"]),
        packages=int(row["packages"]),
        hours=int(row["hours"]),
        registered_at=now - timedelta(hours=int(row["hours_ago"])),
    )
