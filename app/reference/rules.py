"""Reference data as delivered with the product: read from its files, and made into what the rules count with."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from importlib.resources import files

from app.core.errors import N_, Invalid
from app.core.text import sort_key
from app.core.working_time import Calendar, OfficeHours

# The law fixes sixteen days of a year and two feasts move; a year with fewer is still being entered.
LEAST_HOLIDAYS = 15
OFFICE_CODE = re.compile(r"[0-9]{5}", re.ASCII)


class HolidayKind(StrEnum):
    HOLIDAY = "holiday"
    OBSERVED = "observed"
    DAY_OFF_IN_EXCHANGE = "day_off_in_exchange"
    WORKING_DAY = "working_day"


HOLIDAY_KINDS: Mapping[str, str] = {
    HolidayKind.HOLIDAY: N_("Bayram və ya yas günü"),
    HolidayKind.OBSERVED: N_("İstirahət gününə düşən bayramın əvəzi"),
    HolidayKind.DAY_OFF_IN_EXCHANGE: N_("Dəyişdirilmiş istirahət günü"),
    HolidayKind.WORKING_DAY: N_("İş gününə çevrilmiş istirahət günü"),
}


@dataclass(frozen=True)
class Holiday:
    on: date
    kind: HolidayKind
    name_az: str
    name_en: str
    name_ru: str
    source: str


@dataclass(frozen=True)
class Office:
    code: str
    name_az: str
    name_en: str
    name_ru: str

    def name(self, language: str) -> str:
        return {"en": self.name_en, "ru": self.name_ru}.get(language, self.name_az)


def check_office_code(code: str) -> str:
    if not OFFICE_CODE.fullmatch(code):
        raise Invalid("reference.office_code", N_("Gömrük orqanının kodu 5 rəqəmdən ibarətdir."), field="code")
    return code


def load_holidays() -> list[Holiday]:
    return [_holiday(row) for row in _rows("public_holidays.csv")]


def load_offices() -> list[Office]:
    return [Office(**row) for row in _rows("customs_offices.csv")]


def load_office_hours() -> OfficeHours:
    (row,) = _rows("office_hours.csv")
    opens, lunch_from, lunch_to, closes = (
        time.fromisoformat(row[mark]) for mark in ("opens", "lunch_from", "lunch_to", "closes")
    )
    return OfficeHours(opens, closes, (lunch_from, lunch_to))


def calendar_for(holidays: Iterable[Holiday], hours: OfficeHours | None = None) -> Calendar:
    """The working calendar of the years for which the holidays of the law are listed."""
    days = list(holidays)
    worked = frozenset(day.on for day in days if day.kind is HolidayKind.WORKING_DAY)
    return Calendar(
        holidays=frozenset(day.on for day in days) - worked,
        working_weekends=worked,
        hours=hours or load_office_hours(),
        years=known_years(days),
    )


def known_years(holidays: Iterable[Holiday]) -> frozenset[int]:
    """Years whose holidays are all there. The other kinds of days can reach into a neighbouring year."""
    listed = Counter(day.on.year for day in holidays if day.kind is HolidayKind.HOLIDAY)
    return frozenset(year for year, number in listed.items() if number >= LEAST_HOLIDAYS)


def _holiday(row: dict[str, str]) -> Holiday:
    return Holiday(
        on=date.fromisoformat(row["on"]),
        kind=HolidayKind(row["kind"]),
        name_az=row["name_az"],
        name_en=row["name_en"],
        name_ru=row["name_ru"],
        source=row["source"],
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("app.reference") / "data" / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


HOME_COUNTRY = "AZ"


def load_countries() -> list[str]:
    return [row["code"] for row in _rows("countries.csv")]


def load_currencies() -> list[str]:
    return [row["code"] for row in _rows("currencies.csv")]


def countries_in(language: str) -> list[tuple[str, str]]:
    """Codes with their names, Azerbaijan first and then by the alphabet of the language."""
    from babel import Locale

    names = Locale.parse(language).territories
    others = sorted(set(load_countries()) - {HOME_COUNTRY}, key=lambda code: sort_key(names[code]))
    return [(code, names[code]) for code in [HOME_COUNTRY, *others]]
