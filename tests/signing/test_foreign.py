"""Containers of other people's tools: read when they are asked for, and as strictly where it counts."""

import io
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing import profiles
from signing.certificates import load
from signing.container import new_container, open_container
from signing.data_file import data_file
from signing.errors import Malformed
from signing.examination import Policy
from signing.foreign.form import FOREIGN
from signing.received import accept, unsigned
from signing.report_json import as_json
from signing.report_text import as_text
from signing.sealing import completed
from signing.timestamp import parse_token
from signing.verify import verify
from tests.signing.centre import PERSON, START, Centre, rsa_key, sealed
from tests.signing.foreign_boxes import (
    FILES,
    MALFORMED,
    OLD,
    PASSED,
    SERVER,
    TOLERANT,
    answer,
    finished,
    judged,
    made,
    maker,
)
from tests.signing.foreign_maker import LAYOUTS, Layout

SIGNED_PROPERTIES = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_containers_of_other_tools_pass_only_when_they_are_asked_for(centre: Centre, layout: Layout) -> None:
    data = made(centre, layout)
    report = judged(data, centre)
    assert answer(report) == PASSED, report.decisive
    assert report.signatures[0].trusted_time == START
    assert [file.name for file in report.files] == list(FILES)
    assert answer(judged(data, centre, Policy())) == MALFORMED


def test_report_tells_what_was_accepted(centre: Centre) -> None:
    data = made(centre, OLD)
    assert as_json(judged(data, centre))["policy"]["containerForm"] == "foreign"
    assert as_json(judged(data, centre, Policy()))["policy"]["containerForm"] == "own"
    assert "Qəbul edilən format     başqa proqramların konteynerləri də" in as_text(judged(data, centre))


def test_own_containers_pass_as_well(centre: Centre) -> None:
    assert answer(judged(sealed(centre).to_bytes(), centre)) == PASSED


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_strangers_agree_that_the_layouts_are_right(centre: Centre, layout: Layout, tmp_path: Path) -> None:
    """What is imitated here is a valid signature for others, too, in whatever canonical form."""
    files = {"contract.pdf": b"%PDF-1.7", "declaration.xml": b"<Declaration></Declaration>"}
    with zipfile.ZipFile(io.BytesIO(made(centre, layout, files))) as box:
        box.extractall(tmp_path)
    (tmp_path / "root.pem").write_bytes(centre.root.public_bytes(Encoding.PEM))
    (tmp_path / "issuing.pem").write_bytes(centre.issuing.public_bytes(Encoding.PEM))
    trusted = ("--trusted-pem", "root.pem", "--untrusted-pem", "issuing.pem")
    at = ("--verification-gmt-time", f"{START:%Y-%m-%d %H:%M:%S}")
    command = ("xmlsec1", "--verify", "--id-attr:Id", SIGNED_PROPERTIES, *trusted, *at, layout.signature_name)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "make",
    [lambda: rsa_key(2048), lambda: rsa_key(3072), lambda: ec.generate_private_key(ec.SECP384R1())],
    ids=["RSA-2048", "RSA-3072", "P-384"],
)
def test_other_kinds_of_keys_pass(centre: Centre, make: Callable[[], object]) -> None:
    assert answer(judged(made(centre, OLD, key=make()), centre)) == PASSED


def test_certificates_behind_the_signers_come_in_any_order(centre: Centre) -> None:
    tool = maker(centre, SERVER)
    tool.chain = (centre.root, centre.ocsp.certificate, centre.issuing)
    assert answer(judged(tool.packed(finished(centre, tool)), centre)) == PASSED


def test_several_signatures_stand_in_several_files(centre: Centre) -> None:
    tool = maker(centre, SERVER)
    other = replace(tool, certificate=(second := centre.signer(profiles.PERSON_SIGNING, PERSON)).certificate)
    other.key = second._key
    report = judged(tool.packed(finished(centre, tool), finished(centre, other)), centre)
    assert answer(report) == PASSED
    assert len(report.signatures) == 2


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_what_another_tool_left_unfinished_is_completed(centre: Centre, layout: Layout) -> None:
    """A B-B signature without the authority's certificate, as it comes back from a person's own tool."""
    tool = maker(centre, layout, {"declaration.xml": b"<Declaration></Declaration>"})
    returned = open_container(tool.packed(tool.text(tool.signature())), FOREIGN)
    sent = new_container([data_file("declaration.xml", b"<Declaration></Declaration>")])
    assert returned.has_files_of(sent)
    done = completed(returned, centre.services, FOREIGN, [centre.issuing])
    report = judged(done.to_bytes(), centre)
    assert answer(report) == PASSED, report.decisive
    assert (report.signatures[0].level, report.signatures[0].warnings) == ("B-LT", ())
    assert completed(done, centre.services, FOREIGN) == done
    before, after = (box.signatures[0].xml for box in (returned, done))
    end = before.rindex(b"</", 0, before.rindex(b"QualifyingProperties"))
    assert after.startswith(before[:end])
    assert after.endswith(before[end:])


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_download_to_sign_takes_what_another_tool_sends_back(centre: Centre, layout: Layout) -> None:
    tool = maker(centre, layout, {"declaration.xml": b"<Declaration></Declaration>"})
    sent = unsigned([data_file("declaration.xml", b"<Declaration></Declaration>")])
    returned = tool.packed(tool.text(tool.signature()))
    trust = replace(centre.trust, intermediates=(centre.issuing,))
    accepted = accept(sent, returned, "PNOAZ-5ABC1DE", services=centre.services, trust=trust, policy=TOLERANT, at=START)
    assert answer(judged(accepted, centre)) == PASSED
    with pytest.raises(Malformed):
        accept(sent, returned, "PNOAZ-5ABC1DE", services=centre.services, trust=trust, at=START)


def test_names_that_differ_between_systems_stay_in_foreign_containers(centre: Centre) -> None:
    box = open_container(made(centre, OLD), FOREIGN)
    with pytest.raises(Malformed, match="every system"):
        box.to_bytes()


def test_late_and_early_times_are_judged_as_for_own_containers(centre: Centre) -> None:
    data = made(centre, OLD)
    assert answer(verify(data, centre.trust, TOLERANT, START - timedelta(minutes=6))) == (
        "INDETERMINATE",
        "TIMESTAMP_ORDER_FAILURE",
    )
    assert answer(verify(data, centre.trust, TOLERANT, START + timedelta(days=365 * 6))) == (
        "INDETERMINATE",
        "OUT_OF_BOUNDS_NO_POE",
    )


def test_token_and_certificates_are_read_as_they_are(centre: Centre) -> None:
    """The pieces inside are the same bytes for every reader."""
    box = open_container(made(centre, OLD), FOREIGN)
    signature = FOREIGN.signature(box.signatures[0].xml)
    assert parse_token(signature.unsigned[0].token).time == START
    assert {load(one) for one in signature.added_certificates} >= {centre.root, centre.issuing}
    assert signature.unsigned[0].form == "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
