"""A portal that reaches the emulated registers over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.adapters.emulators.registers.moods import Moods
from app.settings import Settings
from tests.conftest import Database, settings_for
from tests.registers import registers_of, settings_with_registers


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_with_registers(settings_for(database, tmp_path))


@pytest.fixture(autouse=True)
def registers(settings: Settings) -> Iterator[Moods]:
    with registers_of(settings) as found:
        yield found
