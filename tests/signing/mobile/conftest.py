"""Emulated phones: of one test alone, and standing for those that leave them as they were."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.signing.emulated import Emulated, emulated


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Emulated]:
    with emulated(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    """For the tests that leave it as it was."""
    with emulated(tmp_path_factory.mktemp("standing")) as made:
        yield made
