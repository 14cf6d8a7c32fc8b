"""`e-gomruk pki`: the emulated centre at the command line."""

import shutil
from pathlib import Path

import pytest

from signing.signers.pkcs12 import open_key_file
from tests.cli.installation import Done, Installation, finished
from tests.signing.pki.house import new_key
from tests.signing.pki.strangers import openssl

OFFICER = ("--fin", "7XYZ2QW", "--given-name", "Elçin", "--surname", "Quliyev", "--office", "00100")
KEPT = {"pki", "pki_passphrase", "secret_key"}
FIRM = ("--voen", "1234567891", "--name", "Nümunə MMC")
PERSON = OFFICER[:6]
PRODUCTION = {
    "EGOMRUK_MODE": "production",
    "EGOMRUK_SECRET_KEY": "k" * 40,
    "EGOMRUK_BASE_URL": "https://portal.example",
    "EGOMRUK_SMTP_URL": "smtp://mail.example",
    "EGOMRUK_CLAMD": "127.0.0.1:3310",
    "EGOMRUK_TSA_URL": "https://centre.example/tsa",
    "EGOMRUK_OCSP_URL": "https://centre.example/ocsp",
    "EGOMRUK_ROOTS": "/etc/e-gomruk/roots.pem",
    "EGOMRUK_LOG_KEY": "PRIVATE+KEY+portal.example",
}


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "instance", f"sqlite:///{tmp_path / 'e-gomruk.sqlite'}")


@pytest.fixture
def centre(place: Installation) -> Installation:
    assert place.run("pki", "init").code == 0
    return place


