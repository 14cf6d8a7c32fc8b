"""What a border post says of goods, what is wrong with it, and how much time is left until they must arrive."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.errors import N_, Invalid, Problem
from app.core.identifiers import check_container, payer_kind
from app.core.text import display_name, fold, fold_code

MOST_ROWS = 500
LONGEST_TERM_HOURS = 720
SOON = timedelta(hours=6)
CLOCKS_DIFFER = timedelta(minutes=10)
OLDEST = timedelta(days=366)
AMOUNT_DIGITS, WEIGHT_DIGITS = 2, 3
LARGEST_AMOUNT, LARGEST_WEIGHT, MOST_PACKAGES = Decimal(10) ** 15, Decimal(10) ** 11, 10**8
BARCODE = re.compile(r"[A-Z0-9]{8,20}", re.ASCII)
CODE = re.compile(r"[0-9]{10}", re.ASCII)
CARNET = re.compile(r"[A-Z]{2}[0-9]{8}", re.ASCII)
VEHICLE = re.compile(r"[A-Z0-9][A-Z0-9 /-]{1,19}", re.ASCII)
WITHOUT_NUMBER = "NOMRESIZ"


class State(StrEnum):
    """Where a record stands; it ends once, cleared or cancelled."""

    OPEN = "open"
    CLEARED = "cleared"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of one row of a batch."""

    REGISTERED = "registered"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    CLEARED = "cleared"
    REFUSED = "refused"


class Deadline(StrEnum):
    """By what a list is narrowed."""

    OVERDUE = "overdue"
    SOON = "soon"
    ARRIVED = "arrived"


class Sort(StrEnum):
    DUE = "due"
    NEWEST = "newest"
    CODE = "code"
    WEIGHT = "weight"


STATES: Mapping[str, str] = {
    State.OPEN: N_("Rəsmiləşdirilməyib"),
    State.CLEARED: N_("Rəsmiləşdirilib"),
    State.CANCELLED: N_("Ləğv edilib"),
}
EVENTS: Mapping[str, str] = {
    Outcome.REGISTERED: N_("Sərhəddə qeydə alınıb"),
    Outcome.CORRECTED: N_("Məlumat düzəldilib"),
    Outcome.ARRIVED: N_("Təyinat gömrük orqanına çatıb"),
    Outcome.CLEARED: N_("Rəsmiləşdirilib"),
    Outcome.CANCELLED: N_("Qeyd ləğv edilib"),
}
DEADLINES: Mapping[str, str] = {
    Deadline.OVERDUE: N_("Müddəti keçib"),
    Deadline.SOON: N_("6 saatdan az qalıb"),
    Deadline.ARRIVED: N_("Çatıb"),
}
SORTS: Mapping[str, str] = {
    Sort.DUE: N_("Çatma müddətinə görə"),
    Sort.NEWEST: N_("Yenilər əvvəl"),
    Sort.CODE: N_("XİFMN koduna görə"),
    Sort.WEIGHT: N_("Ağırlar əvvəl"),
}
# The fields of a record as people read them, in the order of source 2.
LABELS: Mapping[str, str] = {
    "barcode": N_("Malın barkodu"),
    "consignee": N_("VÖEN/GÖÖEN"),
    "consignee_name": N_("Hüquqi / fiziki şəxsin adı"),
    "consignee_address": N_("Hüquqi / fiziki şəxsin ünvanı"),
    "code": N_("XİFMN kodu"),
    "description": N_("Təsviri"),
    "amount": N_("İnvoys qiyməti"),
    "currency": N_("Valyuta"),
    "weight": N_("Çəkisi, kq"),
    "packages": N_("Yer sayı"),
    "exporter": N_("İxracatçı"),
    "carnet": N_("BYD №-si"),
    "waybill": N_("Qaimə №-si"),
    "container": N_("Konteyner №-si"),
    "vehicle": N_("Nəqliyyat №-si"),
    "destination": N_("Təyinat GO"),
    "hours": N_("Çatma müddəti, saat"),
    "registered_at": N_("Qeydə alınma vaxtı"),
}


@dataclass(frozen=True, slots=True)
class Goods:
    """One row of source 2, as the post says it."""

    barcode: str
    consignee: str
    consignee_name: str
    consignee_address: str
    code: str
    description: str
    amount: Decimal
    currency: str
    weight: Decimal
    packages: int
    exporter: str
    vehicle: str
    destination: str
    hours: int
    registered_at: datetime
    carnet: str = ""
    waybill: str = ""
    container: str = ""

    @property
    def due_at(self) -> datetime:
        return self.registered_at + timedelta(hours=self.hours)

    @property
    def folded(self) -> str:
        """What a search looks through."""
        texts = (self.barcode, self.code, self.description, self.exporter, self.carnet, self.waybill)
        return fold(" ".join((*texts, self.container, self.vehicle)))[:700]


def changes(before: Goods, after: Goods) -> dict[str, list[str]]:
    """What a correction changed, as text: the field with what stood there and what stands there now."""
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(Goods))
    return {name: [_written(old), _written(new)] for name, old, new in pairs if old != new}


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def checked(goods: Goods, now: datetime, offices: frozenset[str], currencies: frozenset[str]) -> Goods:
    """In canonical form; raises with all that is wrong, each by its field."""
    found: list[Problem] = []
    clean: dict[str, Any] = {}
    for name, check in {**CHECKS, **_about_now(now, offices, currencies)}.items():
        try:
            clean[name] = check(getattr(goods, name))
        except Invalid as error:
            found += [replace(problem, field=name) for problem in error.problems]
    if found:
        raise Invalid.collect(found)
    return replace(goods, **clean)


