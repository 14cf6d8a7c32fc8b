"""The command line as an operator uses it: processes of their own, on an installation in a folder of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.installation import Installation
from tests.conftest import BACKENDS, scratch_postgres


@contextmanager
def nothing_yet(backend: str, folder: Path) -> Iterator[Installation]:
    if backend == "sqlite":
        yield Installation(folder / "instance", f"sqlite:///{folder / 'instance' / 'e-gomruk.sqlite'}")
        return
    with scratch_postgres() as url:
        yield Installation(folder / "instance", url)


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """Nothing is there yet, not even the folder."""
    with nothing_yet(request.param, tmp_path) as made:
        yield made


@pytest.fixture(scope="session", params=BACKENDS)
def settled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation for the tests that leave it as it was."""
    with nothing_yet(request.param, tmp_path_factory.mktemp("settled")) as made:
        assert made.run("init").code == 0
        yield made


@pytest.fixture
def installation(settled: Installation, tmp_path: Path) -> Iterator[Installation]:
    """One that was just made: a copy, for the tests that change it."""
    folder = tmp_path / "instance"
    shutil.copytree(settled.folder, folder)
    if settled.url.startswith("sqlite:"):
        yield Installation(folder, settled.url.replace(str(settled.folder), str(folder)))
        return
    with scratch_postgres(settled.url) as url:
        yield Installation(folder, url)


@pytest.fixture
def plain(tmp_path: Path) -> Installation:
    """For commands that end before they come to a database."""
    return Installation(tmp_path / "instance", f"sqlite:///{tmp_path / 'plain.sqlite'}")
