"""The portal with phones and a certification centre beside it, which are made once."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.clock import FixedClock
from tests.conftest import Database
from tests.web.asan_imza.everything import Everything, every_means
from tests.web.asan_imza.steps import House, outside_world


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with outside_world(tmp_path_factory.mktemp("outside")) as made:
        yield made


@pytest.fixture
def house(outside: House, database: Database) -> House:
    return outside.at_rest(database)


@pytest.fixture
def clock(house: House) -> FixedClock:
    return house.emulated.clock


@pytest.fixture
def portal(house: House) -> Iterator[Flask]:
    with house.portal() as made:
        yield made


@pytest.fixture
def everything(house: House) -> Iterator[Everything]:
    with every_means(house) as made:
        yield made
