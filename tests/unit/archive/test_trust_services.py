"""The services that the settings name: asked over HTTP, nobody else, and nothing before it is needed."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from app.adapters.trust_services import TrustServices, trust_services
from app.settings import ROOT, Settings
from signing import profiles
from signing.authority import Authority
from signing.data_file import data_file
from signing.errors import Refused, SigningError, Unreachable
from signing.responders import pki_application
from signing.sealing import renewed, seal
from signing.signers.pkcs12 import KeyFile
from signing.subjects import Subject
from signing.verify import verify
from tests.signing.pki.strangers import served

PASSPHRASE = "opens the keys of the tests"
OFFICER = Subject.officer("7XYZ2QW", "Elçin", "Quliyev", "00100")


@pytest.fixture
def centre(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path / "pki", PASSPHRASE)


@pytest.fixture
def services(centre: Authority, tmp_path: Path) -> Iterator[TrustServices]:
    with served(pki_application(tmp_path / "pki", PASSPHRASE)) as place:
        urls = (f"http://{place}/root.crl", f"http://{place}/crl")
        yield TrustServices(tmp_path / "pki" / "root.crt", f"http://{place}/tsa", f"http://{place}/ocsp", urls)


def officer(centre: Authority) -> KeyFile:
    key = ec.generate_private_key(ec.SECP256R1())
    return KeyFile(centre.issue(profiles.OFFICER, OFFICER, key.public_key()), (centre.issuing,), key)


def test_what_they_vouch_for_is_valid(centre: Authority, services: TrustServices) -> None:
    container = seal([data_file("decision.xml", b"<a/>")], officer(centre), services.services)
    assert verify(container.to_bytes(), services.roots).is_valid
    longer = renewed(container, services.services.tsa, services.services.lists)
    assert verify(longer.to_bytes(), services.roots).signatures[0].level == "B-LTA"


def test_several_roots_stand_in_one_file(centre: Authority, tmp_path: Path, services: TrustServices) -> None:
    other = Authority.create(tmp_path / "other", PASSPHRASE)
    both = tmp_path / "roots.pem"
    both.write_bytes(b"".join(one.root.public_bytes(Encoding.PEM) for one in (centre, other)))
    assert replace(services, roots_file=both).roots.roots == (centre.root, other.root)


def test_nobody_answers_at_an_address_where_nobody_is(centre: Authority, services: TrustServices) -> None:
    away = replace(services, tsa_url="http://127.0.0.1:9/tsa")
    with pytest.raises(Unreachable):
        seal([data_file("decision.xml", b"<a/>")], officer(centre), away.services)


@pytest.mark.parametrize(
    "url", ["", "nonsense", "ftp://127.0.0.1/tsa", "http://user@127.0.0.1/tsa", "file:///etc/passwd"]
)
def test_address_that_is_none_is_refused(services: TrustServices, url: str) -> None:
    with pytest.raises(Refused):
        replace(services, tsa_url=url).services  # noqa: B018


def test_file_without_roots_is_refused(tmp_path: Path, services: TrustServices) -> None:
    (tmp_path / "letter").write_text("A letter.")
    with pytest.raises(SigningError):
        replace(services, roots_file=tmp_path / "letter").roots  # noqa: B018
    with pytest.raises(FileNotFoundError):
        replace(services, roots_file=tmp_path / "none").roots  # noqa: B018


def test_demonstration_asks_its_own_centre(tmp_path: Path) -> None:
    settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(tmp_path), "HOST": "127.0.0.2", "PORT": "8123"})
    found = trust_services(settings)
    assert found.roots_file == tmp_path / "pki" / "root.crt"
    assert found.tsa_url == "http://127.0.0.2:8123/pki/tsa"
    assert found.ocsp_url == "http://127.0.0.2:8123/pki/ocsp"


def test_settings_name_other_services(tmp_path: Path) -> None:
    named = {
        "EGOMRUK_TSA_URL": "https://tsa.example/",
        "EGOMRUK_OCSP_URL": "https://ocsp.example/",
        "EGOMRUK_ROOTS": "/etc/roots.pem",
    }
    found = trust_services(Settings.from_environment({"EGOMRUK_INSTANCE": str(tmp_path), **named}))
    assert (found.tsa_url, found.ocsp_url) == ("https://tsa.example/", "https://ocsp.example/")
    assert found.roots_file == Path("/etc/roots.pem")


def test_nothing_is_imported_before_it_is_needed() -> None:
    """Start-up time is a promise."""
    code = (
        "import sys; import app.adapters.trust_services, app.adapters.published_log, app.archive.operations, "
        "app.archive.views, app.archive.auditing; print([m for m in sys.modules if m.startswith('signing')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