def public_key(folder: Path) -> Path:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    path = folder / "public.pem"
    path.write_bytes(new_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def issued(centre: Installation, folder: Path, *about: str) -> Done:
    out = ("--public-key", str(public_key(folder)), "--out", str(folder / "holder.pem"))
    return centre.run("pki", "issue", *about, *out)


def test_init_founds_once(place: Installation) -> None:
    first, second = place.run("pki", "init"), place.run("pki", "init")
    assert (first.code, first.err) == (0, "")
    assert first.out == second.out == place.run("pki", "status").out
    assert "issued   0" in first.out
    assert (place.folder / "pki_passphrase").stat().st_mode & 0o777 == 0o600
    assert len((place.folder / "pki_passphrase").read_text()) > 30


def test_two_inits_at_once_found_one_centre(place: Installation) -> None:
    first, second = (finished(one) for one in [place.begin("pki", "init") for _ in range(2)])
    assert (first.code, second.code) == (0, 0)
    assert first.out == second.out
    assert {one.name for one in place.folder.iterdir()} == KEPT


def test_a_revocation_reaches_neither_ahead_nor_before_the_beginning(centre: Installation, tmp_path: Path) -> None:
    serial = issued(centre, tmp_path, "officer", *OFFICER).out.strip()
    for moment in ("2020-01-01T00:00:00Z", "2120-01-01T00:00:00+04:00"):
        refused = centre.run("pki", "revoke", serial, "--at", moment)
        assert (refused.code, refused.is_one_plain_line) == (1, True)
    assert centre.run("pki", "revoke", serial, "--at", "2020-01-01").code == 2
    assert centre.run("pki", "status", serial).out.startswith("good")


@pytest.mark.parametrize(
    "about", [("officer", *OFFICER), ("person", *PERSON), ("authentication", *PERSON), ("seal", *FIRM)]
)
def test_certificates_are_issued_and_known(centre: Installation, tmp_path: Path, about: tuple[str, ...]) -> None:
    done = issued(centre, tmp_path, *about)
    assert (done.code, done.err) == (0, "")
    status = centre.run("pki", "status", done.out.strip())
    assert status.out.startswith("good\n")
    pki = centre.folder / "pki"
    chain = ("-CAfile", pki / "root.crt", "-untrusted", pki / "issuing.crt")
    assert openssl("verify", *chain, tmp_path / "holder.pem").code == 0


def test_hold_resume_revoke(centre: Installation, tmp_path: Path) -> None:
    serial = issued(centre, tmp_path, "officer", *OFFICER).out.strip()
    for command, state in (
        (("suspend",), "suspended"),
        (("resume",), "good"),
        (("revoke", "--reason", "keyCompromise"), "revoked"),
    ):
        assert centre.run("pki", *command, serial) == Done(0, "", "")
        assert centre.run("pki", "status", serial).out.startswith(state)
    again = centre.run("pki", "resume", serial)
    assert (again.code, again.is_one_plain_line) == (1, True)
    assert centre.run("pki", "status", serial).out.count("revoked") == 2
    assert "issued   1, of them 0 good" in centre.run("pki", "status").out


def test_a_key_file_opens_with_its_passphrase(centre: Installation, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from app.cli.pki import pki

    path = tmp_path / "officer.p12"
    settings = {"EGOMRUK_INSTANCE": str(centre.folder)}
    arguments = ["issue", "officer", *OFFICER, "--p12", str(path)]
    result = CliRunner().invoke(pki, arguments, input="open it\nopen it\n", env=settings)
    assert result.exit_code == 0
    key = open_key_file(path.read_bytes(), "open it")
    assert f"{key.certificate.serial_number:x}" == result.stdout.strip()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Iteration 600000" in openssl("pkcs12", "-in", path, "-passin", "pass:open it", "-nokeys", "-info").said


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("status", "12"), ""),
        (("status", "serial"), "not a serial number"),
        (("revoke", "12"), "unknown"),
        (("suspend", "12"), "unknown"),
        (("issue", "officer", *PERSON, "--p12", "x.p12"), "--office"),
        (("issue", "seal", *PERSON, "--p12", "x.p12"), "--voen, --name"),
        (("issue", "officer", *OFFICER), "--public-key or --p12"),
        (("issue", "root", *OFFICER), "officer"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(centre: Installation, command: tuple[str, ...], words: str) -> None:
    done = centre.run("pki", *command)
    if not words:
        assert done == Done(0, "unknown\n", "")
        return
    assert (done.code > 0, done.out, done.is_one_plain_line) == (True, "", True)
    assert words in done.err


def test_own_certificates_are_known_and_revoked_by_name(centre: Installation) -> None:
    for name, list_file in (("tsa", "crl.der"), ("issuing", "root-crl.der")):
        assert centre.run("pki", "status", name).out.startswith("good\n")
        assert centre.run("pki", "revoke", name, "--reason", "keyCompromise") == Done(0, "", "")
        assert centre.run("pki", "status", name).out.startswith("revoked since")
        shown = openssl("crl", "-inform", "DER", "-in", centre.folder / "pki" / list_file, "-noout", "-text")
        assert "Key Compromise" in shown.said
    warnings = centre.run("pki", "status").err.splitlines()
    assert warnings == [
        "warning: the certificate issuing is revoked",
        "warning: the certificate tsa is revoked: e-gomruk pki renew tsa",
    ]
    refused = centre.run("pki", "renew", "tsa")
    assert (refused.code, refused.err) == (1, "e-gomruk: the issuing authority itself is revoked\n")


def test_a_renewed_service_has_a_new_key_and_certificate(centre: Installation) -> None:
    pki = centre.folder / "pki"
    for name in ("tsa", "ocsp"):
        old, key = centre.run("pki", "status").out, (pki / f"{name}.key").read_bytes()
        done = centre.run("pki", "renew", name)
        assert (done.code, done.err) == (0, "")
        assert done.out.split()[1] not in old
        assert done.out in centre.run("pki", "status").out
        assert (pki / f"{name}.key").read_bytes() != key
        chain = ("-CAfile", pki / "root.crt", "-untrusted", pki / "issuing.crt")
        assert openssl("verify", *chain, pki / f"{name}.crt").code == 0
    assert centre.run("pki", "status").out.startswith(old.splitlines()[0])
    assert centre.run("pki", "renew", "root").code == 2


def test_what_ends_soon_is_told_with_its_remedy(centre: Installation) -> None:
    """A centre that was founded long ago: its services end before its authority does."""
    from datetime import UTC, datetime, timedelta

    from signing.authority import Authority
    from tests.signing.pki.house import PASSPHRASE, Hands

    pki = centre.folder / "pki"
    shutil.rmtree(pki)
    clock = Hands(datetime.now(UTC) - timedelta(days=5 * 365 - 30, hours=-1))
    Authority.create(pki, PASSPHRASE, clock)
    status = centre.run("pki", "status", EGOMRUK_PKI_PASSPHRASE=PASSPHRASE)
    assert status.err.splitlines() == [
        "warning: the certificate tsa ends in 30 days: e-gomruk pki renew tsa",
        "warning: the certificate ocsp ends in 30 days: e-gomruk pki renew ocsp",
    ]
    for name in ("tsa", "ocsp"):
        assert centre.run("pki", "renew", name, EGOMRUK_PKI_PASSPHRASE=PASSPHRASE).code == 0
    assert centre.run("pki", "status", EGOMRUK_PKI_PASSPHRASE=PASSPHRASE).err == ""


def test_nothing_is_founded_by_asking(place: Installation) -> None:
    for command in (("status",), ("revoke", "12"), ("issue", "officer", *OFFICER, "--p12", "x.p12")):
        done = place.run("pki", *command)
        assert (done.code, done.is_one_plain_line) == (1, True)
        assert "there is no authority" in done.err
    assert not (place.folder / "pki").exists()


def test_a_passphrase_may_be_given(place: Installation, tmp_path: Path) -> None:
    kept = tmp_path / "passphrase"
    kept.write_text("a passphrase from a file\n")
    assert place.run("pki", "init", EGOMRUK_PKI_PASSPHRASE_FILE=str(kept)).code == 0
    assert not (place.folder / "pki_passphrase").exists()
    assert place.run("pki", "status", EGOMRUK_PKI_PASSPHRASE="a passphrase from a file").code == 0
    wrong = place.run("pki", "status", EGOMRUK_PKI_PASSPHRASE="quite another passphrase")
    assert (wrong.code, wrong.is_one_plain_line) == (1, True)


def test_production_refuses_the_emulated_centre(place: Installation) -> None:
    for command in ("init", "status"):
        done = place.run("pki", command, **PRODUCTION)
        assert (done.code, done.is_one_plain_line) == (2, True)
        assert "emulated" in done.err
    assert not (place.folder / "pki").exists()
