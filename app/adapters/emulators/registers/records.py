"""The people and taxpayers that the emulated registers know, as their files have them."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources

from app.core.ports import PaperKind

Row = Mapping[str, str]


@cache
def people() -> tuple[Row, ...]:
    return _rows("people.csv")


@cache
def taxpayers() -> tuple[Row, ...]:
    return _rows("taxpayers.csv")


def find_person(citizenship: str, kind: str, number: str) -> Row | None:
    return next((row for row in people() if row["citizenship"] == citizenship and _is_named(row, kind, number)), None)


def find_taxpayer(pin: str) -> Row | None:
    return next((row for row in taxpayers() if row["pin"] == pin), None)


def _is_named(row: Row, kind: str, number: str) -> bool:
    if kind == PaperKind.PIN:
        return row["pin"] == number
    return row["kind"] == kind and row["series"] + row["document"] == number


def _rows(name: str) -> tuple[Row, ...]:
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
