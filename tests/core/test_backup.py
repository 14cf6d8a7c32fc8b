"""The drill: what was saved is brought back elsewhere, equal to the last row and byte; what is not whole is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import create_engine, delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.adapters.blobs import Blobs
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import engine_options
from app.operate.backup import DATABASE, DOCUMENTS, MANIFEST, back_up, restore
from app.reference.operations import LoadReference, load_reference
from tests.conftest import Database
from tests.core.installation import PAPERS, digests, rows, verified


def test_drill_brings_back_every_row_and_every_byte(
    saved: Path, database: Database, elsewhere: str, tmp_path: Path
) -> None:
    restored = Blobs(tmp_path / "restored", reserve=0)
    manifest = restore(elsewhere, restored, saved)
    assert rows(elsewhere) == rows(database.url)
    assert sum(map(len, rows(elsewhere).values())) > len(PAPERS)
    assert [b"".join(restored.open(digest)) for digest in digests(elsewhere)] == PAPERS
    assert verified(elsewhere) == (len(rows(database.url)["audit_entry"]), [])
    assert (manifest.documents, manifest.backend) == (len(PAPERS), database.backend)


def test_restored_database_still_guards_its_trail(saved: Path, elsewhere: str, tmp_path: Path) -> None:
    restore(elsewhere, Blobs(tmp_path / "restored", reserve=0), saved)
    engine = create_engine(elsewhere, **engine_options(elsewhere))
    with engine.connect() as connection, pytest.raises(DBAPIError, match="the audit trail is kept"):
        connection.execute(delete(AuditEntry))
    engine.dispose()


def test_backup_of_a_backup_is_the_same(saved: Path, elsewhere: str, tmp_path: Path, clock: FixedClock) -> None:
    restored = Blobs(tmp_path / "restored", reserve=0)
    first = restore(elsewhere, restored, saved)
    again = back_up(elsewhere, restored, tmp_path / "again", clock.now())
    assert (again.audit_heads, again.documents, again.revision) == (first.audit_heads, first.documents, first.revision)


def test_backup_is_readable_by_its_owner_alone_and_leaves_no_journal(saved: Path) -> None:
    assert saved.stat().st_mode & 0o077 == 0
    assert {path.name for path in saved.iterdir()} == {MANIFEST, DATABASE, DOCUMENTS}


@pytest.mark.usefixtures("portal_life")
def test_backup_while_others_write_is_of_one_moment(
    database: Database, elsewhere: str, tmp_path: Path, system: Context, blobs: Blobs
) -> None:
    begun, enough = Event(), Event()
    saved = tmp_path / "saved"

    def write() -> int:
        engine = create_engine(database.url, **engine_options(database.url))
        number = 0
        with Session(engine) as session:
            while not enough.is_set():
                number += 1
                load_reference(replace(system, session=session), LoadReference())
                begun.set()
        engine.dispose()
        return number

    with ThreadPoolExecutor(1) as other:
        written = other.submit(write)
        begun.wait()
        manifest = back_up(database.url, blobs, saved, system.clock.now())
        enough.set()
    assert written.result() > 0
    restore(elsewhere, Blobs(tmp_path / "restored", reserve=0), saved)
    ends = sum(int(head.split()[0]) for head in manifest.audit_heads.values())
    assert verified(elsewhere) == (ends, [])
    assert ends <= len(rows(database.url)["audit_entry"])
