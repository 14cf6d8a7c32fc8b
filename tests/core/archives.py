"""An archive in a test's hands: a centre that signs, stamps and can be replaced, and decisions to be kept."""

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.x509 import Certificate
from sqlalchemy import select

from app.archive.auditing import compare
from app.archive.models import KeptContainer
from app.archive.operations import KeepContainer, Kept, keep, record
from app.archive.rules import Kind
from app.core.context import Context
from app.core.db import write_transaction
from signing import profiles
from signing.data_file import DataFile, data_file
from signing.paths import Trust
from signing.sealing import Services
from signing.transparency.checkpoint import parse_checkpoint
from signing.transparency.entries import Entry, EntryKind
from signing.transparency.keys import SignerKey
from signing.transparency.notes import Note, parse_note
from signing.transparency.trust import LogTrust
from tests.signing.centre import PERSON, START, Centre, sealed

NUMBER = "26AZ00100123456"


@dataclass
class Reach:
    """What the portal reaches of the outside world; the newest centre stamps, all roots ever pinned are believed."""

    centre: Centre
    pinned: list[Centre] = field(default_factory=list)
    services_in_use: Services | None = None

    @property
    def roots(self) -> Trust:
        return Trust(tuple(one.root for one in (self.centre, *self.pinned)))

    @property
    def authorities(self) -> tuple[Certificate, ...]:
        return ()

    @property
    def services(self) -> Services:
        return self.services_in_use or self.centre.services


def placed(system: Context, centre: Centre) -> Context:
    """The system with this centre's clock, which the test moves, and within its reach."""
    return replace(system, clock=centre.clock, ports=replace(system.ports, trust=Reach(centre)))


def declaration(centre: Centre, number: str = NUMBER) -> bytes:
    xml = f'<Declaration xmlns="urn:e-gomruk:declaration:v1"><Number>{number}</Number></Declaration>'
    signer = centre.signer(profiles.PERSON_SIGNING, PERSON)
    return sealed(centre, signer, [data_file("declaration.xml", xml.encode())]).to_bytes()


def decision_files(number: str = NUMBER, code: str = "released") -> list[DataFile]:
    said = f"<Number>{number}</Number><Code>{code}</Code>"
    xml = f'<Decision xmlns="urn:e-gomruk:decision:v1">{said}</Decision>'
    return [data_file("declaration.asice", f"signed by {number}".encode()), data_file("decision.xml", xml.encode())]


def decision(centre: Centre, number: str = NUMBER, code: str = "released") -> bytes:
    return sealed(centre, centre.signer(), decision_files(number, code)).to_bytes()


def keep_decision(context: Context, centre: Centre, number: str = NUMBER) -> Kept:
    return keep(context, KeepContainer(decision(centre, number), Kind.DECISION, number))


def keep_declaration(context: Context, centre: Centre, number: str = NUMBER) -> Kept:
    return keep(context, KeepContainer(declaration(centre, number), Kind.DECLARATION, number))


def entries(number: int, name: str = "entry") -> list[str]:
    """Decisions as the register has them, without containers."""
    digests = (hashlib.sha256(f"{name} {place}".encode()).hexdigest() for place in range(number))
    made = (Entry(EntryKind.DECISION, f"26AZ-{name}", "released", digest, START) for digest in digests)
    return [one.to_bytes().decode() for one in made]


def recorded(context: Context, texts: list[str]) -> None:
    with write_transaction(context.session):
        for text in texts:
            record(context, text)


def checkpoint(context: Context) -> Note:
    return parse_note(context.ports.log.read("checkpoint"))


def size(context: Context) -> int:
    return parse_checkpoint(checkpoint(context).text).size


def trust(context: Context, *witnesses: SignerKey) -> LogTrust:
    return LogTrust((context.ports.log.key.verifier,), tuple(key.verifier for key in witnesses))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def faults(context: Context) -> list[str]:
    return [str(fault) for fault in compare(context).faults]


def rows(context: Context) -> list[KeptContainer]:
    context.session.rollback()
    return list(context.session.scalars(select(KeptContainer).order_by(KeptContainer.id)))


def the_row(context: Context) -> KeptContainer:
    (row,) = rows(context)
    return row


def content(context: Context) -> bytes:
    return b"".join(context.ports.blobs.open(the_row(context).sha256))
