"""The core without a portal around it: sessions, contexts and a made-up operation on each database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app.adapters.blobs import Blobs
from app.adapters.mail import SmtpMail
from app.adapters.malware import scanner_at
from app.adapters.published_log import LogFolder
from app.adapters.trust_services import TrustServices
from app.core import operation as operations
from app.core import policy as policies
from app.core.clock import FixedClock
from app.core.context import Actor, Channel, Context
from app.core.db import engine_options
from app.core.limits import DatabaseLimits
from app.core.operation import operation
from app.core.policy import Rule
from app.core.ports import Ports
from app.core.roles import Assurance, Role
from app.operate.backup import back_up
from app.reference.operations import LoadReference, load_reference
from tests.conftest import Database, scratch_postgres
from tests.core import register
from tests.core.archives import placed
from tests.core.installation import open_portal_life, store_papers
from tests.core.register import MakeContext
from tests.signing.centre import Centre

Command = TypeVar("Command")
Answer = TypeVar("Answer")


@pytest.fixture
def clock(now: datetime) -> FixedClock:
    return FixedClock(now)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    engine = create_engine(database.url, **engine_options(database.url), pool_size=20)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def ports(session: Session, blobs: Blobs, tmp_path: Path) -> Ports:
    """The real ones, but nobody listens for mail nor gives time-stamps."""
    return Ports(
        limits=DatabaseLimits(lambda: session, "secret"),
        blobs=blobs,
        scanner=scanner_at("", demo=True),
        mail=SmtpMail("smtp://127.0.0.1:9", "e-gomruk@localhost"),
        trust=TrustServices(tmp_path / "root.crt", "http://127.0.0.1:9/tsa", "http://127.0.0.1:9/ocsp"),
        log=LogFolder(tmp_path / "log", "e-gomruk.example/log", "", tmp_path / "log_key"),
        base_url="https://e-gomruk.example",
    )


@pytest.fixture
def make_context(session: Session, clock: FixedClock, ports: Ports) -> MakeContext:
    def made(who: str = "aysel", role: Role = Role.PARTICIPANT, **more: Any) -> Context:
        facts: dict[str, Any] = {"session": session, "channel": Channel.SOAP, "address": "192.0.2.10"} | more
        actor = Actor(frozenset({role}), who, f"account:{who}", assurance=Assurance.STRONG)
        return Context(actor=actor, clock=clock, ports=ports, reference="AAAA-0001", **facts)

    return made


@pytest.fixture
def system(session: Session, clock: FixedClock, ports: Ports) -> Context:
    return Context(Actor.system("test"), session, clock, ports, reference="test")


@pytest.fixture
def operated(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Callable[[Context, Any], Any]]:
    """Makes a function an operation that participants may carry out, for as long as the test runs."""
    table = dict(policies.policy())
    monkeypatch.setattr(policies, "policy", lambda: table)
    monkeypatch.setattr(operations, "OPERATIONS", {})

    def made(function: Callable[[Context, Command], Answer], **rules: Any) -> Callable[[Context, Command], Answer]:
        decorate: Callable[..., Callable[[Context, Command], Answer]] = operation(**rules)
        done = decorate(function)
        (name,) = set(operations.OPERATIONS) - set(table)
        table[name] = Rule(name, frozenset({Role.PARTICIPANT}), Assurance.PASSWORD)
        return done

    return made


@pytest.fixture
def enter(
    operated: Callable[..., Callable[[Context, register.Enter], register.Entered]],
) -> Callable[[Context, register.Enter], register.Entered]:
    return operated(register.enter, service=register.SERVICE)


@pytest.fixture
def scratch(database: Database, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes empty databases of the same kind and gives their addresses."""
    with ExitStack() as dropped_afterwards:
        numbers = count()

        def made() -> str:
            if database.backend == "sqlite":
                return f"sqlite:///{tmp_path / f'scratch{next(numbers)}.sqlite'}"
            return dropped_afterwards.enter_context(scratch_postgres())

        yield made


@pytest.fixture
def elsewhere(scratch: Callable[[], str]) -> str:
    return scratch()


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "documents", reserve=0)


@pytest.fixture
def portal_life(system: Context, blobs: Blobs) -> None:
    load_reference(system, LoadReference())
    open_portal_life(system)
    store_papers(system, blobs)
    system.session.rollback()


@pytest.fixture
def saved(portal_life: None, database: Database, blobs: Blobs, tmp_path: Path, clock: FixedClock) -> Path:
    back_up(database.url, blobs, tmp_path / "saved", clock.now())
    return tmp_path / "saved"


@pytest.fixture
def centre() -> Centre:
    """A certification centre whose clock the test moves."""
    return Centre()


@pytest.fixture
def archive(system: Context, centre: Centre) -> Context:
    """The system within reach of this centre and with its clock."""
    return placed(system, centre)


@pytest.fixture
def folder(archive: Context) -> Path:
    """Where the register is published."""
    assert isinstance(archive.ports.log, LogFolder)
    return archive.ports.log.folder
