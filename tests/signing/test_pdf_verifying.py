"""Verdicts on PDFs: what is judged and what is not, when a seal is good, and how the report tells it."""

import hashlib
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing import algorithm_policy, zip_read
from signing.algorithm_policy import Accepted
from signing.command import run
from signing.examination import Policy
from signing.pdf.sealed import LIMIT
from signing.pdf.sealing import lasting
from signing.pdf.verifying import verify_pdf
from signing.profiles import Role
from signing.register import Standing, State
from signing.report import Report
from signing.report_json import as_json
from signing.report_text import as_text
from signing.verify import verify
from tests.signing.centre import START, Centre, rsa_key, sealed
from tests.signing.pdf_forging import (
    KEYS,
    XML,
    basic,
    customs,
    document_of,
    parts,
    rendering,
    sealed_pdf,
    stamped_only,
)
from tests.signing.pyhanko import pyhanko_signs

ROOT = Path(__file__).parents[2]
YEAR = timedelta(days=365)
PASSED = ("TOTAL-PASSED", "")
TOO_OLD = ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")


@pytest.fixture
def centre() -> Centre:
    return Centre()


def judged(centre: Centre, pdf: bytes, at: datetime = START) -> tuple[str, str]:
    return answer(verify(pdf, centre.trust, at=at))


def answer(report: Report) -> tuple[str, str]:
    return report.indication.value, report.sub_indication


def test_levels_are_told_as_they_are(centre: Centre) -> None:
    signer, pdf = customs(centre), sealed_pdf(centre)
    for data, level in ((basic(signer), "B-B"), (stamped_only(pdf), "B-T"), (pdf, "B-LT")):
        report = verify(data, centre.trust, at=START)
        assert (report.signatures[0].format, report.signatures[0].level) == ("PAdES", level)
        assert report.is_valid is (level == "B-LT")


def test_pdf_and_container_are_told_apart_by_content(centre: Centre) -> None:
    assert verify(sealed(centre).to_bytes(), centre.trust, at=START).signatures[0].format == "XAdES"
    assert verify(sealed_pdf(centre), centre.trust, at=START).signatures[0].format == "PAdES"
    with pytest.raises(zip_read.NotAContainer):
        verify(b"\n" + sealed_pdf(centre), centre.trust, at=START)


def test_pdf_without_a_seal_says_so(centre: Centre) -> None:
    report = verify(rendering(), centre.trust, at=START)
    assert answer(report) == ("TOTAL-FAILED", "NO_SIGNATURE")
    assert as_text(report, "az").startswith("Etibarsızdır: PDF-də möhür yoxdur. Möhürlənmiş faylı portaldan yükləyin.")


def test_pdf_of_another_maker_is_not_judged(centre: Centre) -> None:
    report = verify(pyhanko_signs(centre, rendering()), centre.trust, at=START)
    assert answer(report) == ("INDETERMINATE", "FORMAT_FAILURE")
    assert as_text(report, "en").startswith("Could not be confirmed: the portal did not seal this PDF")


def test_second_signature_of_another_maker_spoils_the_seal(centre: Centre) -> None:
    """Its update stands where the store would; the seal certifies that nothing else may follow."""
    theirs = pyhanko_signs(centre, rendering())
    assert theirs.startswith(rendering())
    both = basic(customs(centre)) + theirs[len(rendering()) :]
    assert judged(centre, both) == ("TOTAL-FAILED", "FORMAT_FAILURE")


def test_roles_are_by_policy_and_only_an_organisation_seals(centre: Centre) -> None:
    pdf = sealed_pdf(centre)
    for role, valid in ((Role.ORGANISATION, True), (Role.OFFICER, False), (Role.PERSON, False)):
        report = verify_pdf(pdf, centre.trust, Policy(roles=frozenset({role})), START)
        assert report.is_valid is valid
        assert valid or report.sub_indication == "CHAIN_CONSTRAINTS_FAILURE"


@pytest.mark.parametrize("state", [State.REVOKED, State.SUSPENDED])
def test_seal_revoked_or_on_hold_before_fails(centre: Centre, state: State) -> None:
    signer = customs(centre)
    reason = "certificateHold" if state is State.SUSPENDED else "keyCompromise"
    centre.standings[signer.certificate.serial_number] = Standing(state, START - timedelta(hours=1), reason)
    assert judged(centre, sealed_pdf(centre, signer)) == ("TOTAL-FAILED", "REVOKED")


def test_seal_revoked_afterwards_passes(centre: Centre) -> None:
    signer = customs(centre)
    prepared = basic(signer)
    later = START + timedelta(minutes=10)
    centre.standings[signer.certificate.serial_number] = Standing(State.REVOKED, later, "keyCompromise")
    assert judged(centre, lasting(prepared, centre.services), START + timedelta(days=1)) == PASSED


def test_seal_expired_today_but_stamped_in_time_passes(centre: Centre) -> None:
    signer = customs(centre, lifetime=timedelta(days=60))
    assert judged(centre, sealed_pdf(centre, signer), START + timedelta(days=100)) == PASSED
    assert judged(centre, basic(signer), START + timedelta(days=100)) == TOO_OLD


