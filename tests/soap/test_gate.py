"""What the gate turns away, and how: always as a fault with a number, and under HTTP's own word where there is one."""

import gzip
import select
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from werkzeug.test import Client

from soap.gate import MOST_ATTRIBUTES, USUAL_LENGTH
from soap.gateway import PATH
from soap.versions import NAMESPACE, SOAP_1_1, SOAP_1_2, VERSIONS, Version
from tests.soap.callers import Caller, detail_of

PING = f'<Ping xmlns="{NAMESPACE}"/>'
SHELL = '<e:Envelope xmlns:e="{namespace}">{content}</e:Envelope>'
BODY = f"<e:Body>{PING}</e:Body>"


def envelope(version: Version, content: str = BODY) -> bytes:
    return SHELL.format(namespace=version.namespace, content=content).encode()


def attributes(form: str) -> str:
    return "".join(form.format(number) for number in range(MOST_ATTRIBUTES))


def assert_refused(response: Any, rule: str, status: int) -> None:
    detail = detail_of(response)
    assert (detail["rule"], response.status_code) == ([rule], status)
    assert detail["code"] == ["Client.Validation"]
    assert detail["reference"][0]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_gate_method(http: Client, method: str) -> None:
    response = http.open(PATH, method=method, data=envelope(SOAP_1_1), content_type="text/xml")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    "request_",
    [
        {"content_type": "application/json"},
        {"content_type": "text/plain"},
        {"content_type": "multipart/related; type=text/xml; boundary=a"},
        {"content_type": ""},
        {"content_type": "text/xml; charset=utf-7"},
        {"content_type": "text/xml; charset=windows-1251"},
        {"content_type": "text/xml", "headers": {"Content-Encoding": "gzip"}},
    ],
)
def test_gate_media_type(caller: Caller, request_: dict[str, Any]) -> None:
    assert_refused(caller.send(gzip.compress(envelope(SOAP_1_1)), **request_), "soap.media_type", 415)


def test_gate_length_is_missing(caller: Caller) -> None:
    environment = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}
    response = caller.send(envelope(SOAP_1_1), content_type="text/xml", environ_overrides=environment)
    assert_refused(response, "soap.length", 411)


def test_gate_nothing_was_sent(caller: Caller, version: Version) -> None:
    nothing = {"CONTENT_LENGTH": "0"}
    response = caller.send(b"", content_type=version.media_type, environ_overrides=nothing)
    assert_refused(response, "soap.not_xml", 500 if version is SOAP_1_1 else 400)


def test_gate_too_large_is_not_read(caller: Caller) -> None:
    response = caller.send(
        b"", content_type="text/xml", environ_overrides={"CONTENT_LENGTH": str(12 * 1024 * 1024 + 1)}
    )
    assert_refused(response, "soap.too_large", 413)


def test_gate_incomplete(caller: Caller, version: Version) -> None:
    content = envelope(version)
    length = {"CONTENT_LENGTH": str(len(content) + 1)}
    response = caller.send(content, content_type=version.media_type, environ_overrides=length)
    assert_refused(response, "soap.incomplete", 500 if version is SOAP_1_1 else 400)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b" ", "soap.not_xml"),
        (b"hello", "soap.not_xml"),
        (envelope(SOAP_1_1)[:-1], "soap.not_xml"),
        (b"\xff\xfe" + envelope(SOAP_1_1).decode().encode("utf-16-le"), "soap.not_xml"),
        (
            b'<?xml version="1.0" encoding="utf-7"?>' + envelope(SOAP_1_1).replace(b"<e:Body>", b"+ADw-e:Body+AD4-"),
            "soap.not_xml",
        ),
        (envelope(SOAP_1_1, "<e:Body>" + "<a>" * 300 + "</a>" * 300 + "</e:Body>"), "soap.shape"),
        (envelope(SOAP_1_1, "<e:Body>" + "<a>" * 40 + "</a>" * 40 + "</e:Body>"), "soap.shape"),
        (envelope(SOAP_1_1, BODY.replace("/>", "><a/>" * 40_000 + "</Ping>")), "soap.shape"),
        (envelope(SOAP_1_1, BODY.replace("/>", attributes(" a{}=''") + "/>")), "soap.shape"),
        (
            envelope(SOAP_1_1, BODY.replace("/>", attributes(" xmlns:a{}=''") + "/>")),
            "soap.shape",
        ),
        (gzip.compress(envelope(SOAP_1_1)), "soap.not_xml"),
        (b"<!DOCTYPE a>" + envelope(SOAP_1_1), "soap.document_type"),
        (
            b"<!--" + b" " * 9999 + b"--><!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a'>" + envelope(SOAP_1_1),
            "soap.document_type",
        ),
        (b"<?go?>" + envelope(SOAP_1_1), "soap.instruction"),
        (envelope(SOAP_1_1, BODY.replace("/>", "><?go now?></Ping>")), "soap.instruction"),
        (b"<a/>", "soap.envelope"),
        (envelope(SOAP_1_1, ""), "soap.envelope"),
        (envelope(SOAP_1_1, BODY + BODY), "soap.envelope"),
        (envelope(SOAP_1_1, "<e:Header/><e:Header/>" + BODY), "soap.envelope"),
        (envelope(SOAP_1_1, BODY + "<e:Header/>"), "soap.envelope"),
        (envelope(SOAP_1_1, "<Body/>" + BODY), "soap.envelope"),
        (envelope(SOAP_1_1, "<e:Body/>"), "soap.body"),
        (envelope(SOAP_1_1, f"<e:Body>{PING}{PING}</e:Body>"), "soap.body"),
    ],
    ids=range(23),
)
def test_gate_content(caller: Caller, content: bytes, rule: str) -> None:
    assert_refused(caller.send(content, content_type="text/xml; charset=UTF-8"), rule, 500)


