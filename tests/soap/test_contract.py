"""The WSDL: the same bytes in every process and for every asker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from werkzeug.test import Client

from app.settings import ROOT
from soap.gateway import PATH
from soap.versions import VERSIONS, Version
from tests.soap.callers import BASE_URL

DESCRIBE = f"""
from soap.calls import Calls
from soap.contract import describe
from soap.wsgi import SERVICES
import sys
calls = Calls(SERVICES, "{BASE_URL}{PATH}")
sys.stdout.buffer.write(describe(calls.application, "{BASE_URL}{PATH}"))
"""


def wsdl_in_fresh_processes(seeds: str) -> list[bytes]:
    """All at once, since most of their time goes by in starting."""
    started = []
    for seed in seeds:
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", DESCRIBE]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=ROOT))
    return [process.communicate()[0] for process in started]


def test_wsdl_is_the_same_in_fresh_processes(http: Client) -> None:
    assert wsdl_in_fresh_processes("12345") == [http.get(f"{PATH}?wsdl").data] * 5


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil"}]
)
def test_wsdl_knows_no_foreign_host(http: Client, headers: dict[str, str]) -> None:
    foreign = http.get(f"{PATH}?wsdl", headers=headers)
    assert foreign.status_code == 200
    assert foreign.data == http.get(f"{PATH}?wsdl").data
    assert b"evil" not in foreign.data


def test_wsdl_leads_to_the_configured_address(http: Client) -> None:
    root = etree.fromstring(http.get(f"{PATH}?WSDL").data)
    assert root.xpath("//*[local-name()='address']/@location") == [BASE_URL + PATH] * 2


@pytest.mark.parametrize("asked", VERSIONS, ids=lambda version: version.number)
def test_wsdl_of_one_version(http: Client, asked: Version) -> None:
    root = etree.fromstring(http.get(f"{PATH}?wsdl&version={asked.number}").data)
    assert len(list(root.iter("{*}port"))) == 1
    namespaces = {version.wsdl_namespace for version in VERSIONS} & {
        etree.QName(part).namespace for part in root.iter("{*}*")
    }
    assert namespaces == {asked.wsdl_namespace}


def test_wsdl_of_unknown_version_is_a_fault(http: Client) -> None:
    response = http.get(f"{PATH}?wsdl&version=2.0")
    assert response.status_code == 500
    assert b"Client.NotFound" in response.data


def test_wsdl_is_not_sent_twice(http: Client) -> None:
    first = http.get(f"{PATH}?wsdl")
    assert first.mimetype == "text/xml"
    second = http.get(f"{PATH}?wsdl", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")


def test_schema_is_one_and_its_names_are_ours(http: Client) -> None:
    root = etree.fromstring(http.get(f"{PATH}?wsdl").data)
    schema, *_ = root.iter("{*}schema")
    names = [part.get("name", "") for part in schema if not part.tag.endswith("element")]
    assert len(names) == len(set(names))
    assert not [name for name in names if name.endswith(("Type", "Array")) or name == "OhNoes"]
    assert schema.xpath("boolean(.//@nillable)") is False


def test_wsdl_is_the_one_that_was_agreed(http: Client) -> None:
    agreed = (Path(ROOT) / "soap" / "services-v1.wsdl").read_bytes()
    assert http.get(f"{PATH}?wsdl").data.replace(BASE_URL.encode(), b"http://127.0.0.1:8000") == agreed, (
        "The contract has changed. If that is meant, put what /soap/v1?wsdl now serves into soap/services-v1.wsdl."
    )
