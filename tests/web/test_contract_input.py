"""What an applicant may send wrong, too much or twice, and whose application nobody else sees."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select
from webtest import TestApp

from app.contracts import operations
from app.contracts.machine import State
from app.contracts.models import Contract, ContractEvent, ContractPaper
from app.contracts.queries import Key
from app.contracts.rules import Paper, Step
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Invalid, NotFound
from tests.unit.documents import corpus
from tests.web.contracting import (
    EMAIL,
    NAME,
    PDF,
    PIN,
    VOEN,
    Office,
    form_to,
    form_with,
    main_text,
    new_browser,
    upload,
)


@pytest.fixture
def office(portal: Flask, system: Context) -> Office:
    return Office(portal, system)


@pytest.fixture
def draft(office: Office) -> tuple[TestApp, str, Key]:
    """A draft in the browser of whoever began it."""
    key = office.begun()
    return entered(office, key), f"/contracts/{key.public_id}", key


def entered(office: Office, key: Key) -> TestApp:
    browser = new_browser(office.portal)
    path = f"/contracts/link/{key.token}"
    form_to(browser.get(path), path).submit(status=303)
    return browser


def test_each_mistake_stands_at_its_field_and_in_the_summary_and_nothing_typed_is_lost(
    draft: tuple[TestApp, str, Key],
) -> None:
    browser, root, _ = draft
    form = form_with(browser.get(f"{root}/payer"), "payer")
    form["payer"], form["firm"] = "990000014", "Araz"
    page = form.submit(status=422)
    links = [link["href"] for link in page.html.find(role="alert").find_all("a")]
    assert links == ["#payer", "#address"]
    assert page.html.find(id="payer")["aria-invalid"] == "true"
    assert page.html.find(id="payer")["value"] == "990000014"
    assert page.html.find(id="firm")["value"] == "Araz"
    assert page.html.title.string.startswith("Xəta: ")


def test_an_unfinished_application_is_not_sent_and_says_what_is_missing(draft: tuple[TestApp, str, Key]) -> None:
    browser, root, _ = draft
    page = form_to(browser.get(f"{root}/check"), "/check").submit(status=422)
    links = [link["href"] for link in page.html.find(role="alert").find_all("a")]
    assert "#answer-payer" in links
    assert "#paper-letter" in links
    assert all(page.html.find(id=link[1:]) for link in links)


@pytest.mark.parametrize(("variant", "email"), [("", ""), ("bank", EMAIL), ("firm", "kamal@"), ("firm", "a\nb@x.az")])
def test_a_beginning_that_makes_no_sense_is_refused_and_writes_to_nobody(
    office: Office, browser: TestApp, variant: str, email: str
) -> None:
    form = form_with(browser.get("/contracts/new"), "variant", "email")
    form["variant"].force_value(variant)
    form["email"].force_value(email)
    form.submit(status=422)
    assert office.mails() == []


def test_whoever_begins_again_and_again_is_stopped(office: Office, browser: TestApp, clock: FixedClock) -> None:
    def begin(email: str, status: int) -> None:
        form = form_with(browser.get("/contracts/new"), "variant", "email")
        form["variant"], form["email"] = "firm", email
        form.submit(status=status)

    for _ in range(5):
        begin(EMAIL, 303)
    begin(EMAIL, 429)  # One address is not flooded with mails,
    for number in range(15):
        begin(f"a{number}@example.az", 303)
    begin("b@example.az", 429)  # nor do we write for one sender to all the world.
    assert len(office.mails()) == 20
    clock.advance(timedelta(hours=1, seconds=1))
    begin("b@example.az", 303)


def test_a_beginning_sent_twice_is_one_draft_and_one_mail(office: Office, browser: TestApp) -> None:
    form = form_with(browser.get("/contracts/new"), "variant", "email")
    form["variant"], form["email"] = "firm", EMAIL
    assert form.submit(status=303).location == form.submit(status=303).location
    assert office.mails() == ["contracts.confirm"]


def test_an_application_sent_twice_is_sent_once(office: Office) -> None:
    key = office.filled()
    browser = entered(office, key)
    form = form_to(browser.get(f"/contracts/{key.public_id}/check"), "/check")
    form.submit(status=303)
    form.submit(status=303)
    office.system.session.rollback()
    assert office.system.session.scalar(select(func.count()).select_from(ContractEvent)) == 1
    assert office.mails().count("contracts.applied") == 1


def test_what_was_sent_is_changed_no_more(office: Office) -> None:
    key = office.applied()
    with pytest.raises(Conflict):
        operations.fill_in(office.stranger, operations.FillIn(key, Step.PERSON, {"pin": PIN}))
    command = operations.AddPaper(key, Paper.FOUNDERS, BytesIO(corpus.pdf(pages=2)), "a.pdf", "application/pdf")
    with pytest.raises(Conflict):
        operations.add_paper(office.stranger, command)
    with pytest.raises(Conflict):
        operations.remove_paper(office.stranger, operations.RemovePaper(key, "x"))


@pytest.mark.parametrize(
    "path", ["", "/payer", "/check", "/papers/letter", "/text", "/sign", "/withdraw", "/contract.asice"]
)
def test_an_application_without_its_link_is_as_one_that_does_not_exist(office: Office, path: str) -> None:
    key, other = office.applied(), office.begun(email="other@example.az")
    page = entered(office, other).get(f"/contracts/{key.public_id}{path}", status=404)
    missing = new_browser(office.portal).get(f"/contracts/AAAAAAAAAAAAAAAAAAAAAA{path}", status=404)
    assert page.html.h1 == missing.html.h1
    assert all(fact not in page for fact in (VOEN, NAME, EMAIL))


def test_a_paper_is_fetched_by_its_owner_alone(office: Office) -> None:
    key, other = office.applied(), office.begun(email="other@example.az")
    office.system.session.rollback()
    paper = office.system.session.scalars(select(ContractPaper.public_id).limit(1)).one()
    path = f"/contracts/{key.public_id}/files/{paper}"
    answer = entered(office, key).get(path)
    assert answer.body == PDF
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    entered(office, other).get(path, status=404)
    entered(office, other).get(f"/contracts/{other.public_id}/files/{paper}", status=404)


def test_a_stranger_s_upload_is_not_even_looked_at(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.contracts.operations import papers

    key = office.begun()

    def looked(*_: object) -> None:
        raise AssertionError("somebody looked through the file of a stranger")

    monkeypatch.setattr(papers, "take_in", looked)
    foreign = Key(key.public_id, "wrong")
    command = operations.AddPaper(foreign, Paper.LETTER, BytesIO(PDF), "a.pdf", "application/pdf")
    with pytest.raises(NotFound):
        operations.add_paper(office.stranger, command)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (corpus.archive(), "a.pdf", "Arxiv faylı qəbul edilmir."),
        (b"", "a.pdf", "Fayl boşdur."),
        (PDF, "a.png", "Sonluğu .pdf edin."),
        (PDF[:200], "a.pdf", "Fayl zədələnib"),
    ],
)
def test_a_bad_file_is_explained_beside_its_field(
    draft: tuple[TestApp, str, Key], content: bytes, name: str, words: str
) -> None:
    browser, root, _ = draft
    page = upload(browser, f"{root}/papers/letter", content, name, status=422)
    assert words in main_text(page)
    assert page.html.find("a", href="#file") is not None


def test_the_same_file_sent_twice_is_there_once_and_another_needs_the_first_taken_out(office: Office) -> None:
    key = office.begun()

    def add(content: bytes) -> operations.Added:
        command = operations.AddPaper(key, Paper.LETTER, BytesIO(content), "a.pdf", "application/pdf")
        return operations.add_paper(office.stranger, command)

    first = add(PDF)
    assert add(PDF).public_id == first.public_id
    with pytest.raises(Invalid, match=r"contracts\.paper_there"):
        add(corpus.pdf(pages=2))
    operations.remove_paper(office.stranger, operations.RemovePaper(key, first.public_id))
    assert add(corpus.pdf(pages=2)).is_new


@pytest.mark.parametrize("paper", [Paper.IDENTITY, Paper.SIGNED, Paper.EXTRACT])
def test_what_is_not_asked_for_is_not_taken(office: Office, paper: Paper) -> None:
    command = operations.AddPaper(office.begun(), paper, BytesIO(PDF), "a.pdf", "application/pdf")
    with pytest.raises(Invalid, match=r"contracts\.paper_unasked"):
        operations.add_paper(office.stranger, command)


def test_a_flood_of_uploads_is_stopped(office: Office) -> None:
    key = office.begun()
    stranger = office.stranger
    for _ in range(60):
        stranger.ports.limits.hit(operations.papers.upload_limits(stranger.address), stranger.clock.now())  # type: ignore[attr-defined]
    page = upload(entered(office, key), f"/contracts/{key.public_id}/papers/letter", status=303)
    assert page.status_int == 303  # Another address is not hindered.
    flooded = new_browser(office.portal, stranger.address)
    path = f"/contracts/link/{key.token}"
    form_to(flooded.get(path), path).submit(status=303)
    upload(flooded, f"/contracts/{key.public_id}/papers/founders", status=429)


def test_fields_that_no_page_asks_for_change_nothing(office: Office, draft: tuple[TestApp, str, Key]) -> None:
    browser, root, key = draft
    form = form_with(browser.get(f"{root}/contact"), "phone")
    kept = [pair for pair in form.submit_fields() if pair[0] != "phone"]
    sent = [*kept, ("state", "activated"), ("email", "thief@example.az"), ("pin", "1AB2C3D")]
    sent += [("phone", "+994502000003"), ("valid_until", "2099-01-01"), ("holder_id", "1")]
    browser.post(f"{root}/contact", sent, status=303)
    row = office.row(key.public_id)
    assert (row.state, row.email, row.pin, row.valid_until, row.holder_id) == (State.DRAFT, EMAIL, "", None, None)
    assert row.phone == "+994502000003"


def test_the_audit_trail_names_no_person(office: Office) -> None:
    office.activated()
    office.system.session.rollback()
    rows = office.system.session.execute(select(AuditEntry.facts, AuditEntry.object_id, AuditEntry.code)).all()
    text = repr(rows)
    assert len(rows) > 10
    assert all(fact not in text for fact in (PIN, NAME, EMAIL, "+994502000003"))
    numbers = office.system.session.scalars(select(Contract.number)).all()
    assert len(numbers) == 1


def test_drafts_of_all_numbers_differ(office: Office) -> None:
    numbers = [office.row(office.begun(email=f"a{n}@x.az").public_id).number for n in range(3)]
    assert len(set(numbers)) == 3
    assert all(number.startswith("MQ26-") for number in numbers)
