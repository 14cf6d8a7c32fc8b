"""One's own documents: sent, listed, fetched, scanned, and shown to nobody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from webtest import TestApp, Upload

from app.accounts.models import Participant, Person
from app.adapters.malware import Finding, Verdict
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.errors import Invalid, NotAllowed, NotFound, Unavailable
from app.core.limits import DatabaseLimits
from app.core.outbox import OutboxRow
from app.core.roles import Assurance, Role
from app.documents import operations, queries
from app.documents.models import Document
from app.documents.operations import RescanDocument, UploadDocument, UploadedDocument
from app.documents.rules import LIMITS, State
from tests.unit.documents import corpus

PDF = corpus.pdf()
NAME = "Əlavə №1 – müqavilə.pdf"
STRANGER = (("9900000151", "Araz İxrac MMC", "Gəncə"),)


@dataclass
class Scanner:
    """Says what it is told to say."""

    says: Finding = Finding.CLEAN

    def scan(self, path: Path) -> Verdict:
        assert path.is_file()
        return Verdict(self.says, "Eicar-Test-Signature" if self.says is Finding.INFECTED else "")


@pytest.fixture
def scanner(portal: Flask) -> Scanner:
    fake = Scanner()
    portal.extensions["ports"] = replace(portal.extensions["ports"], scanner=fake)
    return fake


@pytest.fixture(autouse=True)
def _scanner_stands_ready(scanner: Scanner) -> None:
    """Every test has it; the order of fixtures matters to `system`, which copies the ports."""


def send(browser: TestApp, content: bytes = PDF, name: str = NAME, kind: str = "application/pdf", status: int = 303):  # type: ignore[no-untyped-def]  # noqa: ANN201
    page = browser.get("/documents")
    form = next(form for form in page.forms.values() if "file" in form.fields)
    form["file"] = Upload(name, content, kind)
    return form.submit(status=status)


def link(browser: TestApp, name: str = NAME) -> str:
    href: str = browser.get("/documents").html.find("a", string=name)["href"]
    return href


def stored(portal: Flask) -> list[Path]:
    folder = Path(portal.extensions["settings"].documents)
    return [path for path in folder.rglob("*") if path.is_file()]


# What a person sees


def test_an_empty_library_says_what_to_do(sign_in: Callable[..., TestApp]) -> None:
    page = sign_in().get("/documents")
    assert "Hələ sənəd yoxdur." in page
    assert "10 MB-dək" in page


def test_a_sent_document_is_confirmed_and_listed_under_its_own_name(sign_in: Callable[..., TestApp]) -> None:
    page = send(sign_in()).follow()
    assert "Sənəd saxlanıldı" in page
    row = page.html.find("table").find("tbody").find("tr").get_text(" ", strip=True)
    assert NAME in row
    assert "Təmizdir" in row


def test_a_document_is_fetched_as_it_was_sent(sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    send(browser)
    answer = browser.get(link(browser))
    assert answer.body == PDF
    assert answer.content_type == "application/pdf"
    assert answer.content_length == len(PDF)


def test_a_fetched_document_cannot_act_in_the_browser(sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    send(browser)
    headers = browser.get(link(browser)).headers
    assert headers["Content-Disposition"].startswith("attachment")
    assert f"filename*=UTF-8''{quote(NAME)}" in headers["Content-Disposition"]
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_refused_file_is_explained_beside_its_field_and_not_kept(
    portal: Flask, sign_in: Callable[..., TestApp]
) -> None:
    browser = sign_in()
    page = send(browser, corpus.archive(), status=422)
    assert "Arxiv faylı qəbul edilmir." in page
    assert page.html.find("a", href="#file") is not None
    assert stored(portal) == []
    assert "Hələ sənəd yoxdur." in browser.get("/documents")


def test_without_a_file_the_page_asks_for_one(sign_in: Callable[..., TestApp]) -> None:
    page = sign_in().get("/documents")
    form = next(form for form in page.forms.values() if "file" in form.fields)
    assert "Göndəriləcək faylı seçin." in form.submit(status=422)


def test_the_page_is_complete_in_english_and_russian(sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    send(browser)
    assert "My documents" in browser.get("/documents?lang=en")
    page = browser.get("/documents?lang=ru")
    assert "Мои документы" in page
    assert "Вирусов нет" in page


def test_a_hostile_name_is_shown_harmless(sign_in: Callable[..., TestApp]) -> None:
    browser = sign_in()
    page = send(browser, name="../../<script>alert(1)</script>\u202e.pdf").follow()
    assert "<script>alert" not in page.text
    assert "&lt;/script" not in page.text  # The last part of the path is all that is left of it.
    assert "script&gt;.pdf" in page.text


def test_a_body_beyond_the_limit_is_refused(sign_in: Callable[..., TestApp]) -> None:
    send(sign_in(), bytes(13 << 20), status=413)


# Who sees it


@pytest.mark.parametrize("path", ["/documents", "/documents/AAAAAAAAAAAAAAAAAAAAAA"])
def test_nobody_gets_in_without_signing_in(browser: TestApp, path: str) -> None:
    assert browser.get(path).location.endswith(f"/login?next={quote(path, safe='')}")


def test_somebody_elses_document_is_as_one_that_does_not_exist(
    browser: TestApp, sign_in: Callable[..., TestApp]
) -> None:
    send(sign_in())
    path = link(browser)
    browser.reset()
    sign_in(username="stranger", participants=STRANGER)
    theirs, missing = browser.get(path, status=404), browser.get("/documents/AAAAAAAAAAAAAAAAAAAAAA", status=404)
    assert theirs.html.h1 == missing.html.h1
    assert NAME not in theirs
    assert NAME not in browser.get("/documents")


def test_colleagues_share_the_library_of_their_participant(browser: TestApp, sign_in: Callable[..., TestApp]) -> None:
    send(sign_in())
    path = link(browser)
    browser.reset()
    sign_in(username="colleague")
    assert browser.get(path).body == PDF


def test_an_officer_sees_a_clean_document_and_has_no_library(browser: TestApp, sign_in: Callable[..., TestApp]) -> None:
    send(sign_in())
    path = link(browser)
    browser.reset()
    sign_in(Role.OFFICER)
    assert browser.get(path).body == PDF
    browser.get("/documents", status=403)


def test_an_officer_does_not_see_what_is_not_scanned_yet(
    browser: TestApp, sign_in: Callable[..., TestApp], scanner: Scanner
) -> None:
    scanner.says = Finding.UNKNOWN
    sent = send(sign_in()).location
    browser.reset()
    sign_in(Role.OFFICER)
    browser.get(f"/documents/{sent.rpartition('=')[2]}", status=404)


# Scanning


def test_without_an_answer_of_the_scanner_the_document_waits(sign_in: Callable[..., TestApp], scanner: Scanner) -> None:
    scanner.says = Finding.UNKNOWN
    browser = sign_in()
    page = send(browser).follow()
    assert "Yoxlanılır" in page
    assert page.html.find("a", string=NAME) is None
    browser.get(f"/documents/{page.request.params['sent']}", status=409)


def test_a_demonstration_without_a_scanner_says_so(sign_in: Callable[..., TestApp], scanner: Scanner) -> None:
    scanner.says = Finding.NOT_SCANNED
    browser = sign_in()
    assert "Yoxlanılmayıb" in send(browser).follow()
    assert browser.get(link(browser)).body == PDF


def test_an_infected_file_is_refused_by_its_name_and_not_kept(
    portal: Flask, sign_in: Callable[..., TestApp], scanner: Scanner
) -> None:
    scanner.says = Finding.INFECTED
    assert "Eicar-Test-Signature" in send(sign_in(), status=422)
    assert stored(portal) == []


# Operations


@pytest.fixture
def owner(system: Context, account: Callable[..., str]) -> Context:
    """A participant's own context."""
    account()
    session = system.session
    actor = Actor(
        frozenset({Role.PARTICIPANT}),
        reference="account:owner",
        person_id=session.scalar(select(Person.id)),
        participant_id=session.scalar(select(Participant.id)),
        assurance=Assurance.PASSWORD,
    )
    return replace(system, actor=actor)


