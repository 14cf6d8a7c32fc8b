"""A whole portal for the browser: made and served as anybody would, with its demonstration people."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.db import write_transaction
from app.core.outbox import GIVEN_UP_AFTER, Message
from app.core.roles import Role
from app.demo.people import DemoPerson, cast
from tests.processes import portal


@dataclass(frozen=True)
class Site:
    url: str
    instance: Path

    def person(self, role: Role) -> DemoPerson:
        return next(person for person in cast() if person.role is role)

    def leave_undelivered(self) -> None:
        """Two messages that were given up, for the operator's page."""
        engine = create_engine(f"sqlite:///{self.instance / 'e-gomruk.sqlite'}")
        began, now = datetime.now(UTC) - GIVEN_UP_AFTER, datetime.now(UTC)
        with Session(engine) as session:
            with write_transaction(session):
                outbox.write(session, [Message("test.unknown", {}, key) for key in ("one", "two")], None, began)
            for delivery in outbox.lease(session, "test", now):
                outbox.mark_failed(session, delivery, "test", "SMTPServerDisconnected: connection closed", now)
        engine.dispose()


@contextmanager
def served(instance: Path) -> Iterator[Site]:
    with portal(instance, EGOMRUK_WORKERS="1", EGOMRUK_TRUSTED_PROXIES="127.0.0.1") as (address, _):
        site = Site(address, instance)
        site.leave_undelivered()
        yield site
