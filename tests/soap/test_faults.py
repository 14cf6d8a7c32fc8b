"""Every kind of error as a fault of either version, and nothing of the inside in any of them."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from werkzeug.test import Client
from zeep.exceptions import Fault

from app.settings import Settings
from soap.versions import NAMESPACE, SOAP_1_1, Version
from soap.wsgi import Doors
from tests.soap.callers import Caller, detail_of
from tests.soap.trials import ANSWERS, RESULTS, SECRET, Trials

CODES = {
    "invalid": "Client.Validation",
    "not_found": "Client.NotFound",
    "not_allowed": "Client.NotAllowed",
    "conflict": "Client.Conflict",
    "reused": "Client.MessageIdReused",
    "limited": "Client.RateLimited",
    "away": "Server.Unavailable",
    "database": "Server.Unavailable",
    "bug": "Server.Internal",
    "unfinished_words": "Server.Internal",
}


def fail(caller: Caller, kind: str, version: Version, language: str = "az") -> Any:
    return caller(f'<Fail xmlns="{NAMESPACE}"><kind>{kind}</kind><language>{language}</language></Fail>', version)


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_fault_code_and_status(caller: Caller, version: Version, kind: str, code: str) -> None:
    response = fail(caller, kind, version)
    assert detail_of(response)["code"] == [code]
    assert response.mimetype == version.media_type
    assert response.status_code == (400 if code.startswith("Client") and version is not SOAP_1_1 else 500)


@pytest.mark.parametrize(("kind", "code"), CODES.items())
def test_fault_as_zeep_reads_it(trials: Any, version: Version, kind: str, code: str) -> None:
    with pytest.raises(Fault) as raised:
        trials.Fail(kind=kind)
    general, particular = code.split(".")
    if version is SOAP_1_1:
        assert raised.value.code == f"soap:{code}"
    else:
        assert raised.value.code == f"soap:{ {'Client': 'Sender', 'Server': 'Receiver'}[general] }"
        assert [name.localname for name in raised.value.subcodes] == [particular]


def test_fault_holds_every_problem(caller: Caller, version: Version) -> None:
    detail = detail_of(fail(caller, "invalid", version))
    assert detail["rule"] == ["gross.below_net", "goods.missing"]
    assert (detail["field"], detail["box"]) == (["grossWeight"], ["35"])
    assert detail["message"] == ["Brutto 1,5 kq netto çəkidən azdır.", "Mal yoxdur."]


def test_fault_detail_is_of_the_contract(caller: Caller, version: Version) -> None:
    wsdl = etree.fromstring(caller.http.get("/soap/v1?wsdl").data)
    (schema,) = (schema for schema in wsdl.iter("{*}schema") if schema.get("targetNamespace") == NAMESPACE)
    compiled = etree.XMLSchema(etree.fromstring(etree.tostring(schema)))
    for kind in CODES:
        (detail,) = etree.fromstring(fail(caller, kind, version).data).iter(f"{{{NAMESPACE}}}ServiceFault")
        compiled.assertValid(detail)


@pytest.mark.parametrize(("kind", "seconds"), [("limited", "7"), ("away", "30"), ("database", "10"), ("invalid", None)])
def test_fault_says_when_to_come_back(caller: Caller, version: Version, kind: str, seconds: str | None) -> None:
    assert fail(caller, kind, version).headers.get("Retry-After") == seconds


def test_bug_shows_nothing_of_itself(caller: Caller, version: Version, caplog: pytest.LogCaptureFixture) -> None:
    response = fail(caller, "bug", version)
    assert SECRET not in response.text
    assert "RuntimeError" not in response.text
    assert detail_of(response)["rule"] == ["internal"]
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.reference] == detail_of(response)["reference"]  # type: ignore[attr-defined]


def test_fault_with_characters_that_xml_cannot_hold(caller: Caller, version: Version) -> None:
    assert detail_of(fail(caller, "unspeakable", version))["message"] == ["«a\ufffd\ufffd\ufffd»"]


@pytest.mark.parametrize("kind", ANSWERS)
def test_answer_that_cannot_be_written_is_a_fault(caller: Caller, version: Version, kind: str) -> None:
    response = caller(f'<Answer xmlns="{NAMESPACE}"><kind>{kind}</kind></Answer>', version)
    assert response.status_code == 500
    assert detail_of(response)["code"] == ["Server.Internal"]


@pytest.mark.parametrize("kind", RESULTS)
def test_answer_against_the_contract_is_a_fault(caller: Caller, version: Version, kind: str) -> None:
    """Neither an answer without a body under 200, nor one that the WSDL does not allow."""
    response = caller(f'<Result xmlns="{NAMESPACE}"><kind>{kind}</kind></Result>', version)
    assert (response.status_code, detail_of(response)["code"]) == (500, ["Server.Internal"])
    assert len(etree.fromstring(response.data)[-1]) == 1


def test_operation_whose_right_nobody_has(caller: Caller, version: Version) -> None:
    response = caller(f'<Closed xmlns="{NAMESPACE}"/>', version)
    assert detail_of(response)["code"] == ["Client.NotAllowed"]
    assert SECRET not in response.text


@pytest.mark.parametrize(
    ("language", "words"), [("az", "Bu səhifə"), ("en", "You need"), ("ru", "Для этой"), ("xx", "Bu səhifə")]
)
def test_fault_is_in_the_language_of_the_message(caller: Caller, version: Version, language: str, words: str) -> None:
    response = caller(f'<Closed xmlns="{NAMESPACE}"><language>{language}</language></Closed>', version)
    assert detail_of(response)["message"][0].startswith(words)


def test_unknown_language_of_the_header_is_refused(caller: Caller, version: Version) -> None:
    header = f'<e:Header><RequestHeader xmlns="{NAMESPACE}"><language>xx</language></RequestHeader></e:Header>'
    detail = detail_of(caller(f'<Ping xmlns="{NAMESPACE}"/>', version, header=header))
    assert (detail["rule"], detail["field"]) == (["schema.enumeration_valid"], ["language"])


@pytest.mark.parametrize("name", ["Nope", "PingResponse", "ServiceFault", "Pong"])
def test_unknown_operation(caller: Caller, version: Version, name: str) -> None:
    detail = detail_of(caller(f'<{name} xmlns="{NAMESPACE}"/>', version))
    assert (detail["code"], detail["rule"]) == (["Client.NotFound"], ["soap.operation"])


def test_operation_runs_in_a_context_of_its_own(caller: Caller, version: Version) -> None:
    response = caller(f'<Whoami xmlns="{NAMESPACE}"/>', version, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert "anonymous soap 192.0.2.7 True" in response.text


@pytest.mark.parametrize(("proxies", "address"), [((), "192.0.2.7"), (("192.0.2.7",), "198.51.100.3")])
def test_address_is_forwarded_by_trusted_proxies_alone(
    portal: Flask, soap_settings: Settings, proxies: tuple[str, ...], address: str
) -> None:
    doors = Doors(portal, replace(soap_settings, trusted_proxies=proxies), (Trials,))
    response = Caller(Client(doors))(
        f'<Whoami xmlns="{NAMESPACE}"/>',
        headers={"X-Forwarded-For": "198.51.100.3"},
        environ_base={"REMOTE_ADDR": "192.0.2.7"},
    )
    assert f"anonymous soap {address} " in response.text


def test_log_has_our_names_and_no_value(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    caller(f'<Ping xmlns="{NAMESPACE}"><text>{SECRET}</text></Ping>')
    caller(f'<Op{SECRET} xmlns="{NAMESPACE}"/>')
    lines = [vars(record) for record in caplog.records if record.name == "soap.access"]
    assert [(line["operation"], line["status"], line["code"]) for line in lines] == [
        ("Ping", 200, ""),
        ("-", 500, "Client.NotFound"),
    ]
    assert SECRET not in str(lines)


def test_time_that_python_does_not_hold_is_the_clients_fault(caller: Caller, version: Version) -> None:
    response = caller(f'<Date xmlns="{NAMESPACE}"><at>2026-01-01T24:00:00Z</at></Date>', version)
    assert detail_of(response)["rule"] == ["soap.value"]


@pytest.mark.parametrize("path", ["/soap/v1/more", "/soap/v1/", "/soap/v11"])
def test_portal_stands_beside_the_gateway(http: Client, path: str) -> None:
    response = http.post(path, headers={"Host": "customs.example"})
    assert (response.mimetype, response.status_code) == ("text/html", 404)
