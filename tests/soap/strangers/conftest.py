"""One portal behind one nginx for all strangers, who are a registered system by the certificate of their connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.migrations.state import upgrade
from app.settings import Settings
from soap.gateway import PATH
from tests.nginx import Proxy, nginx
from tests.processes import PORTAL, free_port, started
from tests.soap.registered import NUMBER, PIN, YEAR, Represented, enrol
from tests.soap.signed import system
from tests.unit.documents import corpus

SERVED = (PORTAL[0], "-m", "tests.soap.strangers.served")
OPEN = ("Ping", "ListServices", "UploadDocument", "ListDocuments", "ListNotifications", "Weigh")


@dataclass(frozen=True)
class Site(Proxy):
    """Its folder holds what a stranger is given: `system.pem`, `portal.crt`, and a paper to send."""

    @property
    def endpoint(self) -> str:
        return f"https://localhost:{self.asking_port}{PATH}"

    def wsdl(self, version: str = "") -> str:
        return f"{self.endpoint}?wsdl{version and f'&version={version}'}"

    @property
    def paper(self) -> bytes:
        return (self.folder / "paper.pdf").read_bytes()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with strangers_site(tmp_path_factory.mktemp("strangers")) as made:
        yield made


@contextmanager
def strangers_site(folder: Path) -> Iterator[Site]:
    made = Site(folder, free_port(), free_port(), free_port())
    told = {
        "EGOMRUK_INSTANCE": str(folder / "instance"),
        "EGOMRUK_BASE_URL": f"https://localhost:{made.open_port}",
        "EGOMRUK_TRUSTED_PROXIES": "127.0.0.1",
        "EGOMRUK_WORKERS": "1",
        "PORT": str(made.portal_port),
    }
    certificate = _found(Settings.from_environment(told), folder)
    with started(SERVED, told, "ready"), nginx(made, certificate):
        yield made


def _found(settings: Settings, folder: Path) -> bytes:
    """The database, with a person and the system that may speak for her."""
    upgrade(settings.database_url)
    now = datetime.now(UTC)
    stranger = system("hub", now - YEAR, now + YEAR)
    (folder / "system.pem").write_bytes(stranger.key + stranger.certificate)
    (folder / "paper.pdf").write_bytes(corpus.pdf(pages=2))
    enrol(settings, stranger.certificate, OPEN, person=Represented(PIN, NUMBER, "aysel"))
    return stranger.certificate
