"""Files that are too large for a message: a ticket, the bytes by plain HTTP, and the ticket in place of the bytes."""

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from app.documents.rules import LIMITS
from soap.versions import NAMESPACE
from tests.soap.callers import BASE_URL, detail_of
from tests.soap.registered import NUMBER, PIN, Gateway, refused, request_header
from tests.unit.documents import corpus

PDF = corpus.pdf()
OTHER = corpus.pdf(pages=2)


def sent(gateway: Gateway, body: str, message_id: str = "m-1", number: str = NUMBER) -> TestResponse:
    return gateway.call(gateway.signed(body, request_header(PIN, number, message_id)))


def asked(content: bytes = PDF, size: int | None = None) -> str:
    inner = f"<sha256>{sha256(content).hexdigest()}</sha256><size>{len(content) if size is None else size}</size>"
    return f'<RequestUpload xmlns="{NAMESPACE}">{inner}</RequestUpload>'


def named(ticket: str) -> str:
    return f'<UploadDocument xmlns="{NAMESPACE}"><name>a.pdf</name><ticket>{ticket}</ticket></UploadDocument>'


def said(answer: TestResponse, name: str) -> str:
    return etree.fromstring(answer.data).findtext(f".//{{{NAMESPACE}}}{name}") or ""


def put(gateway: Gateway, address: str, content: bytes = PDF) -> TestResponse:
    assert address.startswith(f"{BASE_URL}/soap/v1/uploads/")
    return gateway.http.put(urlsplit(address).path, data=content)


def test_file_goes_by_its_ticket(gateway: Gateway) -> None:
    ticket = sent(gateway, asked())
    early = sent(gateway, named(said(ticket, "ticket")))
    assert detail_of(early)["rule"] == ["documents.not_sent"]
    assert [put(gateway, said(ticket, "address")).status_code for _ in "12"] == [204, 204]
    answer = sent(gateway, named(said(ticket, "ticket")))
    assert (said(answer, "sha256"), said(answer, "name")) == (sha256(PDF).hexdigest(), "a.pdf")
    assert said(sent(gateway, named(said(ticket, "ticket"))), "replayed") == "true"


def test_other_bytes_are_not_taken(gateway: Gateway) -> None:
    address = said(sent(gateway, asked()), "address")
    for content in (OTHER, PDF + b"a", b""):
        answer = put(gateway, address, content)
        assert (answer.status_code, answer.text.partition(":")[0]) == (422, "documents.other_bytes")


def test_ticket_is_nobody_elses_and_ends(gateway: Gateway) -> None:
    ticket = sent(gateway, asked())
    put(gateway, said(ticket, "address"))
    foreign = sent(gateway, named(said(ticket, "ticket")), number="9900000271")
    assert detail_of(foreign)["rule"] == ["documents.ticket"]
    gateway.clock.advance(timedelta(hours=1))
    assert put(gateway, said(ticket, "address")).status_code == 404
    assert detail_of(sent(gateway, named(said(ticket, "ticket"))))["rule"] == ["documents.ticket"]


def test_forged_ticket_is_none(gateway: Gateway) -> None:
    ticket = said(sent(gateway, asked()), "ticket")
    for forged in (ticket[:-1], "x" + ticket, "none"):
        assert put(gateway, f"{BASE_URL}/soap/v1/uploads/{forged}").status_code == 404
        assert detail_of(sent(gateway, named(forged)))["field"] == ["ticket"]


def test_only_put_and_only_what_fits(gateway: Gateway) -> None:
    path = urlsplit(said(sent(gateway, asked()), "address")).path
    assert [gateway.http.open(path, method=method).status_code for method in ("GET", "POST", "DELETE")] == [405] * 3
    assert refused(sent(gateway, asked(size=LIMITS.size + 1))) == "documents.size"


@pytest.mark.parametrize("inner", ["", f"<content>YQ==</content><ticket>{'a' * 9}</ticket>"])
def test_either_the_bytes_or_the_ticket(gateway: Gateway, inner: str) -> None:
    body = f'<UploadDocument xmlns="{NAMESPACE}"><name>a.pdf</name>{inner}</UploadDocument>'
    assert refused(sent(gateway, body)) == "documents.one_content"
