"""The portal beside an emulated provider of E-Gov."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.emulators.e_gov.provider import EGov
from app.core.clock import FixedClock
from app.settings import Settings
from tests.conftest import Database
from tests.web.e_gov_site import (
    provided,
    settings_with_provider,
)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_with_provider(database, tmp_path)


@pytest.fixture
def provider(settings: Settings, clock: FixedClock) -> Iterator[EGov]:
    with provided(settings, clock) as made:
        yield made