def upload(context: Context, content: bytes = PDF, name: str = NAME) -> UploadedDocument:
    return operations.upload_document(context, UploadDocument(BytesIO(content), name, ""))


def rows(context: Context) -> int:
    context.session.rollback()
    return context.session.scalar(select(func.count()).select_from(Document)) or 0


def test_the_same_content_is_the_same_document(owner: Context) -> None:
    first, second = upload(owner), upload(owner, name="başqa ad.pdf")
    assert (first.is_new, second.is_new) == (True, False)
    assert (second.public_id, second.name) == (first.public_id, NAME)
    assert rows(owner) == 1


def test_the_same_file_sent_many_times_at_once_is_one_document(owner: Context) -> None:
    def race(_number: int) -> UploadedDocument:
        with Session(owner.session.get_bind()) as session:
            limits = DatabaseLimits(lambda: session, "secret")
            return upload(replace(owner, session=session, ports=replace(owner.ports, limits=limits)))

    owner.session.rollback()
    with ThreadPoolExecutor(6) as racers:
        answers = list(racers.map(race, range(6)))
    assert len({answer.public_id for answer in answers}) == 1
    assert [answer.is_new for answer in answers].count(True) == 1
    assert rows(owner) == 1


def test_two_owners_of_one_content_have_a_document_each_and_share_the_bytes(owner: Context, portal: Flask) -> None:
    person = replace(owner, actor=replace(owner.actor, roles=frozenset({Role.CITIZEN}), participant_id=None))
    assert upload(owner).public_id != upload(person).public_id
    assert upload(person).is_new is False
    assert rows(owner) == 2
    assert len(stored(portal)) == 1


