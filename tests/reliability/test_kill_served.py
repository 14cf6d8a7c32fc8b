"""kill -9 of the running server while people upload: what they were told is there once, and nothing by half."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import sleep

import pytest
import requests
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.adapters.blobs import Blobs
from app.core import audit
from app.core.audit import AuditEntry
from app.core.db import engine_options
from app.core.roles import Role
from app.demo.people import cast
from app.documents.models import Document
from app.settings import Settings
from tests.conftest import Database
from tests.reliability.portal import MessageUploader, Portal, Uploader, served
from tests.reliability.server import wait_until
from tests.soap.registered import YEAR, Represented, enrol
from tests.soap.signed import system
from tests.thoroughness import IS_WHOLE

pytestmark = [pytest.mark.slow, pytest.mark.trust]
KILLS = 100 if IS_WHOLE else 8
UPLOADERS = {Role.CITIZEN, Role.PARTICIPANT, Role.BROKER}
LONGEST_WAIT = 0.8  # The moment itself is chance.
LAST = 20  # Messages that are sent again when all is over.


def test_killed_server_loses_and_doubles_nothing(database: Database, tmp_path: Path) -> None:
    people = [person for person in cast() if person.role in UPLOADERS]
    with served(tmp_path, database.url) as portal:
        uploaders = [Uploader(portal.address, one.username, one.password, n) for n, one in enumerate(people)]
        sender = message_uploader(portal, tmp_path, database.url, len(people))
        uploaders.append(sender)
        with at_work(uploaders):
            kill_again_and_again(portal, uploaders, Random(4711))
        with requests.Session() as http:
            for sent in range(sender.sent)[-LAST:]:
                sender.insist(http, sent)
    told = {f"{name}.png": public_id for uploader in uploaders for name, public_id in uploader.told.items()}
    engine = create_engine(database.url, **engine_options(database.url))
    with Session(engine) as session:
        stored = {row.name: row for row in session.scalars(select(Document))}
        names = Counter(session.scalars(select(Document.name)))
        done = select(AuditEntry.object_id).where(AuditEntry.operation == "documents.upload_document")
        audited = Counter(session.scalars(done.where(AuditEntry.outcome == "completed")))
        rows, breaks = audit.verify(session)
    engine.dispose()
    blobs = Blobs(tmp_path / "documents", reserve=0)
    lost = [name for name, public_id in told.items() if stored[name].public_id != public_id]
    halves = [row.name for row in stored.values() if not audited[row.public_id] or not blobs.exists(row.sha256)]
    print(f"\n{database.backend}: {KILLS} kills, {len(told)} acknowledged, {len(stored)} stored, {rows} audit rows")
    assert len(told) >= KILLS
    assert lost == []
    assert [name for name, times in names.items() if times > 1] == []
    assert halves == []
    assert breaks == []
    print(f"{sender.replayed} messages were sent again, over {KILLS} kills")
    assert sender.replayed > 0
    assert sender.broken == []


def message_uploader(portal: Portal, instance: Path, url: str, number: int) -> MessageUploader:
    """A system and a person for whom it speaks, whose limits are nobody else's."""
    settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(instance), "DATABASE_URL": url})
    now, person = datetime.now(UTC), Represented("8AB1C2D", "9900000151", "replayer")
    hub = system("hub", now - YEAR, now + YEAR, "ec")
    enrol(settings, hub.certificate, ("UploadDocument",), person=person)
    return MessageUploader(portal.address, "", "", number, system=hub, person=person)


@contextmanager
def at_work(uploaders: list[Uploader]) -> Iterator[None]:
    stop = Event()
    threads = [Thread(target=uploader.work, args=(stop,)) for uploader in uploaders]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kill_again_and_again(portal: Portal, uploaders: list[Uploader], chance: Random) -> None:
    """The web process that has lived longest, each time; the group brings it back, and the other one goes on.

    Between two kills somebody is answered, however slow the machine is.
    """
    for _ in range(KILLS):
        answered = told_so_far(uploaders)
        wait_until(lambda: told_so_far(uploaders) > answered and len(portal.web_processes()) > 1)  # noqa: B023
        sleep(chance.random() * LONGEST_WAIT)
        os.kill(portal.web_processes()[0], signal.SIGKILL)


def told_so_far(uploaders: list[Uploader]) -> int:
    return sum(len(uploader.told) for uploader in uploaders)
