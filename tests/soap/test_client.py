"""The client of the gateway, which signs with a system's key, and the command that drives it."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from zeep.exceptions import Fault

from app.cli.hub import hub as command
from app.systems.operations import AddCertificate, add_certificate
from soap.client import Signer, call
from soap.gateway import PATH
from tests.processes import portal
from tests.soap.callers import BASE_URL, InProcess
from tests.soap.registered import NUMBER, PIN, Gateway
from tests.soap.signed import System
from tests.unit.documents import corpus

FOR_HER = {"messageId": "c-1", "actingPerson": PIN, "principal": NUMBER}
FILE = {"name": "a.pdf", "content": corpus.pdf()}


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_client_is_known_by_its_key_and_carried_out_once(
    gateway: Gateway, hub: System, stranger: System, kind: str
) -> None:
    system = hub if kind == "ec" else stranger
    if kind == "rsa":
        add_certificate(gateway.context, AddCertificate("e-gov", stranger.certificate))
    signer, way = Signer(system.key, system.certificate, gateway.clock), InProcess(gateway.http)
    answers = [call(BASE_URL + PATH, "UploadDocument", FOR_HER, FILE, signer=signer, transport=way) for _ in "12"]
    assert [answer["header"]["replayed"] for answer in answers] == [False, True]
    assert answers[0]["result"] == answers[1]["result"]
    assert answers[0]["result"]["name"] == "a.pdf"


def test_client_without_a_key_speaks_for_nobody(gateway: Gateway) -> None:
    with pytest.raises(Fault):
        call(BASE_URL + PATH, "ListDocuments", FOR_HER, {}, transport=InProcess(gateway.http))
    with pytest.raises(LookupError):
        call(BASE_URL + PATH, "Nothing", {}, {}, transport=InProcess(gateway.http))


def test_command_prints_the_answer_or_one_line_of_the_fault(tmp_path: Path, stranger: System) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(stranger.key)
    certificate.write_bytes(stranger.certificate)
    with portal(tmp_path / "instance", EGOMRUK_WORKERS="1") as (address, _):
        to = ["call", "Ping", "text=salam", "--address", f"{address}{PATH}"]
        answered = CliRunner().invoke(command, to)
        refused = CliRunner().invoke(command, [*to, "--key", str(key), "--certificate", str(certificate)])
    assert '"text": "salam"' in answered.output
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
    assert "Client.NotAllowed" in refused.output
