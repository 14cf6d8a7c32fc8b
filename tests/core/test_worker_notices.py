"""Notices by mail: to the address, in the language and by the wish that hold when they are delivered."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person
from app.accounts.operations import OpenAccount, open_account
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import write_transaction
from app.core.roles import Assurance, Role
from app.notifications.models import Notification
from app.notifications.operations import ChooseMail, choose_mail, notify
from app.worker import work_once
from tests.core.test_worker_mail import Post, post, worker

__all__ = ["post", "worker"]
NAME, ADDRESS, NUMBER = "Aysel Məmmədova", "aysel@example.az", "9900000141"


@pytest.fixture
def aysel(system: Context) -> int:
    facts = {"username": "aysel.m", "password": "dörd yaşıl gəmi limanda", "name": NAME, "roles": (Role.CITIZEN,)}
    open_account(system, OpenAccount(**facts, pin="7EF9G4H", email=ADDRESS))  # type: ignore[arg-type]
    return system.session.scalars(select(Person.id)).one()


@pytest.fixture
def tell(system: Context, aysel: int) -> Callable[..., None]:
    from app.core import outbox

    def told(kind: str, **facts: str) -> None:
        context = replace(system, journal=type(system.journal)())
        with write_transaction(system.session):
            notify(context, aysel, kind, **facts)
            outbox.write(system.session, context.journal.messages, None, system.clock.now())

    return told


def changed(system: Context, **values: object) -> None:
    with write_transaction(system.session):
        system.session.execute(update(Person).values(**values))


WORDS = {
    "az": ("e-Gömrük: Etibarnamə verildi", "adından etibarnamə verildi"),
    "en": ("e-Gömrük: Power of attorney given", "A power of attorney was given"),
    "ru": ("e-Gömrük: Выдана доверенность", "Выдана доверенность"),
}


@pytest.mark.parametrize("language", WORDS)
def test_notice_is_in_the_language_of_its_reader_and_its_subject_names_nobody(
    worker: Context, post: Post, system: Context, tell: Callable[..., None], language: str
) -> None:
    tell("accounts.power_given", number=NUMBER)
    changed(system, language=language)  # Chosen after it was written, and before it left.
    assert work_once(worker, "a") == 1
    (mail,) = post.delivered
    subject, words = WORDS[language]
    assert (mail["To"], mail["Subject"]) == (ADDRESS, subject)
    assert words in mail.get_content()
    assert "https://e-gomruk.example/notifications" in mail.get_content()
    assert NUMBER not in mail["Subject"]


def test_notice_arrives_once_under_its_number_after_a_failure(
    worker: Context, post: Post, tell: Callable[..., None], clock: FixedClock
) -> None:
    tell("accounts.disabled")
    post.out_of_order = True
    work_once(worker, "a")
    post.out_of_order = False
    for _ in range(3):
        clock.advance(timedelta(minutes=1))
        work_once(worker, "a")
    (refused,), (delivered,) = post.refused, post.delivered
    assert refused["Message-ID"] == delivered["Message-ID"]


def test_refused_kind_stays_in_the_inbox_and_what_protects_is_sent(
    worker: Context, post: Post, system: Context, aysel: int, tell: Callable[..., None]
) -> None:
    reader = Actor(frozenset({Role.CITIZEN}), NAME, "person:a", person_id=aysel, assurance=Assurance.PASSWORD)
    choose_mail(replace(system, actor=reader), ChooseMail(()))
    tell("accounts.power_given", number=NUMBER)
    tell("accounts.disabled")
    assert work_once(worker, "a") == 2
    assert [mail["Subject"] for mail in post.delivered] == ["e-Gömrük: Portala girişiniz dayandırılıb"]
    assert len(list(system.session.scalars(select(Notification.id)))) == 2


def test_notice_goes_to_the_address_of_the_day_or_nowhere(
    worker: Context, post: Post, system: Context, tell: Callable[..., None]
) -> None:
    tell("accounts.disabled")
    changed(system, email="new@example.az")
    work_once(worker, "a")
    tell("accounts.disabled")
    changed(system, email=None)
    assert work_once(worker, "a") == 1
    assert [mail["To"] for mail in post.delivered] == ["new@example.az"]
