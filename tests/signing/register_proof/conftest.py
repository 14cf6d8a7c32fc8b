"""One decision in one register, for all tests of a file."""

import pytest

from tests.signing.centre import Centre
from tests.signing.register_proof.registered import Registered, decision, registered


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Registered:
    return registered(centre, tmp_path_factory.mktemp("log"), decision())
