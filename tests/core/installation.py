"""A portal in which something has happened, and what is looked at when it is saved and brought back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from app.accounts.operations import (
    AskForPasswordLink,
    OpenAccount,
    SendPasswordLink,
    SignIn,
    ask_for_password_link,
    open_account,
    send_password_link,
    sign_in,
)
from app.adapters.blobs import Blobs
from app.core import audit
from app.core.audit import AuditEntry, AuditHead
from app.core.context import ANONYMOUS, Channel, Context
from app.core.db import engine_options, write_transaction
from app.core.roles import Role
from app.core.service_counts import count_opening
from app.documents.models import Document
from app.documents.rules import Kind, State
from app.migrations.tables import metadata
from app.operate.backup import MANIFEST
from tests.core.tampering import drop_triggers

PASSWORD = "dörd yaşıl gəmi limanda"
PAPERS = [b"%PDF-1.7 " + bytes([number]) * number * 30_000 for number in range(6)]


def open_portal_life(system: Context, number: int = 0) -> None:
    """What a portal does on a quiet day, so that the tables hold something."""
    name = f"aysel.m{number}"
    participants = ((f"990000014{number}", "Xəzər İdxal MMC", "Bakı"),)
    account = OpenAccount(name, PASSWORD, "Aysel Məmmədova", (Role.PARTICIPANT,), pin=f"5ABCDE{number}")
    open_account(system, replace(account, email="aysel@example.az", participants=participants))
    visitor = replace(system, actor=ANONYMOUS, channel=Channel.WEB, address="192.0.2.10")
    sign_in(visitor, SignIn(name, PASSWORD))
    ask_for_password_link(replace(visitor, idempotency_key="k"), AskForPasswordLink(name))
    send_password_link(system, SendPasswordLink(name, "k"))
    count_opening(system.session, "gooen", "web", system.clock.now())


def store_papers(system: Context, blobs: Blobs, papers: Sequence[bytes] = PAPERS) -> None:
    with write_transaction(system.session):
        for number, paper in enumerate(papers):
            stored = blobs.put(paper)
            facts = {"kind": Kind.PDF, "state": State.CLEAN, "size": stored.size, "sha256": stored.sha256, "pages": 1}
            named = {"public_id": f"document-{number}", "name": f"qaimə {number}.pdf", "person_id": 1}
            system.session.add(Document(**facts, **named, uploaded_at=system.clock.now()))


def rows(url: str) -> Mapping[str, list[Any]]:
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        found = {table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata.sorted_tables}
    engine.dispose()
    return found


def verified(url: str) -> tuple[int, list[audit.Break]]:
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session:
        result = audit.verify(session)
    engine.dispose()
    return result


def amend(folder: Path, **changed: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | changed))


def digests(url: str) -> list[str]:
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        found = list(connection.scalars(select(Document.sha256).order_by(Document.name)))
    engine.dispose()
    return found


def is_empty(url: str) -> bool:
    engine = create_engine(url, **engine_options(url))
    with engine.connect() as connection:
        found = engine.dialect.get_table_names(connection)
    engine.dispose()
    return found == []


def cut_short(url: str) -> None:
    engine = create_engine(url, **engine_options(url))
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        drop_triggers(connection)
        last = connection.execute(
            select(AuditEntry.chain, AuditEntry.seq, AuditEntry.previous).where(AuditEntry.seq > 1)
        )
        row = last.all()[-1]
        mine = (AuditEntry.chain == row.chain) & (AuditEntry.seq >= row.seq)
        connection.execute(delete(AuditEntry).where(mine))
        head = update(AuditHead).where(AuditHead.chain == row.chain)
        connection.execute(head.values(seq=row.seq - 1, digest=row.previous))
    engine.dispose()