NEIGHBOUR = "http://127.0.0.1:{port}/a"
DOCUMENT_TYPES = {
    "file": '<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>',
    "network": f'<!DOCTYPE a [<!ENTITY f SYSTEM "{NEIGHBOUR}">]>',
    "parameter": f'<!DOCTYPE a [<!ENTITY % p SYSTEM "{NEIGHBOUR}"> %p; <!ENTITY f "x">]>',
    "external": f'<!DOCTYPE a SYSTEM "{NEIGHBOUR}" [<!ENTITY f "x">]>',
    "attributes": '<!DOCTYPE a [<!ATTLIST Ping text CDATA "x"><!ENTITY f "x">]>',
}


@pytest.mark.parametrize("name", DOCUMENT_TYPES)
def test_gate_entities_are_never_read(caller: Caller, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        kind = DOCUMENT_TYPES[name].replace("{port}", str(neighbour.getsockname()[1]))
        content = kind.encode() + envelope(SOAP_1_1, BODY.replace("/>", "><text>&f;</text></Ping>"))
        assert_refused(caller.send(content, content_type="text/xml"), "soap.document_type", 500)
        assert select.select([neighbour], [], [], 0)[0] == [], "somebody asked the neighbour"


def test_gate_laughs_are_stopped(caller: Caller) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    content = f'<!DOCTYPE a [<!ENTITY l0 "haha">{entities}]>'.encode() + envelope(
        SOAP_1_1, BODY.replace("/>", ' a="&l11;"/>')
    )
    detail = detail_of(caller.send(content, content_type="text/xml"))
    assert detail["rule"][0] in {"soap.not_xml", "soap.shape", "soap.document_type"}


@pytest.mark.parametrize(("spoken", "written"), [(SOAP_1_1, SOAP_1_2), (SOAP_1_2, SOAP_1_1)])
def test_gate_version_mismatch(caller: Caller, spoken: Version, written: Version) -> None:
    response = caller.send(envelope(written), content_type=spoken.media_type)
    assert detail_of(response)["code"] == ["VersionMismatch"]
    assert "soap:VersionMismatch" in response.text
    assert response.status_code == 500


@pytest.mark.parametrize("mandatory", ["1", "true"])
def test_gate_header_that_must_be_understood(caller: Caller, version: Version, mandatory: str) -> None:
    header = f'<e:Header><q xmlns="urn:q" e:mustUnderstand="{mandatory}"/></e:Header>'
    response = caller(PING, version, header=header)
    assert detail_of(response)["code"] == ["MustUnderstand"]
    assert response.status_code == 500


@pytest.mark.parametrize("somebody", [True, False])
def test_gate_header_for_somebody_on_the_way(caller: Caller, version: Version, somebody: bool) -> None:
    address = "urn:somebody" if somebody else max(version.own_addresses, key=len)
    marks = f'e:mustUnderstand="1" e:{version.address}="{address}"'
    response = caller(PING, version, header=f'<e:Header><q xmlns="urn:q" {marks}/></e:Header>')
    assert response.status_code == (200 if somebody else 500)


@pytest.mark.parametrize("action", ['"urn:other"', "ListServices", ""])
def test_gate_does_not_ask_the_action(caller: Caller, action: str) -> None:
    response = caller(f'<Ping xmlns="{NAMESPACE}"><text>a</text></Ping>', headers={"SOAPAction": action})
    assert etree.fromstring(response.data).findtext(f".//{{{NAMESPACE}}}text") == "a"


def test_gate_knows_no_references_between_elements(caller: Caller, version: Version) -> None:
    for content in (' href="#a" id="a"/>', ' href="#none"/>', '><text href="#a" id="a"/></Ping>'):
        detail = detail_of(caller(PING.replace("/>", content), version))
        assert detail["code"] == ["Client.Validation"]
        assert detail["rule"][0].startswith("schema.")


def test_gate_fault_as_a_request(caller: Caller, version: Version) -> None:
    detail = detail_of(caller("<e:Fault/>", version))
    assert (detail["code"], detail["rule"]) == (["Client.NotFound"], ["soap.contract"])


def test_gate_message_without_a_file_may_not_be_long(caller: Caller, version: Version) -> None:
    response = caller(PING + " " * USUAL_LENGTH, version)
    assert_refused(response, "soap.too_large", 413)


def test_gate_other_headers_pass(caller: Caller, version: Version) -> None:
    response = caller(PING, version, header='<e:Header><q xmlns="urn:q" e:mustUnderstand="0"/></e:Header>')
    assert response.status_code == 200


def test_gate_comment_does_not_cut_a_value(caller: Caller, version: Version) -> None:
    response = caller(f'<Ping xmlns="{NAMESPACE}"><text>admin<!-- -->istrator</text></Ping>', version)
    assert etree.fromstring(response.data).findtext(f".//{{{NAMESPACE}}}text") == "administrator"


@given(st.integers(0, 200), st.integers(0, 40), st.binary(max_size=20), st.sampled_from(VERSIONS))
def test_gate_answers_whatever_comes(caller: Caller, start: int, length: int, bytes_: bytes, version: Version) -> None:
    whole = envelope(version)
    response = caller.send(whole[:start] + bytes_ + whole[start + length :], content_type=version.media_type)
    assert len(etree.fromstring(response.data)[-1]) == 1
    assert response.status_code in {200, 400, 500}
    assert "Server.Internal" not in response.text


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"])))
def test_gate_answers_whatever_media_type(caller: Caller, media_type: str) -> None:
    response = caller.send(envelope(SOAP_1_1), content_type=media_type)
    assert detail_of(response)["rule"] == ["soap.media_type"]
