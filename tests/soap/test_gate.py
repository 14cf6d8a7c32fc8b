"""What the gate turns away, and how: always as a fault with a number, and under HTTP's own word where there is one."""

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from werkzeug.test import Client

from soap.gateway import PATH
from soap.versions import NAMESPACE, SOAP_1_1, SOAP_1_2, VERSIONS, Version
from tests.soap.callers import Caller, detail_of

PING = f'<Ping xmlns="{NAMESPACE}"/>'
SHELL = '<e:Envelope xmlns:e="{namespace}">{content}</e:Envelope>'
BODY = f"<e:Body>{PING}</e:Body>"


def envelope(version: Version, content: str = BODY) -> bytes:
    return SHELL.format(namespace=version.namespace, content=content).encode()


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
        (envelope(SOAP_1_1, "<e:Body>" + "<a>" * 300 + "</a>" * 300 + "</e:Body>"), "soap.not_xml"),
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
    ids=range(18),
)
def test_gate_content(caller: Caller, content: bytes, rule: str) -> None:
    assert_refused(caller.send(content, content_type="text/xml; charset=UTF-8"), rule, 500)


def test_gate_entities_are_never_read(caller: Caller) -> None:
    entity = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/hostname">]>' + envelope(
        SOAP_1_1, BODY.replace("/>", "><text>&f;</text></Ping>")
    )
    assert_refused(caller.send(entity, content_type="text/xml"), "soap.document_type", 500)


def test_gate_laughs_are_stopped(caller: Caller) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    content = f'<!DOCTYPE a [<!ENTITY l0 "haha">{entities}]>'.encode() + envelope(
        SOAP_1_1, BODY.replace("/>", ' a="&l11;"/>')
    )
    assert caller.send(content, content_type="text/xml").status_code == 500


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
