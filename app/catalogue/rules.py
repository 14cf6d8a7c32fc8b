"""The eleven services: what each is, its texts in three languages, and the search among them."""

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar, get_args, get_origin, get_type_hints

from app.core.text import fold

LANGUAGES = ("az", "en", "ru")

_Part = TypeVar("_Part")
_YES_NO = {"yes": True, "no": False}

_LONGEST_QUERY = 100
# Folded words that join others and ask for nothing.
_CONNECTING = frozenset(["ve", "ile", "ucun", "and", "for", "of", "on", "the", "to", "в", "для", "и", "на", "о", "по"])
# Two words are one to a reader when one is the other with an ending, or when both are a longer stem with endings.
_SHORTEST_STEM = 4
_LONG_STEM = 5
_LONGEST_ENDING = 3


class Login(StrEnum):
    """Whether a service asks for a login; `either` serves a visitor less comfortably than a known user."""

    YES = "yes"
    NO = "no"
    EITHER = "either"


class Group(StrEnum):
    """What the tabs of the front page part: inquiries are "elektron arayışlar", payments "elektron ödənişlər"."""

    PROCEDURE = "procedure"
    INQUIRY = "inquiry"
    PAYMENT = "payment"


@dataclass(frozen=True)
class Step:
    """One step of a guide or of an administrative procedure."""

    title: str
    text: str


@dataclass(frozen=True)
class Regulation:
    """The paragraphs of an administrative regulation (1.1 to 3.6), in the order of the official form."""

    name: str
    content: str
    legal_basis: tuple[str, ...]
    performer: str
    other_performers: str
    automation_level: str
    term: str
    result: str
    kind: str
    fee: str
    users: str
    place: str
    contacts: tuple[str, ...]
    documents: tuple[str, ...]
    procedure: tuple[Step, ...]
    refusal: str
    control: str
    disputes: tuple[str, ...]


@dataclass(frozen=True)
class ServiceText:
    """All that is said about a service in one language: a file of the folder `content`."""

    name: str
    short_name: str
    purpose: str
    keywords: tuple[str, ...]
    guide: tuple[Step, ...]
    guide_notes: tuple[str, ...]
    regulation: Regulation


@dataclass(frozen=True)
class Service:
    """One service of the catalogue: a row of `services.csv` and its texts by language."""

    number: str
    slug: str
    path: str
    needs_login: Login
    group: Group
    soap_operations: tuple[str, ...]
    available: bool
    texts: Mapping[str, ServiceText] = field(hash=False, repr=False)

    @property
    def works_without_login(self) -> bool:
        return self.needs_login is not Login.YES


@cache
def load_services() -> tuple[Service, ...]:
    """Read the whole catalogue, in the committee's order, once."""
    return read_services((files("app.catalogue") / "services.csv").read_text(encoding="utf-8"), "services.csv")


def read_services(table: str, source: str) -> tuple[Service, ...]:
    """Read a table of services and the content files that it names; a fault is an error that names the file."""
    return tuple(_service(row, source) for row in csv.DictReader(table.splitlines()))


def read_text(content: str, source: str) -> ServiceText:
    """Read one content file; an unknown, missing or empty entry is an error that names the file."""
    try:
        return _build(ServiceText, tomllib.loads(content), source)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{source}: {error}") from error


def search(services: Iterable[Service], language: str, query: str, without_login: bool = False) -> list[Service]:
    """Find the services of which every word of the query speaks: by name first, then by purpose, then by keyword."""
    offered = [service for service in services if service.works_without_login or not without_login]
    asked = _words(query[:_LONGEST_QUERY]) - _CONNECTING
    if not asked:
        return offered
    places = [(_place(service, language, asked), service) for service in offered]
    found = [(place, service) for place, service in places if place is not None]
    return [service for _, service in sorted(found, key=lambda pair: pair[0])]


def _service(row: Mapping[str, str], source: str) -> Service:
    _check_names({part.name for part in fields(Service)} - {"texts"}, row.keys(), source)
    texts = {language: _load_text(f"{row['slug']}.{language}.toml") for language in LANGUAGES}
    try:
        return Service(
            number=row["number"],
            slug=row["slug"],
            path=row["path"],
            needs_login=Login(row["needs_login"]),
            group=Group(row["group"]),
            soap_operations=tuple(row["soap_operations"].split()),
            available=_YES_NO[row["available"]],
            texts=MappingProxyType(texts),
        )
    except (KeyError, ValueError) as error:
        raise ValueError(f"{source}, {row['number']}: {error}") from error


def _load_text(name: str) -> ServiceText:
    return read_text((files("app.catalogue") / "content" / name).read_text(encoding="utf-8"), name)


def _build(kind: type[_Part], table: Mapping[str, object], source: str) -> _Part:
    kinds = get_type_hints(kind)
    _check_names(kinds.keys(), table.keys(), source)
    return kind(**{name: _value(kinds[name], raw, f"{source}, {name}") for name, raw in table.items()})


def _value(kind: type, raw: object, source: str) -> object:
    """One entry in the shape that the dataclass declares; an empty one counts as missing."""
    if get_origin(kind) is tuple and isinstance(raw, list) and raw:
        return tuple(_value(get_args(kind)[0], item, source) for item in raw)
    if is_dataclass(kind) and isinstance(raw, dict):
        return _build(kind, raw, source)
    if kind is str and isinstance(raw, str) and raw.strip():
        return raw
    raise ValueError(f"{source}: {raw!r} is not what this entry holds")


def _check_names(wanted: Set[str], given: Set[str], source: str) -> None:
    if wanted != given:
        raise ValueError(f"{source}: missing {sorted(wanted - given)}, unknown {sorted(given - wanted)}")


def _place(service: Service, language: str, asked: frozenset[str]) -> int | None:
    """How far from the name the words were found; nothing when one of them is nowhere."""
    places = [_place_of(word, _index(service, language)) for word in asked]
    known = [place for place in places if place is not None]
    return sum(known) if len(known) == len(places) else None


def _place_of(asked: str, index: tuple[frozenset[str], ...]) -> int | None:
    """The first part of the index that has the word; within a part the word itself goes before one like it."""
    for part, words in enumerate(index):
        if asked in words:
            return 2 * part
        if any(_same(asked, word) for word in words):
            return 2 * part + 1
    return None


@cache
def _index(service: Service, language: str) -> tuple[frozenset[str], ...]:
    """The words of name, purpose and keywords; keywords of every language, whatever language one reads in."""
    text = service.texts[language]
    keywords = " ".join(" ".join(every.keywords) for every in service.texts.values())
    return _words(f"{text.name} {text.short_name}"), _words(text.purpose), _words(keywords)


def _words(text: str) -> frozenset[str]:
    # Few Russian readers type ё.
    return frozenset(re.findall(r"\w+", fold(text).replace("ё", "е")))


def _same(asked: str, written: str) -> bool:
    """Whether a reader means this word: its beginning, or the same word with another ending (gömrüyün, gömrük)."""
    if written.startswith(asked):
        return True
    stem = written if asked.startswith(written) else asked[: max(_LONG_STEM, len(asked) - _LONGEST_ENDING)]
    endings = max(len(asked), len(written)) - len(stem)
    return written.startswith(stem) and len(stem) >= _SHORTEST_STEM and endings <= _LONGEST_ENDING
