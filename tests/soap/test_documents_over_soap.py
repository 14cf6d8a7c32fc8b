"""Documents and notices over SOAP: the same operations as on the pages, and each message carried out once."""

from base64 import b64encode, encodebytes
from collections.abc import Callable

import pytest
from lxml import etree
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Person
from app.core.audit import AuditEntry
from app.core.db import write_transaction
from app.documents.models import Document
from app.notifications.operations import notify
from soap.documents import LARGEST_INLINE
from soap.versions import NAMESPACE
from tests.soap.callers import Caller, detail_of
from tests.soap.registered import NUMBER, PIN, Gateway, refused, request_header, second_person
from tests.unit.documents import corpus

Encode = Callable[[bytes], bytes]
PDF, ARCHIVE = corpus.pdf(), corpus.archive()
NAME = "Müqavilə.pdf"


def upload(content: bytes = PDF, name: str = NAME, encode: Encode = b64encode) -> str:
    inner = f"<name>{name}</name><content>{encode(content).decode()}</content>"
    return f'<UploadDocument xmlns="{NAMESPACE}">{inner}</UploadDocument>'


def sent(gateway: Gateway, body: str, message_id: str = "m-1", person: str = PIN, number: str = NUMBER) -> TestResponse:
    return gateway.call(gateway.signed(body, request_header(person, number, message_id)))


def said(answer: TestResponse, name: str) -> list[str | None]:
    return [element.text for element in etree.fromstring(answer.data).iter(f"{{{NAMESPACE}}}{name}")]


def rows(gateway: Gateway) -> list[Document]:
    gateway.context.session.rollback()
    return list(gateway.context.session.scalars(select(Document).order_by(Document.id)))


def test_upload_over_soap_is_in_the_library_of_the_principal(gateway: Gateway) -> None:
    answer = sent(gateway, upload())
    assert (answer.status_code, said(answer, "replayed"), said(answer, "messageId")) == (200, ["false"], ["m-1"])
    listed = sent(gateway, f'<ListDocuments xmlns="{NAMESPACE}"/>')
    assert (said(listed, "name"), said(listed, "id")) == ([NAME], said(answer, "id"))
    other = sent(gateway, f'<ListDocuments xmlns="{NAMESPACE}"/>', number="9900000271")
    assert (said(other, "name"), said(other, "hasMore")) == ([], ["false"])


def test_writing_demands_a_number(gateway: Gateway) -> None:
    assert refused(sent(gateway, upload(), "")) == "soap.message_id"
    assert rows(gateway) == []


def test_same_message_is_carried_out_once_and_answered_again(gateway: Gateway) -> None:
    first, second = sent(gateway, upload()), sent(gateway, upload())
    assert (said(first, "replayed"), said(second, "replayed")) == (["false"], ["true"])
    body = "UploadDocumentResult"
    canonical = [etree.tostring(next(etree.fromstring(one.data).iter(f"{{*}}{body}"))) for one in (first, second)]
    assert canonical[0] == canonical[1]
    assert len(rows(gateway)) == 1
    completed = select(AuditEntry).where(AuditEntry.operation == "documents.upload_document")
    assert len(gateway.context.session.scalars(completed).all()) == 1


@pytest.mark.parametrize("other", [upload(name="Başqa.pdf"), upload(corpus.pdf(pages=2))], ids=["name", "content"])
def test_number_with_other_content_is_refused(gateway: Gateway, other: str) -> None:
    sent(gateway, upload())
    answer = sent(gateway, other)
    assert detail_of(answer)["code"] == ["Client.MessageIdReused"]
    assert [row.name for row in rows(gateway)] == [NAME]


def test_number_of_one_person_is_free_for_another(gateway: Gateway) -> None:
    pin = second_person(gateway)
    sent(gateway, upload())
    assert said(sent(gateway, upload(), person=pin, number=""), "replayed") == ["false"]
    assert len(rows(gateway)) == 2