def test_a_waiting_document_is_scanned_again_by_the_outbox(owner: Context, scanner: Scanner) -> None:
    scanner.says = Finding.UNKNOWN
    waiting = upload(owner)
    upload(owner)
    messages = owner.session.execute(select(OutboxRow.topic, OutboxRow.payload)).all()
    assert [tuple(message) for message in messages] == [("documents.rescan", {"document": waiting.public_id})]


def test_sending_a_waiting_document_again_opens_it_when_the_scanner_is_back(owner: Context, scanner: Scanner) -> None:
    scanner.says = Finding.UNKNOWN
    upload(owner)
    scanner.says = Finding.CLEAN
    assert upload(owner).state is State.CLEAN


def test_a_clean_document_stays_clean_when_the_scanner_is_away(owner: Context, scanner: Scanner) -> None:
    upload(owner)
    scanner.says = Finding.UNKNOWN
    assert upload(owner).state is State.CLEAN


@pytest.mark.parametrize(("says", "state"), [(Finding.CLEAN, State.CLEAN), (Finding.INFECTED, State.INFECTED)])
def test_rescan_decides(owner: Context, system: Context, scanner: Scanner, says: Finding, state: State) -> None:
    scanner.says = Finding.UNKNOWN
    waiting = upload(owner)
    scanner.says = says
    assert operations.rescan(system, RescanDocument(waiting.public_id)).state is state
    assert queries.get_document(owner, waiting.public_id).state is state


def test_rescan_without_an_answer_changes_nothing(owner: Context, system: Context, scanner: Scanner) -> None:
    document = upload(owner)
    scanner.says = Finding.UNKNOWN
    with pytest.raises(Unavailable):
        operations.rescan(system, RescanDocument(document.public_id))
    assert queries.get_document(owner, document.public_id).state is State.CLEAN


def test_rescan_is_the_systems_own(owner: Context) -> None:
    with pytest.raises(NotAllowed):
        operations.rescan(owner, RescanDocument(upload(owner).public_id))


def test_rescan_of_nothing_is_not_found(system: Context) -> None:
    with pytest.raises(NotFound):
        operations.rescan(system, RescanDocument("nothing"))


def test_nobody_opens_a_document_found_infected_later(
    browser: TestApp, sign_in: Callable[..., TestApp], system: Context, scanner: Scanner
) -> None:
    send(sign_in())
    path = link(browser)
    scanner.says = Finding.INFECTED
    operations.rescan(system, RescanDocument(path.rpartition("/")[2]))
    browser.get(path, status=409)
    assert "Zərərli proqram tapılıb" in browser.get("/documents")


def test_a_day_has_its_limit_and_the_next_day_begins_anew(
    owner: Context, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "LIMITS", replace(LIMITS, size_per_day=len(PDF)))
    upload(owner)
    other = corpus.pdf(pages=2)
    with pytest.raises(Invalid) as refused:
        upload(owner, other)
    assert refused.value.code == "documents.daily_size"
    assert upload(owner).is_new is False
    assert rows(owner) == 1
    clock.advance(timedelta(days=1))
    assert len(other) > len(PDF)
    monkeypatch.setattr(operations, "LIMITS", replace(LIMITS, size_per_day=len(other)))
    assert upload(owner, other).is_new


def test_the_list_turns_pages_from_the_newest(owner: Context) -> None:
    sent = [upload(owner, corpus.pdf(pages=pages), f"{pages}.pdf").public_id for pages in (1, 2, 3)]
    first = queries.list_documents(owner, number=2)
    assert [row.public_id for row in first.documents] == [sent[2], sent[1]]
    assert first.older == sent[1]
    second = queries.list_documents(owner, first.older, number=2)
    assert ([row.public_id for row in second.documents], second.older) == ([sent[0]], None)


def test_uploads_leave_a_trace_without_the_name_of_the_file(owner: Context) -> None:
    document = upload(owner)
    entry = owner.session.scalars(select(AuditEntry).where(AuditEntry.operation == "documents.upload_document")).one()
    assert document.public_id in str(vars(entry))
    assert "müqavilə" not in str(vars(entry))