def test_seal_lasts_as_long_as_its_time_stamp_unit(centre: Centre) -> None:
    pdf = sealed_pdf(centre)
    until = verify(pdf, centre.trust, at=START).signatures[0].good_until
    assert until == centre.tsa.certificate.not_valid_after_utc
    assert judged(centre, pdf, until) == PASSED
    assert judged(centre, pdf, until + timedelta(seconds=1)) == TOO_OLD


def test_short_rsa_seal_counts_for_its_time_only(centre: Centre) -> None:
    signer = customs(centre, rsa_key(2048), lifetime=5 * YEAR)
    assert judged(centre, sealed_pdf(centre, signer), START + 4 * YEAR) == PASSED
    with centre.clock.at(START + 4 * YEAR):
        assert judged(centre, sealed_pdf(centre, signer), START + 4 * YEAR) == (
            "INDETERMINATE",
            "CRYPTO_CONSTRAINTS_FAILURE",
        )


@pytest.mark.parametrize("kind", ["P-256", "P-384"])
def test_digest_that_has_become_weak_no_longer_covers_the_pdf(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The bigger key signs over a longer digest; its certificate is still named by the shorter one."""
    pdf = sealed_pdf(centre, customs(centre, KEYS[kind]()))
    weakened = [*(one for one in algorithm_policy.ALGORITHMS if one.name != "sha256"), Accepted("sha256", 256, 2029)]
    monkeypatch.setattr(algorithm_policy, "ALGORITHMS", tuple(weakened))
    assert judged(centre, pdf, START + 2 * YEAR) == PASSED
    assert judged(centre, pdf, START + 4 * YEAR) == ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE")


def test_claimed_time_is_never_trusted(centre: Centre) -> None:
    signer = customs(centre, lifetime=timedelta(days=40))
    claimed = basic(signer, at=START - timedelta(days=20))
    with centre.clock.at(START + timedelta(days=20)):
        late = lasting(claimed, centre.services)
    assert judged(centre, late, START + timedelta(days=20)) == TOO_OLD


def test_report_tells_who_when_and_which_xml(centre: Centre) -> None:
    report = verify(sealed_pdf(centre), centre.trust, at=START)
    xml = XML.format(number="26AZ00100123456").encode()
    said = as_json(report)
    seal = said["signatures"][0]
    digest = hashlib.sha256(xml).hexdigest()
    assert said["files"] == [
        {"name": "declaration.xml", "mediaType": "application/xml", "size": len(xml), "sha256": digest}
    ]
    assert (seal["signatureFormat"], seal["signedBy"]) == ("PAdES_BASELINE_LT", "Dövlət Gömrük Komitəsi")
    assert seal["info"]["bestSignatureTime"] == "2026-11-20T08:00:00Z"
    assert set(seal["stages"].values()) == {"passed"}
    assert digest in as_text(report)
    assert "seal: PAdES B-LT, Etibarlıdır" in as_text(report)


def test_pdf_without_files_inside_lists_none(centre: Centre) -> None:
    report = verify(sealed_pdf(centre, pdf=document_of()), centre.trust, at=START)
    assert report.is_valid
    assert report.files == ()


def test_too_large_a_pdf_is_told_in_one_line(centre: Centre) -> None:
    """The command reads no more than a container may have and one byte."""
    assert LIMIT == zip_read.MAX_BYTES
    report = verify(sealed_pdf(centre).ljust(LIMIT + 1), centre.trust, at=START)
    assert answer(report) == ("TOTAL-FAILED", "FORMAT_FAILURE")
    assert report.container.detail == "the PDF is larger than 33554432 bytes"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    centre, folder = Centre(), tmp_path_factory.mktemp("desk")
    pdf = sealed_pdf(centre)
    files = {
        "root.der": centre.root.public_bytes(Encoding.DER),
        "print.pdf": pdf,
        "changed.pdf": pdf + b"\n",
        "basic.pdf": basic(customs(centre)),
        "plain.pdf": parts(pdf)[0],
        "box.asice": sealed(centre).to_bytes(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["print.pdf"], 0),
        (["changed.pdf"], 1),
        (["plain.pdf"], 1),
        (["basic.pdf"], 2),
        (["print.pdf", "box.asice"], 0),
        (["print.pdf", "basic.pdf", "changed.pdf"], 1),
    ],
)
def test_command_gives_verdicts_on_pdfs(
    desk: Path, capfdbinary: pytest.CaptureFixture[bytes], names: list[str], code: int
) -> None:
    words = [*(str(desk / name) for name in names), "--root", str(desk / "root.der"), "--at", "2026-11-20T08:00:00Z"]
    assert run([*words, "--json"], "e-gomruk verify") == code
    sys.stdout.flush()
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert [json.loads(line)["file"] for line in lines] == names


def test_verifying_a_pdf_loads_neither_renderer_nor_portal_nor_network(desk: Path) -> None:
    program = """
import sys
from signing.command import run
code = run(sys.argv[1:], "e-gomruk verify")
assert not {"typst", "segno", "pikepdf", "pyhanko", "app", "flask", "http.client", "ssl"} & set(sys.modules)
sys.exit(code)
"""
    words = ["print.pdf", "--root", "root.der", "--at", "2026-11-20T08:00:00Z"]
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(
        command, cwd=desk, capture_output=True, timeout=60, check=False, env={"PYTHONPATH": str(ROOT)}
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().startswith("Etibarlıdır.\n")
