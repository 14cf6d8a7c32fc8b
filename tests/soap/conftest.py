"""The gateway in a test's hands: in front of the real portal, once as it is and once with the trial operations."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import Client

from app.accounts.operations import OpenAccount, open_account
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import db
from app.core.roles import Role
from app.factory import create_app
from app.settings import Settings
from app.systems.operations import AddCertificate, RegisterSystem, add_certificate, register_system
from app.systems.rules import Kind
from soap.catalogue import Catalogue
from soap.versions import VERSIONS, Version
from soap.wsgi import SERVICES, Doors
from tests.soap.callers import BASE_URL, Caller, strict_zeep
from tests.soap.registered import NUMBER, OPEN, PASSWORD, PIN, PROXY, YEAR, Gateway
from tests.soap.signed import System, system
from tests.soap.trials import Trials

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def soap_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    instance = tmp_path_factory.mktemp("instance")
    values = {"EGOMRUK_INSTANCE": str(instance), "EGOMRUK_SECRET_KEY": "test " * 10, "EGOMRUK_BASE_URL": BASE_URL}
    return Settings.from_environment(values)


@pytest.fixture(scope="session")
def portal(soap_settings: Settings) -> Iterator[Flask]:
    app = create_app(soap_settings, clock=FixedClock(NOW))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def doors(portal: Flask, soap_settings: Settings) -> Doors:
    return Doors(portal, soap_settings)


@pytest.fixture(scope="session")
def http(doors: Doors) -> Client:
    return Client(doors)


@pytest.fixture(scope="session")
def caller(portal: Flask, soap_settings: Settings) -> Caller:
    return Caller(Client(Doors(portal, soap_settings, (Catalogue, Trials))))


@pytest.fixture(params=VERSIONS, ids=lambda version: version.number)
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


@pytest.fixture
def zeep(http: Client, version: Version) -> Any:
    return strict_zeep(http, version)


@pytest.fixture
def trials(caller: Caller, version: Version) -> Any:
    return strict_zeep(caller.http, version)


@pytest.fixture(scope="session")
def hub() -> System:
    return system("hub", NOW - YEAR, NOW + YEAR, "ec")


@pytest.fixture(scope="session")
def stranger() -> System:
    return system("hub", NOW - YEAR, NOW + YEAR)


@pytest.fixture
def gateway(settings: Settings, now: datetime, hub: System) -> Iterator[Gateway]:
    settings = replace(settings, base_url=BASE_URL, trusted_proxies=(PROXY,))
    clock = FixedClock(now)
    portal: Flask = create_app(settings, clock=clock)
    with portal.app_context():
        engine = db.engine
    with Session(engine) as session:
        context = Context(Actor.system("test"), session, clock, portal.extensions["ports"], reference="test")
        firms = ((NUMBER, "Xəzər İdxal MMC", "Bakı"), ("9900000271", "İkinci MMC", "Bakı"))
        open_account(
            context,
            OpenAccount(
                "aysel",
                PASSWORD,
                "Aysel",
                (Role.PARTICIPANT,),
                PIN,
                participants=firms,
                must_change=False,
            ),
        )
        register_system(context, RegisterSystem("e-gov", "Hub", Kind.HUB, OPEN))
        added = add_certificate(context, AddCertificate("e-gov", hub.certificate))
        doors = Doors(portal, settings, (*SERVICES, Trials))
        yield Gateway(Client(doors), context, clock, hub, portal, added.sha256)
    engine.dispose()
