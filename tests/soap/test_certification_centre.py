"""The emulated certification centre answers beside the portal in a demonstration, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from werkzeug.test import Client

from app.settings import Mode, Settings
from soap.wsgi import Doors, create_application


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"EGOMRUK_INSTANCE": str(tmp_path)})


@pytest.fixture(autouse=True)
def _own_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EGOMRUK_PKI_PASSPHRASE", raising=False)


def test_certificates_are_served_and_belong_together(settings: Settings) -> None:
    client = Client(create_application(settings))
    root, issuing = (
        x509.load_der_x509_certificate(client.get(f"/pki/{name}.crt").data) for name in ("root", "issuing")
    )
    issuing.verify_directly_issued_by(root)
    revoked = x509.load_der_x509_crl(client.get("/pki/crl").data)
    assert revoked.is_signature_valid(issuing.public_key())  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/pki/root.crt", "/pki/tsa", "/pki/ocsp"])
def test_production_has_none(settings: Settings, path: str) -> None:
    made = replace(settings, mode=Mode.PRODUCTION, base_url="https://portal.example", clamd="127.0.0.1:3310")
    answer = Client(create_application(made)).get(path, base_url="https://portal.example")
    assert answer.status_code == 404


def test_centre_is_the_same_after_another_start(settings: Settings) -> None:
    first, second = (Client(create_application(settings)).get("/pki/root.crt").data for _ in range(2))
    assert first == second
    assert isinstance(create_application(settings), Doors)
