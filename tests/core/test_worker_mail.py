"""Mails on their way: a real mail server that fails at first, the portal's worker, each of the three languages."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.operations import (
    AskForPasswordLink,
    OpenAccount,
    SendPasswordLink,
    ask_for_password_link,
    open_account,
    send_password_link,
)
from app.adapters.mail import SmtpMail
from app.core import outbox
from app.core.clock import FixedClock
from app.core.context import ANONYMOUS, Context
from app.core.outbox import LEASE, OutboxRow
from app.core.roles import Role
from app.worker import send_mail, work_once
from tests.processes import free_port

NAME = "Aysel Məmmədova"
ADDRESS = "aysel@example.az"
WORDS = {"az": "Yeni şifrə təyin etmək üçün", "en": "set a new password", "ru": "парол"}


@dataclass
class Post:
    """A mail server; as long as it is out of order it takes every mail in and then refuses it."""

    out_of_order: bool = False
    refused: list[EmailMessage] = field(default_factory=list)
    delivered: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (aiosmtpd's name)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        (self.refused if self.out_of_order else self.delivered).append(message)
        return "451 Try again later" if self.out_of_order else "250 OK"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def worker(post: Post, system: Context) -> Iterator[Context]:
    port = free_port()
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    mail = SmtpMail(f"smtp://127.0.0.1:{port}", "e-gomruk@customs.example")
    yield replace(system, ports=replace(system.ports, mail=mail))
    controller.stop()


@pytest.fixture
def ask(system: Context) -> Callable[[str], None]:
    """Opens an account whose owner reads this language, and asks for a new password; the mail waits."""

    def asked(language: str) -> None:
        facts = {"username": "aysel.m", "password": "dörd yaşıl gəmi limanda", "name": NAME, "roles": (Role.CITIZEN,)}
        open_account(system, OpenAccount(**facts, email=ADDRESS, language=language))  # type: ignore[arg-type]
        send_password_link(system, SendPasswordLink("aysel.m", "asked"))

    return asked


@pytest.mark.parametrize("language", WORDS)
def test_mail_arrives_once_and_as_the_same_after_a_failure(
    worker: Context, post: Post, ask: Callable[[str], None], clock: FixedClock, language: str
) -> None:
    ask(language)
    post.out_of_order = True
    assert work_once(worker, "a") == 1
    assert work_once(worker, "a") == 0  # It pauses first.
    post.out_of_order = False
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        work_once(worker, "a")
    (refused,), (delivered,) = post.refused, post.delivered
    assert refused["Message-ID"] == delivered["Message-ID"]
    assert refused.get_content() == delivered.get_content()


@pytest.mark.parametrize("language", WORDS)
def test_mail_is_in_the_language_of_its_reader_and_its_subject_names_nobody(
    worker: Context, post: Post, ask: Callable[[str], None], language: str
) -> None:
    ask(language)
    work_once(worker, "a")
    (mail,) = post.delivered
    text = mail.get_content()
    assert mail["To"] == ADDRESS
    assert mail["Auto-Submitted"] == "auto-generated"
    assert NAME in text
    assert "https://e-gomruk.example/login/password/reset/" in text
    assert WORDS[language] in text
    assert not any(word in mail["Subject"].lower() for word in ("aysel", "məmmədova", "@", "http"))


def test_who_asks_for_a_new_password_waits_for_the_worker_to_find_out_whose_it_is(
    worker: Context, post: Post, ask: Callable[[str], None]
) -> None:
    ask("az")
    for username in ("nobody.here", "aysel.m"):
        ask_for_password_link(replace(worker, actor=ANONYMOUS), AskForPasswordLink(username))
    work_once(worker, "a")
    assert [mail["To"] for mail in post.delivered] == [ADDRESS, ADDRESS]
    assert len({mail.get_content() for mail in post.delivered}) == 2


def test_subjects_differ_by_language(worker: Context, post: Post) -> None:
    from app.accounts.mails import MAILS
    from app.web.i18n import translate

    subjects = {translate(language, MAILS["mail.password_link"].subject) for language in WORDS}
    assert len(subjects) == 3


def test_mail_of_a_worker_that_died_after_sending_comes_again_under_its_number(
    worker: Context, post: Post, ask: Callable[[str], None], clock: FixedClock
) -> None:
    ask("az")
    (delivery,) = outbox.lease(worker.session, "dead", clock.now())
    send_mail(worker, delivery)  # And here it dies: nobody notes that it was sent.
    clock.advance(LEASE)
    assert work_once(worker, "heir") == 1
    assert len(post.delivered) == 2
    assert post.delivered[0]["Message-ID"] == post.delivered[1]["Message-ID"]


def test_link_is_forgotten_once_it_left(worker: Context, ask: Callable[[str], None], session: Session) -> None:
    ask("az")
    work_once(worker, "a")
    session.rollback()
    assert session.scalars(select(OutboxRow.payload)).all() == [{}]


def test_server_that_is_away_loses_nothing(
    worker: Context, post: Post, ask: Callable[[str], None], clock: FixedClock
) -> None:
    ask("az")
    nowhere = SmtpMail(f"smtp://127.0.0.1:{free_port()}", "e-gomruk@customs.example")
    assert work_once(replace(worker, ports=replace(worker.ports, mail=nowhere)), "a") == 1
    assert worker.session.scalars(select(OutboxRow.last_error)).one() == "ConnectionRefusedError"
    worker.session.rollback()
    clock.advance(timedelta(minutes=1))
    work_once(worker, "a")
    assert len(post.delivered) == 1


def test_newline_in_a_name_adds_no_header(worker: Context, post: Post) -> None:
    with pytest.raises((ValueError, smtplib.SMTPException)):
        worker.ports.mail.send("id", "a@example.az\nBcc: b@example.az", "Mövzu", "Mətn")
    assert post.delivered == []
