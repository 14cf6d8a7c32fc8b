"""What the emulated registers answer, and how they fail when they are told to."""

import time
from collections.abc import Callable, Iterable
from datetime import date
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from spyne import Application, Boolean, ComplexModel, Date, ServiceBase, Unicode, rpc
from spyne.protocol.soap import Soap12
from spyne.server.wsgi import WsgiApplication

from app.adapters.emulators.registers.moods import Mood, Moods, Register, moods
from app.adapters.emulators.registers.records import find_person, find_taxpayer
from app.settings import Settings

PEOPLE, TAXPAYERS = "urn:e-gomruk:registers:population:v1", "urn:e-gomruk:registers:taxpayers:v1"
SLOW_SECONDS = 8.0
GIVEN = Unicode(min_occurs=1, nillable=False)
MAYBE = Unicode(min_occurs=0, nillable=False)
DAY, MAYBE_DAY = Date(min_occurs=1, nillable=False), Date(min_occurs=0, nillable=False)


class Person(ComplexModel):
    """As the population register shows a person."""

    __namespace__ = PEOPLE
    Number, Pin, Surname, GivenName, Patronymic = GIVEN, MAYBE, GIVEN, GIVEN, MAYBE
    BirthDate = DAY
    DocumentSeries, DocumentNumber, Issuer = MAYBE, GIVEN, GIVEN
    IssueDate, ExpiryDate = DAY, MAYBE_DAY
    Address = MAYBE
    DeathDate = MAYBE_DAY


class Taxpayer(ComplexModel):
    """As the register of taxpayers shows one."""

    __namespace__ = TAXPAYERS
    Voen, Name = GIVEN, GIVEN
    IsActive = Boolean(min_occurs=1, nillable=False)


def known(kind: type[ComplexModel]) -> type[ComplexModel]:
    found: type[ComplexModel] = kind.customize(min_occurs=0, nillable=False)
    return found


# Columns of the register's file by the names of the message.
TEXTS = {
    "Number": "number",
    "Pin": "pin",
    "Surname": "surname",
    "GivenName": "given_name",
    "Patronymic": "patronymic",
    "DocumentSeries": "series",
    "DocumentNumber": "document",
    "Issuer": "issuer",
    "Address": "address",
}
DAYS = {"BirthDate": "born", "IssueDate": "issued", "ExpiryDate": "expires", "DeathDate": "died"}


class PopulationRegister(ServiceBase):
    """People by their documents."""

    @rpc(GIVEN, GIVEN, GIVEN, _returns=known(Person))
    def FindPerson(call: Any, Citizenship: str, DocumentType: str, Number: str) -> Person | None:
        row = find_person(Citizenship, DocumentType, Number)
        if row is None:
            return None
        texts = {name: row[column] or None for name, column in TEXTS.items()}
        days = {name: date.fromisoformat(row[column]) if row[column] else None for name, column in DAYS.items()}
        return Person(**texts, **days)


class TaxpayerRegister(ServiceBase):
    """Taxpayers by the number of the person."""

    @rpc(GIVEN, _returns=known(Taxpayer))
    def FindTaxpayer(call: Any, Pin: str) -> Taxpayer | None:
        row = find_taxpayer(Pin)
        return None if row is None else Taxpayer(Voen=row["voen"], Name=row["name"], IsActive=row["is_active"] == "yes")


SERVICES = {Register.POPULATION: (PEOPLE, PopulationRegister), Register.TAXPAYERS: (TAXPAYERS, TaxpayerRegister)}


class Registers:
    """Each register under its name, in the mood that it was told to be in."""

    def __init__(self, found: Moods, sleep: Callable[[float], None] = time.sleep) -> None:
        self._moods, self._sleep = found, sleep
        self._doors = {register: _door(*about) for register, about in SERVICES.items()}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        name: str = environ.get("PATH_INFO", "").strip("/")
        if name not in list(Register):
            return _plain(start_response, HTTPStatus.NOT_FOUND, b"no such register\n")
        register = Register(name)
        mood = self._moods.all()[register]
        if mood is Mood.SLOW:
            self._sleep(SLOW_SECONDS)
        if mood is Mood.DOWN:
            return _plain(start_response, HTTPStatus.SERVICE_UNAVAILABLE, b"down for repair\n")
        if mood is Mood.BROKEN:
            return _plain(start_response, HTTPStatus.OK, b"<Envelope", "application/soap+xml; charset=utf-8")
        answer: Iterable[bytes] = self._doors[register](environ, start_response)
        return answer


def registers(settings: Settings) -> Registers:
    """Raises SettingsError in production mode."""
    return Registers(moods(settings))


def _door(namespace: str, service: type[ServiceBase]) -> WSGIApplication:
    application = Application([service], namespace, in_protocol=Soap12(validator="lxml"), out_protocol=Soap12())
    door: WSGIApplication = WsgiApplication(application, max_content_length=64 << 10)
    return door


def _plain(start_response: StartResponse, status: HTTPStatus, body: bytes, kind: str = "text/plain") -> Iterable[bytes]:
    start_response(f"{status.value} {status.phrase}", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
