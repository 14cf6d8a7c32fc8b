"""Programs that share no code with ours accept our seals, and refuse them once something is changed."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.pdf.sealed import read_sealed
from tests.signing.centre import START, Centre
from tests.signing.pdf_forging import KEYS, customs, sealed_pdf, signature_of
from tests.signing.pyhanko import pyhanko_judges


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> bytes:
    return sealed_pdf(centre)


def run(*command: object, folder: Path) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def damaged(pdf: bytes) -> bytes:
    """A page is a little wider: one byte is another."""
    assert b"[0 0 595.2756 " in pdf
    return pdf.replace(b"[0 0 595.2756 ", b"[0 0 595.2757 ", 1)


def covered(pdf: bytes) -> bytes:
    """What the range says, as any reader finds it."""
    found = re.search(rb"/ByteRange\[0 (\d+) (\d+) (\d+) *\]", pdf)
    assert found
    first, start, length = map(int, found.groups())
    return pdf[:first] + pdf[start : start + length]


def test_pdfsig_agrees(good: bytes, tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(good)
    (tmp_path / "bad.pdf").write_bytes(damaged(good))
    said = run("pdfsig", "-nocert", "good.pdf", folder=tmp_path)
    assert "Signature is Valid." in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Digest Mismatch." in run("pdfsig", "-nocert", "bad.pdf", folder=tmp_path)


@pytest.mark.parametrize("kind", KEYS)
def test_openssl_agrees_on_the_signature(centre: Centre, tmp_path: Path, kind: str) -> None:
    pdf = sealed_pdf(centre, customs(centre, KEYS[kind]()))
    (tmp_path / "root.pem").write_bytes(centre.root.public_bytes(Encoding.PEM))
    (tmp_path / "seal.der").write_bytes(read_sealed(pdf).signature)
    at = ("-attime", int(START.timestamp()), "-purpose", "any", "-CAfile", "root.pem", "-out", "nothing")
    command = (
        "openssl",
        "cms",
        "-verify",
        "-cades",
        "-binary",
        "-inform",
        "DER",
        "-in",
        "seal.der",
        "-content",
        "c",
        *at,
    )
    (tmp_path / "c").write_bytes(covered(pdf))
    assert "CAdES Verification successful" in run(*command, folder=tmp_path)
    (tmp_path / "c").write_bytes(damaged(covered(pdf)))
    assert "Verification failure" in run(*command, folder=tmp_path)


def test_openssl_agrees_on_the_time_stamp_and_the_answer(centre: Centre, good: bytes, tmp_path: Path) -> None:
    signature, store = signature_of(good), read_sealed(good).store
    assert store
    root, issuing = (one.public_bytes(Encoding.PEM) for one in (centre.root, centre.issuing))
    files = {"token": signature.token, "value": signature.value, "answer": store.answers[0], "chain": root + issuing}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content or b"")
    at = ("-attime", int(START.timestamp()))
    stamp = ("openssl", "ts", "-verify", "-data", "value", "-in", "token", "-token_in", "-CAfile", "chain", *at)
    answer = ("openssl", "ocsp", "-respin", "answer", "-CAfile", "chain", "-resp_text", *at)
    assert "Verification: OK" in run(*stamp, folder=tmp_path)
    assert "Response verify OK" in run(*answer, folder=tmp_path)


def test_pyhanko_agrees(centre: Centre, good: bytes) -> None:
    """With our root alone, without a network, and with what the PDF brings: path, time, revocation, no later change."""
    assert pyhanko_judges(good, centre.root, "require") == (True, True, "ENTIRE_REVISION", "LTA_UPDATES")
    assert pyhanko_judges(damaged(good), centre.root, "require")[0] is False
    assert pyhanko_judges(good, Centre().root, "require")[0] is False


def test_pyhanko_agrees_without_lists(centre: Centre) -> None:
    pdf = sealed_pdf(centre, services=replace(centre.services, lists=None))
    assert pyhanko_judges(pdf, centre.root, "soft-fail")[:2] == (True, True)
