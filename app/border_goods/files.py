"""Records of a post as a file: every line by its number, read or with what is wrong in it by field."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.border_goods.rules import Goods
from app.core.clock import BAKU
from app.core.errors import N_, Invalid, Problem
from app.core.numbers import parse_decimal

NEEDED = frozenset(field.name for field in fields(Goods) if field.default is MISSING)
KNOWN = frozenset(field.name for field in fields(Goods))


def read_goods(content: bytes) -> tuple[dict[int, Goods], dict[int, tuple[Problem, ...]]]:
    """By the number of the line: the goods, and the problems of those that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("border_goods.encoding", N_("Fayl UTF-8 kodlaşdırmasında deyil.")) from None
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    goods, wrong = dict[int, Goods](), dict[int, tuple[Problem, ...]]()
    try:
        _check_heading(reader.fieldnames or ())
        for row in reader:
            try:
                goods[reader.line_num] = _read(row)
            except Invalid as error:
                wrong[reader.line_num] = error.problems
    except csv.Error:
        raise Invalid(
            "border_goods.csv", N_("Fayl CSV deyil, {line}-ci sətirdən sonra oxunmur."), line=reader.line_num
        ) from None
    return goods, wrong


def _check_heading(names: Any) -> None:  # noqa: ANN401  (as csv gives them)
    missing, unknown = sorted(NEEDED - set(names)), sorted(str(name) for name in set(names) - KNOWN)
    if missing:
        raise Invalid("border_goods.columns", N_("Faylda bu sütunlar yoxdur: {names}."), names=", ".join(missing))
    if unknown:
        raise Invalid("border_goods.columns", N_("Faylda naməlum sütunlar var: {names}."), names=", ".join(unknown))


def _read(row: Mapping[Any, Any]) -> Goods:
    if None in row or None in row.values():
        raise Invalid("border_goods.cells", N_("Sətirdəki xanaların sayı başlıqdakı sütunların sayına bərabər deyil."))
    values: dict[str, Any] = {}
    found: list[Problem] = []
    for name, text in row.items():
        try:
            values[name] = READERS.get(name, str)(text.strip())
        except Invalid as error:
            found += [replace(problem, field=name) for problem in error.problems]
    if found:
        raise Invalid.collect(found)
    return Goods(**values)


def _whole(text: str) -> int:
    number = parse_decimal(text)
    if number != number.to_integral_value():
        raise Invalid("number.whole", N_("Tam ədəd yazın."))
    return int(number)


def _instant(text: str) -> datetime:
    """With its zone, or as clocks in Baku showed it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("border_goods.instant", N_("Vaxtı 2026-11-20T06:00 şəklində yazın.")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BAKU)


READERS: Mapping[str, Callable[[str], str | Decimal | int | datetime]] = {
    "amount": parse_decimal,
    "weight": parse_decimal,
    "packages": _whole,
    "hours": _whole,
    "registered_at": _instant,
}