def doubts(goods: Goods) -> tuple[Problem, ...]:
    """What is stored all the same, for the goods have crossed: the post may look again."""
    if not goods.container:
        return ()
    try:
        check_container(goods.container)
    except Invalid as error:
        return tuple(replace(problem, field="container") for problem in error.problems)
    return ()


def _matching(shape: re.Pattern[str], code: str, message: str, *, empty: bool = False) -> Callable[[str], str]:
    def check(text: str) -> str:
        value = fold_code(text)
        if not shape.fullmatch(value) and (value or not empty):
            raise Invalid(code, message)
        return value

    return check


def _line(most: int, *, empty: bool = False) -> Callable[[str], str]:
    def check(text: str) -> str:
        value = display_name(text, most + 1)
        if not value and not empty:
            raise Invalid("border_goods.missing", N_("Bu məlumat boş ola bilməz."))
        if len(value) > most:
            raise Invalid("border_goods.long", N_("Ən çoxu {most} işarə ola bilər."), most=most)
        return value

    return check


def _payer(text: str) -> str:
    number = fold_code(text)
    payer_kind(number)
    return number


def _decimal(digits: int, least_exclusive: bool, limit: Decimal) -> Callable[[Decimal], Decimal]:
    def check(value: Decimal) -> Decimal:
        if not value.is_finite() or value < 0 or (least_exclusive and value == 0) or value >= limit:
            raise Invalid("border_goods.range", N_("Belə ədəd ola bilməz: {value}."), value=f"{value:f}"[:40])
        rounded = round(value, digits)
        if rounded != value:
            raise Invalid(
                "border_goods.decimals", N_("Vergüldən sonra ən çoxu {digits} rəqəm ola bilər."), digits=digits
            )
        return rounded

    return check


def _whole(least: int, most: int) -> Callable[[int], int]:
    def check(value: int) -> int:
        if not least <= value <= most:
            raise Invalid("number.range", N_("{least} ilə {most} arasında ədəd yazın."), least=least, most=most)
        return value

    return check


def _waybill(text: str) -> str:
    """Leading zeros are part of the number; one without a number is said to be without."""
    value = _line(35, empty=True)(text)
    return "" if fold_code(value) == WITHOUT_NUMBER else value


def _container(text: str) -> str:
    value = fold_code(text)
    if value == "-":
        return ""
    if len(value) > 20:  # noqa: PLR2004 - as long as any marking of a load unit
        raise Invalid("border_goods.long", N_("Ən çoxu {most} işarə ola bilər."), most=20)
    return value


CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "barcode": _matching(BARCODE, "border_goods.barcode", N_("Barkod 8–20 latın hərfi və rəqəmdən ibarətdir.")),
    "consignee": _payer,
    "consignee_name": _line(200),
    "consignee_address": _line(300),
    "code": _matching(CODE, "border_goods.code", N_("XİFMN kodu 10 rəqəmdən ibarətdir.")),
    "description": _line(300),
    "amount": _decimal(AMOUNT_DIGITS, False, LARGEST_AMOUNT),
    "weight": _decimal(WEIGHT_DIGITS, True, LARGEST_WEIGHT),
    "packages": _whole(0, MOST_PACKAGES),
    "exporter": _line(140),
    "vehicle": _matching(
        VEHICLE, "border_goods.vehicle", N_("Nəqliyyat nömrəsi ən çoxu 20 latın hərfi və rəqəmdən ibarətdir.")
    ),
    "hours": _whole(1, LONGEST_TERM_HOURS),
    "carnet": _matching(
        CARNET, "border_goods.carnet", N_("BYD nömrəsi iki latın hərfi və səkkiz rəqəmdən ibarətdir."), empty=True
    ),
    "waybill": _waybill,
    "container": _container,
}


def _about_now(
    now: datetime, offices: frozenset[str], currencies: frozenset[str]
) -> Mapping[str, Callable[[Any], Any]]:
    def known(codes: frozenset[str], code: str, message: str) -> Callable[[str], str]:
        def check(text: str) -> str:
            value = fold_code(text)
            if value not in codes:
                raise Invalid(code, message, value=value[:20])
            return value

        return check

    def registered(value: datetime) -> datetime:
        if value > now + CLOCKS_DIFFER:
            raise Invalid("border_goods.future", N_("Qeydə alınma vaxtı gələcəkdədir."))
        if value < now - OLDEST:
            raise Invalid("border_goods.old", N_("Qeydə alınma vaxtı bir ildən çox əvvəldir."))
        return value

    return {
        "currency": known(currencies, "border_goods.currency", N_("«{value}» valyuta kodu yoxdur.")),
        "destination": known(offices, "border_goods.office", N_("«{value}» kodlu gömrük orqanı yoxdur.")),
        "registered_at": registered,
    }


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How long until the goods must be there, or how long they are late; whole minutes."""

    is_late: bool
    is_soon: bool
    days: int
    hours: int
    minutes: int


def time_left(due_at: datetime, now: datetime) -> TimeLeft:
    is_late = now > due_at
    minutes = int(abs(due_at - now) / timedelta(minutes=1))
    days, rest = divmod(minutes, 24 * 60)
    return TimeLeft(is_late, not is_late and due_at - now < SOON, days, *divmod(rest, 60))
