"""One house for each test, or one for a module whose tests leave it as it was."""

from pathlib import Path

import pytest

from tests.signing.pki.house import House, founded


@pytest.fixture
def house(tmp_path: Path) -> House:
    return founded(tmp_path / "pki")


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> House:
    return founded(tmp_path_factory.mktemp("still") / "pki")
