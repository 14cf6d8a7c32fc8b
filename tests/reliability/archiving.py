"""A process that keeps decisions, enters them into the register and renews them, and says before each step what comes.

It is killed at any moment; what it had said must be there, and what it had begun is all there or not at all.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.adapters.published_log import LogFolder
from app.archive.operations import KeepContainer, advance_log, keep, maintain_due
from app.archive.rules import Kind
from app.core.clock import FixedClock
from app.core.context import Actor, Context
from app.core.db import engine_options
from signing import profiles
from signing.authority import Authority
from signing.certificates import load_file
from signing.paths import Trust
from signing.sealing import Services, seal
from signing.signers.pkcs12 import KeyFile
from signing.subjects import Subject
from tests.core.archives import decision_files
from tests.reliability.writing import Place

PRELOADED = ["tests.reliability.archiving"]
PASSPHRASE = "a passphrase for the tests"
OFFICER = Subject.officer("7XYZ2QW", "Elçin", "Quliyev", "00100")


@dataclass(frozen=True)
class Centres:
    """Two centres in their folders: the second takes over when the first comes to its end."""

    folder: Path
    moment: datetime
    is_second: bool

    def found(self, first: datetime, second: datetime) -> None:
        for name, since in (("first", first), ("second", second)):
            Authority.create(self.folder / name, PASSPHRASE, FixedClock(since))

    @cached_property
    def authority(self) -> Authority:
        name = "second" if self.is_second else "first"
        return Authority.open(self.folder / name, PASSPHRASE, FixedClock(self.moment))

    @property
    def roots(self) -> Trust:
        paths = (self.folder / name / "root.crt" for name in ("first", "second"))
        return Trust(tuple(load_file(path.read_bytes())[0] for path in paths))

    @property
    def authorities(self) -> tuple[Certificate, ...]:
        return ()

    @property
    def services(self) -> Services:
        own = self.authority
        return Services(own.tsa, own.ocsp, FixedClock(self.moment), own)

    def decision(self, number: str) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.authority.issue(profiles.OFFICER, OFFICER, key.public_key())
        signer = KeyFile(certificate, (self.authority.issuing,), key)
        return seal(decision_files(number), signer, self.services).to_bytes()


class Told(LogFolder):
    """Says that it is about to write, so that it can be killed just then."""

    def write(self, path: str, content: bytes) -> None:
        ANSWERS[0].send(f"write {path}")
        super().write(path, content)


ANSWERS: list[Connection] = []


@dataclass(frozen=True)
class Archive:
    place: Place
    centres: Centres

    def context(self, session: Session, log: type[LogFolder] = LogFolder) -> Context:
        made = self.place.context(session, Actor.system("worker"))
        folder = self.place.folder
        published = log(folder / "log", "e-gomruk.example/log", "", folder / "log_key")
        ports = replace(made.ports, trust=self.centres, log=published)
        return replace(made, ports=ports, clock=FixedClock(self.centres.moment))


def live(archive: Archive, numbers: list[str], answers: Connection) -> None:
    """Keeps these decisions, and looks after everything after each of them; at the end until nothing is left to do."""
    ANSWERS.append(answers)
    engine = create_engine(archive.place.url, **engine_options(archive.place.url))
    with Session(engine) as session:
        context = archive.context(session, Told)
        for number in numbers:
            keep(context, KeepContainer(archive.centres.decision(number), Kind.DECISION, number))
            answers.send(f"kept {number}")
            advance_log(context)
            answers.send("advanced")
            maintain_due(context)
            answers.send("maintained")
        advance_log(context)
        while maintain_due(context):
            answers.send("maintained")
    engine.dispose()
    answers.close()


def later(archive: Archive, by: timedelta, *, is_second: bool) -> Archive:
    centres = replace(archive.centres, moment=archive.centres.moment + by, is_second=is_second)
    return replace(archive, centres=centres)
