"""The hub's own headers: given back as they came, refused where they contradict, described in the WSDL."""

import re
from typing import Any

import pytest
from lxml import etree
from werkzeug.test import Client, TestResponse

from soap.gateway import PATH
from soap.versions import NAMESPACE, SOAP_1_1, SOAP_1_2
from soap.xroad import IDENTIFIERS, PARTS
from soap.xroad import NAMESPACE as XRD
from soap.xroad_contract import schemas
from tests.soap.callers import Caller, detail_of, strict_zeep
from tests.soap.registered import NUMBER, PIN, WHOAMI, Gateway, refused, request_header, who
from tests.soap.signed import envelope

CLIENT = (
    '<x:client i:objectType="SUBSYSTEM"><i:xRoadInstance>AZ</i:xRoadInstance><i:memberClass>GOV</i:memberClass>'
    "<i:memberCode>1</i:memberCode><i:subsystemCode>portal</i:subsystemCode></x:client>"
)
SERVICE = (
    '<x:service i:objectType="SERVICE"><i:xRoadInstance>AZ</i:xRoadInstance><i:memberClass>GOV</i:memberClass>'
    "<i:memberCode>2</i:memberCode><i:serviceCode>{}</i:serviceCode><i:serviceVersion>v1</i:serviceVersion></x:service>"
)
ID, PROTOCOL = "<x:id>8a5e-1</x:id>", "<x:protocolVersion>4.0</x:protocolVersion>"
HASH = '<x:requestHash algorithmId="urn:any">AAAA</x:requestHash>'


def blocks(*parts: str, operation: str = "Whoami") -> str:
    """In the order in which they are named, each with the namespaces that it needs."""
    spaces = f' xmlns:x="{XRD}" xmlns:i="{IDENTIFIERS}"'
    return "".join(re.sub(r"^<x:\w+", rf"\g<0>{spaces}", part).replace("{}", operation) for part in parts)


ALL = (ID, "<x:userId>AZ7EF9G4H</x:userId>", SERVICE, PROTOCOL, "<x:issue>No 5</x:issue>", CLIENT)


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def came_back(response: TestResponse) -> list[bytes]:
    root = etree.fromstring(response.data)
    return [canonical(block) for block in root[0] if etree.QName(block).namespace == XRD]


def sent(header: str) -> list[bytes]:
    return [canonical(block) for block in etree.fromstring(f"<h>{header}</h>")]


def test_headers_come_back_in_their_order_and_value(gateway: Gateway) -> None:
    answer = gateway.call(gateway.signed(header=blocks(*ALL)))
    assert who(answer).startswith("person:")
    assert came_back(answer) == sent(blocks(*ALL))


def test_headers_come_back_with_a_fault(gateway: Gateway) -> None:
    other = [part.replace("AZ7EF9G4H", "AZ1AA1AAA") for part in ALL]
    answer = gateway.call(gateway.signed(header=blocks(*other)))
    assert refused(answer) == "access.person_unknown"
    assert came_back(answer) == sent(blocks(*other))


def test_hash_of_the_request_is_not_ours_to_send(gateway: Gateway) -> None:
    answer = gateway.call(gateway.signed(header=blocks(*ALL, HASH)))
    assert came_back(answer) == sent(blocks(*ALL))


def test_number_of_the_message_is_that_of_the_hub(gateway: Gateway) -> None:
    answer = gateway.call(gateway.signed(header=blocks(*ALL)))
    header = etree.fromstring(answer.data)[0]
    assert header.findtext(f".//{{{NAMESPACE}}}messageId") == "8a5e-1"


def test_principal_may_be_named_beside_them(gateway: Gateway) -> None:
    named = gateway.signed(header=blocks(*ALL) + request_header(principal="9900000301"))
    assert refused(gateway.call(named)) == "access.principal"
    assert who(gateway.call(gateway.signed(header=blocks(*ALL) + request_header(PIN, NUMBER)))).startswith("person:")


EXTENSIONS = (
    '<r:representedParty xmlns:r="http://x-road.eu/xsd/representation.xsd"><r:partyCode>7</r:partyCode>\
</r:representedParty>',
    '<t:securityToken xmlns:t="http://x-road.eu/xsd/security-token.xsd" tokenType="jwt">a.b</t:securityToken>',
)


def test_headers_of_extensions_come_back_as_well(caller: Caller) -> None:
    header = blocks(ID, SERVICE, PROTOCOL, CLIENT) + "".join(EXTENSIONS)
    answer = caller(WHOAMI, header=f"<e:Header>{header}</e:Header>")
    came = [canonical(block) for block in etree.fromstring(answer.data)[0]][:-1]
    assert (answer.status_code, came) == (200, sent(header))


def test_headers_come_back_without_what_the_envelope_wrote_on_them(caller: Caller) -> None:
    plain = blocks(ID, SERVICE, PROTOCOL, CLIENT)
    marked = plain.replace("<x:id ", '<x:id e:mustUnderstand="1" ')
    assert came_back(caller(WHOAMI, header=f"<e:Header>{marked}</e:Header>")) == sent(plain)


def test_protocol_is_spoken_over_soap_1_1_alone(caller: Caller) -> None:
    answer = caller(WHOAMI, SOAP_1_2, header=f"<e:Header>{blocks(*ALL)}</e:Header>")
    assert (detail_of(answer)["code"], detail_of(answer)["rule"]) == (["Client.Validation"], ["xroad.soap"])


