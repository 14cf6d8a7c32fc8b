"""Page and message are two doors to the same operation: the same row, audit, error code and list behind both."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from webtest import TestApp, Upload
from webtest import TestResponse as Page

from app.accounts.models import Person
from app.accounts.operations import OpenAccount, open_account
from app.core.audit import AuditEntry
from app.core.db import write_transaction
from app.core.roles import Role
from app.documents.models import Document
from app.notifications.operations import notify
from app.systems.operations import ChangeSystem, change_system
from app.web.i18n import LANGUAGES
from soap.versions import NAMESPACE
from tests.soap.callers import detail_of
from tests.soap.registered import OPEN, OPEN_TO_POSTS, PASSWORD, Gateway, request_header, second_person
from tests.soap.test_documents_over_soap import said, sent, upload
from tests.soap.trials import Trials
from tests.unit.documents import corpus

# Operations of the contract that no page has.
ONLY_MESSAGES = {
    "Ping": "whether the gateway itself answers; what answers for the pages is /healthz",
    "RequestUpload": "a page sends a file of any size at once",
    **dict.fromkeys(OPEN_TO_POSTS, "posts have systems and no pages"),
}
# Held against their pages where the registers of the state or a post are at hand: test_gooen_over_soap.py,
# test_border_goods_over_soap.py.
ELSEWHERE = {"LookupPerson", "IssueGooen", "ReportPersonDataError", "CheckGooen", "ListBorderGoods"}


def parity(operation: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Marks the test that holds an operation against its page."""
    return pytest.mark.parametrize("operation", [operation], indirect=True)


@pytest.fixture
def operation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Leyla:
    """One person at both doors: in a browser, and spoken for by the hub."""

    gateway: Gateway
    pin: str
    browser: TestApp

    def page(self, path: str, **asked: Any) -> Page:
        return self.browser.get(path, expect_errors=True, **asked)

    def message(self, operation: str, inner: str = "", language: str = "az") -> Any:
        header = request_header(self.pin)
        header = header.replace("</RequestHeader>", f"<language>{language}</language></RequestHeader>")
        body = f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>'
        return self.gateway.call(self.gateway.signed(body, header))


@pytest.fixture
def leyla(gateway: Gateway) -> Leyla:
    pin = second_person(gateway)
    return Leyla(gateway, pin, signed_in(gateway, "leyla"))


def signed_in(gateway: Gateway, username: str) -> TestApp:
    told = {"HTTP_HOST": "customs.example", "wsgi.url_scheme": "https", "HTTP_REFERER": "https://customs.example/"}
    browser = TestApp(gateway.portal, extra_environ=told)
    form = next(form for form in browser.get("/login/password").forms.values() if "password" in form.fields)
    form["username"], form["password"] = username, PASSWORD
    form.submit(status=303)
    return browser


def shown(page: Page, selector: str) -> list[str]:
    return [" ".join(found.get_text().split()) for found in page.html.main.select(selector)]


def rules(answer: Any) -> list[str]:
    return detail_of(answer)["rule"]


# What changes something


INPUTS = {
    "good": (corpus.pdf(pages=2), "Müqavilə.pdf"),
    "good again": (corpus.pdf(pages=2), "Başqa ad.pdf"),
    "picture": (corpus.picture("PNG"), "şəkil.png"),
    "archive": (corpus.archive(), "arxiv.zip"),
    "program": (b"MZ program", "a.exe"),
    "empty": (b"", "boş.pdf"),
    "other extension": (corpus.picture("PNG"), "şəkil.pdf"),
    "damaged": (corpus.pdf()[:-200], "yarımçıq.pdf"),
    "path": (corpus.picture("JPEG"), "../../şəkil.jpg"),
}
SAME = ("name", "kind", "size", "pages", "sha256", "state", "signature")


def by_page(browser: TestApp, content: bytes, name: str) -> None:
    form = next(form for form in browser.get("/documents").forms.values() if "file" in form.fields)
    form["file"] = Upload(name, content, "application/octet-stream")
    form.submit(status="*")


def audited(gateway: Gateway) -> list[tuple[Any, ...]]:
    of_uploads = select(AuditEntry).where(AuditEntry.operation == "documents.upload_document").order_by(AuditEntry.id)
    return [(one.outcome, one.code, one.object_kind, one.facts) for one in gateway.context.session.scalars(of_uploads)]


def stored(gateway: Gateway) -> list[tuple[Any, ...]]:
    gateway.context.session.rollback()
    rows = gateway.context.session.scalars(select(Document).order_by(Document.id)).all()
    return [tuple(getattr(row, name) for name in SAME) for row in rows]


