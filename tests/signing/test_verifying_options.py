"""`e-gomruk verify`: containers of other tools, news on authorities, and the demand that everything be shown."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.command import run
from signing.register import Standing, State
from signing.sealing import seal
from tests.signing.centre import START, Centre, files, sealed
from tests.signing.foreign_boxes import made
from tests.signing.foreign_maker import LAYOUTS

AT = f"{START:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture
def told(centre: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """What the command says of a container, with its exit code."""
    root = tmp_path / "root.crt"
    root.write_bytes(centre.root.public_bytes(Encoding.PEM))

    def verify(data: bytes, *options: object) -> tuple[int, Any]:
        box = tmp_path / "box.asice"
        box.write_bytes(data)
        words = [str(box), "--root", str(root), "--at", AT, "--json", *map(str, options)]
        code = run(words, "e-gomruk verify")
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else said.err

    return verify


def test_containers_of_other_tools_are_judged_when_asked_for(
    centre: Centre, told: Callable[..., tuple[int, Any]]
) -> None:
    data = made(centre, LAYOUTS[0])
    code, said = told(data)
    assert (code, said["subIndication"]) == (1, "FORMAT_FAILURE")
    code, said = told(data, "--foreign")
    assert (code, said["indication"], said["policy"]["containerForm"]) == (0, "TOTAL-PASSED", "foreign")


def test_everything_may_have_to_be_shown(centre: Centre, told: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    bare = seal(files(), centre.signer(), replace(centre.services, lists=None)).to_bytes()
    code, said = told(bare)
    assert (code, [one["code"] for one in said["signatures"][0]["warnings"]]) == (0, ["authority_unknown"] * 2)
    code, said = told(bare, "--complete")
    assert (code, said["subIndication"]) == (2, "TRY_LATER")
    options = [word for number, one in enumerate(centre.lists()) for word in ("--crl", _file(tmp_path, number, one))]
    assert told(bare, "--complete", *options)[0] == 0
    assert told(sealed(centre).to_bytes(), "--complete")[0] == 0


def test_news_on_an_authority_is_heard(centre: Centre, told: Callable[..., tuple[int, Any]], tmp_path: Path) -> None:
    data = sealed(centre).to_bytes()
    serial = centre.issuing.serial_number
    centre.standings[serial] = Standing(State.REVOKED, START, "cACompromise")
    news = _file(tmp_path, 0, centre.lists()[0])
    del centre.standings[serial]
    assert told(data)[0] == 0
    code, said = told(data, "--crl", news)
    assert (code, said["subIndication"]) == (2, "REVOKED_CA_NO_POE")


@pytest.mark.parametrize("content", [b"", b"list", b"-----BEGIN X509 CRL-----\nlist\n-----END X509 CRL-----\n"])
def test_file_that_is_no_list_ends_in_one_line(
    centre: Centre, told: Callable[..., tuple[int, Any]], tmp_path: Path, content: bytes
) -> None:
    code, said = told(sealed(centre).to_bytes(), "--crl", _file(tmp_path, 0, content))
    assert code == 2
    assert said.startswith("e-gomruk: the revocation list cannot be read: ")
    assert said.count("\n") == 1


def _file(folder: Path, number: int, content: bytes) -> Path:
    path = folder / f"list{number}.crl"
    path.write_bytes(content)
    return path
