"""A portal with a card reader: its centre is founded once and copied for each test."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.adapters.emulators.chips import Use
from app.adapters.emulators.devices import devices
from app.core.clock import FixedClock, SystemClock
from app.settings import Settings
from tests.conftest import Database, settings_for
from tests.web.cards.house import CARDS, House, card_house


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(folder), "EGOMRUK_BASE_URL": "http://localhost"})
    cards = devices(settings).cards
    cards.hand_out(CARDS)
    for card in CARDS:
        for use in Use:
            cards.certificate(card.number, use)
    return folder


@pytest.fixture
def clock() -> FixedClock:
    """A little ahead of the centre, which lives in our time: what it issues is valid by then."""
    return FixedClock(SystemClock().now() + timedelta(minutes=1))


@pytest.fixture
def house(database: Database, tmp_path: Path, founded: Path) -> Iterator[House]:
    instance = tmp_path / "instance"
    shutil.copytree(founded, instance)
    with card_house(settings_for(database, instance)) as made:
        yield made


@pytest.fixture
def settings(house: House) -> Settings:
    return house.settings
