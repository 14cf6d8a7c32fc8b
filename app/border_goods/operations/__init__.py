"""What changes a record: the post that registered it, the office that it goes to; and an officer's look at it."""

from app.border_goods.operations.batches import Batch, Result, check_office
from app.border_goods.operations.following import (
    Arrival,
    CancelGoods,
    ClearGoods,
    ReportArrivals,
    cancel,
    clear,
    report_arrivals,
)
from app.border_goods.operations.looking import OpenRecord, open_record
from app.border_goods.operations.registering import CorrectGoods, RegisterGoods, correct, register

__all__ = [
    "Arrival",
    "Batch",
    "CancelGoods",
    "ClearGoods",
    "CorrectGoods",
    "OpenRecord",
    "RegisterGoods",
    "ReportArrivals",
    "Result",
    "cancel",
    "check_office",
    "clear",
    "correct",
    "open_record",
    "register",
    "report_arrivals",
]
