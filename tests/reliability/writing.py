"""A process that carries out real operations as fast as it can and says after each that it is done.

It is killed at any moment; what it had said must be there, and what it had begun is all there or not at all.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.accounts.operations import OpenAccount, open_account
from app.adapters.blobs import Blobs
from app.adapters.mail import SmtpMail
from app.adapters.malware import scanner_at
from app.adapters.published_log import LogFolder
from app.adapters.trust_services import TrustServices
from app.core.clock import FixedClock
from app.core.context import Actor, Channel, Context
from app.core.db import engine_options
from app.core.limits import Limit
from app.core.ports import Ports
from app.core.roles import Assurance, Role

# What the server that forks the processes imports once for all of them.
PRELOADED = ["tests.reliability.writing", "tests.reliability.work", "tests.reliability.competing"]
THREADS = 4
USERNAME = "aysel.m"
CLOCK = FixedClock(datetime(2026, 11, 20, 8, tzinfo=UTC))
PARTICIPANT = Actor(frozenset({Role.PARTICIPANT}), "Aysel", "account:aysel", assurance=Assurance.PASSWORD)


class Unlimited:
    """The tests ask more often than any person may."""

    def hit(self, limits: Sequence[Limit], now: datetime) -> None:
        """Lets everybody in."""

    def check(self, limits: Sequence[Limit], now: datetime) -> None:
        """Refuses nobody."""

    def forgive(self, limits: Sequence[Limit]) -> None:
        """Has nothing to forget."""


@dataclass(frozen=True)
class Place:
    """Where the operations write."""

    url: str
    folder: Path

    def context(self, session: Session, actor: Actor = PARTICIPANT) -> Context:
        ports = Ports(
            limits=Unlimited(),
            blobs=Blobs(self.folder, reserve=0),
            scanner=scanner_at("", demo=True),
            mail=SmtpMail("smtp://127.0.0.1:9", "e-gomruk@localhost"),
            trust=TrustServices(self.folder / "root.crt", "http://127.0.0.1:9/tsa", "http://127.0.0.1:9/ocsp"),
            log=LogFolder(self.folder / "log", "e-gomruk.example/log", "", self.folder / "log_key"),
            base_url="https://e-gomruk.example",
        )
        return Context(actor, session, CLOCK, ports, channel=Channel.SOAP)


def open_the_account(place: Place) -> None:
    engine = create_engine(place.url, **engine_options(place.url))
    with Session(engine) as session:
        roles = (Role.PARTICIPANT,)
        command = OpenAccount(USERNAME, "dörd yaşıl gəmi limanda", "Aysel", roles, email="aysel@example.az")
        open_account(place.context(session, Actor.system("test")), command)
    engine.dispose()


def write(place: Place, ask: Callable[[Context, str], object], keys: Iterable[str], answers: Connection) -> None:
    """Each key is asked for once, by one of several threads; its coming back means that the portal has said yes."""
    engine = create_engine(place.url, **engine_options(place.url))
    waiting, taking, saying = iter(keys), Lock(), Lock()

    def ask_one_after_the_other(_thread: int) -> None:
        with Session(engine) as session:
            context = place.context(session)
            while True:
                with taking:
                    key = next(waiting, None)
                if key is None:
                    return
                ask(replace(context, idempotency_key=key, reference=key), key)
                with saying:
                    answers.send(key)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(ask_one_after_the_other, range(THREADS)))
    answers.close()