@parity("UploadDocument")
def test_upload(operation: str, leyla: Leyla) -> None:
    gateway = leyla.gateway
    for content, name in INPUTS.values():
        by_page(leyla.browser, content, name)
    rows, entries = stored(gateway), audited(gateway)
    codes = []
    for number, (content, name) in enumerate(INPUTS.values()):
        answer = sent(gateway, upload(content, name), f"u-{number}")
        codes += rules(answer) if answer.status_code != 200 else [""]
    assert stored(gateway)[len(rows) :] == rows
    # What the audit trail has besides is the system that spoke for her.
    told = [(*one, facts | {"through": "system:e-gov"}) for *one, facts in entries]
    assert audited(gateway)[len(entries) :] == told
    assert codes == [code for _, code, *_ in entries]
    assert len(set(codes)) > 3


# Lists


SEARCHES = (("", False), ("", True), ("gooen", False), ("бояннаме", True), ("qqqq", False))


@parity("ListServices")
def test_services(operation: str, leyla: Leyla) -> None:
    change_system(leyla.gateway.context, ChangeSystem("e-gov", (*OPEN, operation)))
    for language, (query, without_login) in product(LANGUAGES, SEARCHES):
        asked = {"lang": language, "q": query} | ({"without_login": "1"} if without_login else {})
        page = leyla.page("/", params=asked)
        inner = f"<query>{query}</query><withoutLogin>{str(without_login).lower()}</withoutLogin>"
        answer = leyla.message(operation, inner, language)
        assert said(answer, "name") == shown(page, "ul.tasks li > div p.hint")
        assert said(answer, "purpose") == shown(page, "ul.tasks li > div p:not(.hint)")


@parity("ListDocuments")
def test_documents(operation: str, leyla: Leyla) -> None:
    for number in range(4):
        by_page(leyla.browser, corpus.picture("PNG", (8 + number, 8)), f"{number}.png")
    whole = leyla.message(operation)
    names = said(whole, "name")
    assert names == shown(leyla.page("/documents"), "tbody tr td:first-child a") == ["3.png", "2.png", "1.png", "0.png"]
    token = said(leyla.message(operation, "<pageSize>3</pageSize>"), "nextPageToken")[0]
    for older in (token, "nothing"):
        page = leyla.page("/documents", params={"older": older})
        rest = leyla.message(operation, f"<pageToken>{older}</pageToken>")
        assert said(rest, "name") == shown(page, "tbody tr td:first-child a") == (["0.png"] if older == token else [])


@parity("ListNotifications")
def test_notices(operation: str, leyla: Leyla) -> None:
    session = leyla.gateway.context.session
    person_id = session.scalars(select(Person.id).where(Person.pin == leyla.pin)).one()
    with write_transaction(session):
        for number in ("1", "2", "3"):
            notify(leyla.gateway.context, person_id, "contracts.applied", number=number)
    first = next(form for form in leyla.page("/notifications").forms.values() if "/read" in (form.action or ""))
    first.submit(status=303)
    paths = {"false": "/notifications", "true": "/notifications?unread=1"}
    for language, (unread, path) in product(LANGUAGES, paths.items()):
        page = leyla.page(f"{path}{'&' if '?' in path else '?'}lang={language}")
        answer = leyla.message(operation, f"<onlyUnread>{unread}</onlyUnread>", language)
        assert said(answer, "subject") == shown(page, ".card h3")
        assert said(answer, "text") == shown(page, ".card p:not(.hint)")
        assert len(said(answer, "id")) == (3 if unread == "false" else 2)


# Who may not


def test_whoever_may_not_is_told_the_same(gateway: Gateway) -> None:
    pin = "4ST6U1V"
    command = OpenAccount("traveller", PASSWORD, "Traveller", (Role.PASSENGER,), pin, must_change=False)
    open_account(gateway.context, command)
    browser = signed_in(gateway, "traveller")
    token = browser.get("/sessions").html.find("input", {"name": "csrf_token"})["value"]
    listed = gateway.call(gateway.signed(f'<ListDocuments xmlns="{NAMESPACE}"/>', request_header(pin)))
    pairs = [
        (browser.get("/documents", status=403), listed),
        (browser.post("/documents", {"csrf_token": token}, status=403), sent(gateway, upload(), person=pin, number="")),
    ]
    for page, answer in pairs:
        assert rules(answer) == ["access.role"]
        assert "access.role" in page.text


def test_every_operation_is_held_against_its_page(gateway: Gateway) -> None:
    held = {
        mark.args[1][0]
        for test in globals().values()
        for mark in getattr(test, "pytestmark", ())
        if mark.args[0] == "operation"
    }
    offered = {one.name for one in gateway.portal.extensions["soap_operations"]} - set(Trials.public_methods)
    assert held | ONLY_MESSAGES.keys() | ELSEWHERE == offered
    assert all(ONLY_MESSAGES.values())