def test_header_beside_the_signature_is_not_believed(gateway: Gateway) -> None:
    message = gateway.hub.sign(envelope(WHOAMI, blocks(*ALL)), gateway.clock.now(), unsigned=["userId"])
    answer = gateway.call(message)
    assert (refused(answer), detail_of(answer)["field"]) == ("security.unsigned_header", ["userId"])


@pytest.mark.parametrize("missing", [ID, SERVICE, PROTOCOL, CLIENT])
def test_header_that_is_missing_is_named(caller: Caller, missing: str) -> None:
    parts = [part for part in (ID, SERVICE, PROTOCOL, CLIENT) if part != missing]
    answer = caller(WHOAMI, header=f"<e:Header>{blocks(*parts)}</e:Header>")
    assert detail_of(answer)["rule"] == ["xroad.missing"]
    assert f"<x:{detail_of(answer)['field'][0]}" in missing


@pytest.mark.parametrize("twice", ALL)
def test_header_that_stands_twice_is_refused(caller: Caller, twice: str) -> None:
    answer = caller(WHOAMI, header=f"<e:Header>{blocks(*ALL, twice)}</e:Header>")
    assert detail_of(answer)["rule"] == ["xroad.duplicate"]


CONTRADICTIONS = {
    "another operation": (SERVICE, SERVICE.replace("{}", "Ping"), "xroad.service"),
    "another version": (SERVICE, SERVICE.replace(">v1<", ">v2<"), "xroad.service"),
    "another protocol": (PROTOCOL, "<x:protocolVersion>3.0</x:protocolVersion>", "xroad.version"),
    "no country": (ALL[1], "<x:userId>7EF9G4H</x:userId>", "xroad.user"),
    "another country": (ALL[1], "<x:userId>EE7EF9G4H</x:userId>", "xroad.user"),
    "empty number": (ID, "<x:id></x:id>", "xroad.id"),
    "no member": (CLIENT, CLIENT.replace("memberCode", "member"), "xroad.form"),
    "no kind": (CLIENT, CLIENT.replace("SUBSYSTEM", "PERSON"), "xroad.form"),
    "parts in a number": (ID, "<x:id><x:id>1</x:id></x:id>", "xroad.form"),
    "endless number": (ID, f"<x:id>{'a' * 65}</x:id>", "xroad.id"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_header_that_contradicts_is_refused(caller: Caller, name: str) -> None:
    right, wrong, code = CONTRADICTIONS[name]
    parts = [wrong if part == right else part for part in ALL]
    assert detail_of(caller(WHOAMI, header=f"<e:Header>{blocks(*parts)}</e:Header>"))["rule"] == [code]


def test_two_persons_are_none(gateway: Gateway) -> None:
    both = gateway.signed(header=blocks(*ALL) + request_header("1AA1AAA"))
    assert refused(gateway.call(both)) == "xroad.person"


def test_user_of_an_unknown_sender_is_not_believed(gateway: Gateway) -> None:
    assert refused(gateway.call(etree.tostring(envelope(WHOAMI, blocks(*ALL))))) == "systems.anonymous"


def test_strict_client_sends_and_reads_the_headers(http: Client) -> None:
    identifier = {"objectType": "SUBSYSTEM", "xRoadInstance": "AZ", "memberClass": "GOV", "memberCode": "1"}
    service = identifier | {"objectType": "SERVICE", "serviceCode": "Ping", "serviceVersion": "v1"}
    headers: dict[str, Any] = {"client": identifier, "service": service, "id": "1", "protocolVersion": "4.0"}
    answer = strict_zeep(http, SOAP_1_1).proxy.Ping(text="a", _soapheaders=headers)
    assert (answer.header.id, answer.header.service.serviceCode) == ("1", "Ping")
    assert answer.header.client.objectType == "SUBSYSTEM"
    assert answer.body.PingResult.text == "a"


def test_wsdl_names_version_and_titles_of_each_operation(http: Client) -> None:
    root = etree.fromstring(http.get(f"{PATH}?wsdl").data)
    language, headers = "{http://www.w3.org/XML/1998/namespace}lang", "{*}output/{*}header[@message='tns:XRoadHeaders']"
    offered = root.findall("{*}portType/{*}operation")
    for operation in offered:
        titles = operation[0].findall(f"{{{XRD}}}title")
        assert [title.get(language) for title in titles] == ["az", "en"]
        assert all(title.text for title in titles)
    bound = root.findall("{*}binding[@name='EGomrukSoap11']/{*}operation")
    for operation in bound:
        assert operation[1].tag == f"{{{XRD}}}version"
        assert [header.get("part") for header in operation.findall(headers)] == list(PARTS)
    assert len(offered) == len(bound) > 1


def test_headers_fit_the_schemas_of_the_wsdl(tmp_path: Any) -> None:
    for schema, name in zip(schemas(), ("identifiers.xsd", "xroad.xsd"), strict=True):
        for imported in schema.iterfind("{*}import"):
            assert "schemaLocation" not in imported.attrib
            imported.set("schemaLocation", "identifiers.xsd")
        (tmp_path / name).write_bytes(etree.tostring(schema))
    checked = etree.XMLSchema(etree.parse(tmp_path / "xroad.xsd"))
    for block in etree.fromstring(f"<h>{blocks(*ALL)}</h>"):
        checked.assertValid(etree.fromstring(canonical(block)))
