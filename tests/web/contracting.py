"""A contract in a test's hands: the portal's people, and each step carried out as its own actor would."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from webtest import TestApp, Upload

from app.accounts.models import Person, SignInSession
from app.accounts.operations import OpenAccount, open_account
from app.contracts import operations
from app.contracts.models import Contract
from app.contracts.operations.papers import put
from app.contracts.queries import Key
from app.contracts.rules import Paper, Step
from app.core.context import ANONYMOUS, Actor, Channel, Context
from app.core.db import write_transaction
from app.core.outbox import OutboxRow
from app.core.roles import Assurance, Role
from app.documents.intake import Accepted
from app.documents.rules import Kind
from app.documents.rules import State as Scan
from tests.unit.documents import corpus

PASSWORD = "dörd yaşıl gəmi limanda"
EMAIL = "kamal@firma.example"
VOEN, FIRM = "9900000421", "Araz İxrac MMC"
PIN, NAME = "4AB5C6D", "Kamal Əliyev"
ANSWERS: Mapping[Step, Mapping[str, str]] = {
    Step.PAYER: {"payer": VOEN, "firm": FIRM, "address": "Gəncə şəhəri, Nizami küçəsi 1"},
    Step.PERSON: {"pin": PIN, "name": NAME, "position": "direktor"},
    Step.CONTACT: {"phone": "+994502000003", "iban": ""},
}
PAPERS = (Paper.LETTER, Paper.REGISTRATION, Paper.FOUNDERS)
PDF = corpus.pdf()
LINK = re.compile(r"http://localhost(/contracts/[a-z]+/[\w-]+)")


@dataclass
class Office:
    """Everybody who has to do with a contract, each with a context of his own."""

    portal: Flask
    system: Context

    @property
    def stranger(self) -> Context:
        return replace(self.system, actor=ANONYMOUS, channel=Channel.WEB, address="192.0.2.50")

    def officer(self, name: str = "nigar", role: Role = Role.OFFICER, **more: Any) -> Context:
        """Opens his account at the first call."""
        session = self.system.session
        found = session.scalar(select(Person.id).where(Person.name == name))
        if found is None:
            facts = {"username": name, "password": PASSWORD, "name": name, "roles": (role,), "must_change": False}
            open_account(self.system, OpenAccount(**(facts | more)))  # type: ignore[arg-type]
            found = session.scalars(select(Person.id).where(Person.name == name)).one()
        session.rollback()
        actor = Actor(frozenset({role}), name, f"person:{name}", person_id=found, assurance=Assurance.STRONG)
        return replace(self.system, actor=actor, channel=Channel.WEB)

    def enter(self, name: str, role: Role = Role.OFFICER) -> TestApp:
        """A browser in which this officer is signed in, as surely as by his card."""
        person_id = self.officer(name, role).actor.person_id
        browser = new_browser(self.portal)
        sign_in(browser, name)
        mine = update(SignInSession).where(SignInSession.person_id == person_id)
        with write_transaction(self.system.session):
            self.system.session.execute(mine.values(assurance=int(Assurance.STRONG)))
        return browser

    @property
    def senior(self) -> Context:
        return self.officer("elchin", Role.SENIOR_OFFICER)

    def row(self, public_id: str) -> Contract:
        self.system.session.rollback()
        chosen = select(Contract).where(Contract.public_id == public_id)
        row = self.system.session.scalars(chosen.execution_options(populate_existing=True)).one()
        self.system.session.expunge(row)
        self.system.session.rollback()
        return row

    def version(self, public_id: str) -> int:
        return self.row(public_id).version

    def link(self, kind: str | None = None) -> str:
        """The path in the newest mail that waits, of this kind."""
        self.system.session.rollback()
        rows = self.system.session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).all()
        sent = [row.payload for row in rows if row.topic == "contracts.mail"]
        link = next(one["link"] for one in sent if kind in {None, one["kind"]})
        self.system.session.rollback()
        found = LINK.fullmatch(link)
        assert found
        return found[1]

    def send_asked_links(self) -> None:
        """What the worker makes of the requests for links."""
        self.system.session.rollback()
        rows = select(OutboxRow).where(OutboxRow.topic == operations.LINK_ASKED, OutboxRow.sent_at.is_(None))
        for row in self.system.session.scalars(rows).all():
            asked = operations.AskForLink(row.payload["number"], row.payload["email"])
            with write_transaction(self.system.session):
                self.system.session.execute(
                    update(OutboxRow).where(OutboxRow.id == row.id).values(sent_at=self.system.clock.now())
                )
            operations.send_link(self.system, asked)

    def mails(self) -> list[str]:
        self.system.session.rollback()
        rows = self.system.session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        return [row.payload["kind"] for row in rows if row.topic == "contracts.mail"]

    def begun(self, variant: str = "firm", email: str = EMAIL) -> Key:
        """A draft whose applicant has opened the link in his mail."""
        begun = operations.begin(self.stranger, operations.Begin(variant, email))
        token = self.link("contracts.confirm").rpartition("/")[2]
        operations.enter(self.stranger, operations.Enter(token))
        return Key(begun.public_id, token)

    def filled(self, variant: str = "firm", **changed: str) -> Key:
        key = self.begun(variant)
        for step, answers in ANSWERS.items():
            operations.fill_in(self.stranger, operations.FillIn(key, step, {**answers, **changed}))
        self.bring(key, PAPERS if variant == "firm" else (Paper.LETTER, Paper.IDENTITY))
        return key

    def bring(self, key: Key, papers: Iterable[Paper]) -> None:
        """As an upload leaves them; looking through a file takes its time and has tests of its own."""
        row, stored = self.row(key.public_id), self.system.ports.blobs.put(PDF)
        with write_transaction(self.system.session):
            for paper in papers:
                file = Accepted(f"{paper}.pdf", Kind.PDF, 1, stored.sha256, stored.size, Scan.CLEAN)
                put(self.system, row, paper, file)

    def applied(self, variant: str = "firm", **changed: str) -> Key:
        key = self.filled(variant, **changed)
        operations.send(self.stranger, operations.Own(key))
        return key

    def decide(self, key: Key) -> operations.Decide:
        return operations.Decide(key.public_id, self.version(key.public_id))

    def approved(self, variant: str = "firm", **changed: str) -> Key:
        key = self.applied(variant, **changed)
        operations.check_papers(self.officer(), self.decide(key))
        operations.approve(self.officer(), self.decide(key))
        return key

    def recording(self, key: Key, signed_on: date | None = None) -> operations.RecordSignature:
        day = signed_on or date(2026, 11, 20)
        return operations.RecordSignature(
            key.public_id, self.version(key.public_id), day, BytesIO(PDF), "muqavile.pdf", "application/pdf"
        )

    def signed(self, variant: str = "firm", **changed: str) -> Key:
        key = self.approved(variant, **changed)
        operations.record_signature(self.officer(), self.recording(key))
        return key

    def issued(self, variant: str = "firm", **changed: str) -> Key:
        key = self.signed(variant, **changed)
        operations.issue(self.senior, self.decide(key))
        return key

    def activated(self, variant: str = "firm", **changed: str) -> Key:
        key = self.issued(variant, **changed)
        token = self.link("contracts.activation").rpartition("/")[2]
        operations.activate(self.stranger, operations.Activate(token, PASSWORD))
        return key

    def disable(self, public_id: str) -> None:
        holder = self.row(public_id).holder_id
        with write_transaction(self.system.session):
            shut = update(Person).where(Person.id == holder)
            self.system.session.execute(shut.values(disabled_at=self.system.clock.now()))


def new_browser(portal: Flask, address: str = "192.0.2.60") -> TestApp:
    return TestApp(portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": address})


def form_with(page: Any, *names: str) -> Any:
    return next(form for form in page.forms.values() if set(names) <= set(form.fields))


def form_to(page: Any, end: str) -> Any:
    return next(form for form in page.forms.values() if form.action.endswith(end))


def sign_in(browser: TestApp, username: str, password: str = PASSWORD, status: int = 303) -> Any:
    form = form_with(browser.get("/login/password"), "username", "password")
    form["username"], form["password"] = username, password
    return form.submit(status=status)


def upload(browser: TestApp, path: str, content: bytes = PDF, name: str = "müraciət.pdf", status: int = 303) -> Any:
    form = form_with(browser.get(path), "file")
    form["file"] = Upload(name, content, "application/pdf")
    return form.submit(status=status)


def main_text(page: Any) -> str:
    return " ".join(page.html.main.get_text(" ").split())