def test_foreign_principal_and_a_system_without_a_person_have_no_library(gateway: Gateway) -> None:
    assert refused(sent(gateway, upload(), number="9900000301")) == "access.principal"
    assert refused(sent(gateway, upload(), person="", number="")) == "access.role"
    assert rows(gateway) == []


@pytest.mark.parametrize("encode", [b64encode, encodebytes], ids=["one line", "lines"])
@pytest.mark.parametrize(
    ("size", "rule"), [(LARGEST_INLINE, "documents.type"), (LARGEST_INLINE + 1, "documents.inline")]
)
def test_file_up_to_the_limit_is_looked_at(gateway: Gateway, size: int, rule: str, encode: Encode) -> None:
    assert refused(sent(gateway, upload(b"a" * size, encode=encode))) == rule


@pytest.mark.parametrize(("size", "encode"), [(7_450_000, encodebytes), (7_600_000, b64encode)])
def test_limit_is_told_where_the_parser_stops(caller: Caller, size: int, encode: Encode) -> None:
    answer = caller(upload(b"a" * size, encode=encode))
    assert (detail_of(answer)["rule"], answer.status_code) == (["soap.long_value"], 413)
    assert "7 MB" in detail_of(answer)["message"][0]


def test_empty_file_is_refused(gateway: Gateway) -> None:
    assert refused(sent(gateway, upload(b""))) == "documents.empty"


def test_library_is_read_page_by_page(gateway: Gateway) -> None:
    for number in range(3):
        sent(gateway, upload(corpus.pdf(pages=number + 1), f"{number}.pdf"), f"m-{number}")
    found, token = [], ""
    for _ in range(2):
        asked = f"<pageSize>2</pageSize>{f'<pageToken>{token}</pageToken>' if token else ''}"
        page = sent(gateway, f'<ListDocuments xmlns="{NAMESPACE}">{asked}</ListDocuments>')
        found += said(page, "name")
        token = str((said(page, "nextPageToken") or [""])[0])
    assert (found, token, said(page, "hasMore")) == (["2.pdf", "1.pdf", "0.pdf"], "", ["false"])


def test_page_may_not_be_endless(gateway: Gateway) -> None:
    for size in (0, 101):
        body = f'<ListDocuments xmlns="{NAMESPACE}"><pageSize>{size}</pageSize></ListDocuments>'
        assert detail_of(sent(gateway, body))["field"] == ["pageSize"]


@pytest.mark.parametrize("operation", ["ListDocuments", "ListNotifications"])
def test_page_that_does_not_exist_is_a_fault(gateway: Gateway, operation: str) -> None:
    answer = sent(gateway, f'<{operation} xmlns="{NAMESPACE}"><pageToken>none</pageToken></{operation}>')
    detail = detail_of(answer)
    assert (detail["code"], detail["field"]) == (["Client.Validation"], ["pageToken"])
    assert detail["rule"] == ["paging.token"]


def test_page_of_somebody_else_is_a_fault(gateway: Gateway) -> None:
    token = said(sent(gateway, upload()), "id")[0]
    body = f'<ListDocuments xmlns="{NAMESPACE}"><pageToken>{token}</pageToken></ListDocuments>'
    assert refused(sent(gateway, body, number="9900000271")) == "paging.token"


def test_notices_are_listed_in_the_language_of_the_message(gateway: Gateway) -> None:
    session = gateway.context.session
    person_id = session.scalars(select(Person.id)).one()
    with write_transaction(session):
        for number in ("1", "2"):
            notify(gateway.context, person_id, "contracts.applied", number=number)
    body = f'<ListNotifications xmlns="{NAMESPACE}"><pageSize>1</pageSize></ListNotifications>'
    page = sent(gateway, body)
    assert said(page, "hasMore") == ["true"]
    token = said(page, "nextPageToken")[0]
    rest = sent(gateway, body.replace("</pageSize>", f"</pageSize><pageToken>{token}</pageToken>"))
    assert (said(rest, "hasMore"), said(rest, "kind")) == (["false"], ["contracts.applied"])
    assert "1 " in str(said(rest, "text")[0])
