"""Backup and restore: the database as of one moment, then every file that it knows, each checked by its hash."""

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import RawIOBase
from os import environ
from pathlib import Path

from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from app.adapters.blobs import Blobs
from app.archive.queries import contents
from app.contracts.models import Contract, ContractPaper
from app.core import audit
from app.core.audit import AuditHead
from app.core.db import engine_options
from app.core.errors import N_, Conflict, Invalid
from app.documents.models import Document
from app.gooen.models import Correction, GooenPdf
from app.migrations.state import current_revision

MANIFEST = "manifest.json"
DATABASE = "database"
DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: str
    backend: str
    revision: str
    database_sha256: str
    audit_heads: Mapping[str, str]  # The ends of the chains: kept elsewhere, they show a trail cut short.
    documents: int
    containers: int = 0


class NotWhole(Exception):
    """The backup is not what its manifest says."""


def back_up(url: str, blobs: Blobs, target: Path, now: datetime) -> Manifest:
    """The database first: every file that it knows is stored by then, and files never change."""
    if target.exists() and any(target.iterdir()):
        raise Conflict("backup.not_empty", N_("Ehtiyat nüsxə qovluğu boş olmalıdır."))
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    parsed = make_url(url)
    with _dump(parsed, target / DATABASE) as session:
        revision, heads = current_revision(session), audit_heads(session)
        documents, containers = document_hashes(session), sorted(contents(session))
    copy_documents(blobs, Blobs(target / DOCUMENTS, reserve=0), [*documents, *containers])
    digest, kind = sha256_of(target / DATABASE), parsed.get_backend_name()
    manifest = Manifest(now.isoformat(), kind, revision, digest, heads, len(documents), len(containers))
    (target / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2), "utf-8")
    return manifest


def restore(url: str, blobs: Blobs, source: Path) -> Manifest:
    """Into an empty database only: a restore never overwrites what somebody may still need."""
    manifest = Manifest(**json.loads((source / MANIFEST).read_text("utf-8")))
    parsed = make_url(url)
    if manifest.backend != parsed.get_backend_name():
        raise Invalid("backup.backend", N_("Ehtiyat nüsxə başqa növ verilənlər bazasındandır."))
    if sha256_of(source / DATABASE) != manifest.database_sha256:
        raise NotWhole("the database file was changed")
    if not _is_empty(url):
        raise Conflict("backup.not_empty_database", N_("Bərpa yalnız boş verilənlər bazasına edilir."))
    _load(parsed, source / DATABASE)
    with _session(url) as session:
        if audit_heads(session) != manifest.audit_heads or audit.verify(session)[1]:
            raise NotWhole("the audit trail does not hold")
        hashes = [*document_hashes(session), *contents(session)]
    copy_documents(Blobs(source / DOCUMENTS, reserve=0), blobs, hashes)
    return manifest


def copy_documents(source: Blobs, target: Blobs, hashes: list[str]) -> None:
    for sha256 in hashes:
        with _Stream(source.open(sha256)) as stream:
            if target.put(stream).sha256 != sha256:  # type: ignore[arg-type]
                raise NotWhole(f"the file {sha256} was changed")


def audit_heads(session: Session) -> dict[str, str]:
    rows = session.execute(select(AuditHead.chain, AuditHead.seq, AuditHead.digest).order_by(AuditHead.chain))
    return {str(row.chain): f"{row.seq} {row.digest}" for row in rows}


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def document_hashes(session: Session) -> list[str]:
    papers = (ContractPaper.sha256, Contract.text_sha256)
    named = (Document.sha256, *papers, Correction.file_sha256, GooenPdf.sha256)
    return sorted({sha256 for column in named for sha256 in session.scalars(select(column)) if sha256})


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = create_engine(url, **engine_options(url))
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def _dump(url: URL, target: Path) -> Iterator[Session]:
    """Saves the database, and gives a session that sees exactly what was saved."""
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        with _session(f"sqlite:///{target}") as session:
            yield session
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")  # One file, not three.
        return
    with _session(url.render_as_string(hide_password=False)) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
        _run(
            url,
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
        yield session


def _load(url: URL, source: Path) -> None:
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(str(url.database))) as live:
            copy.backup(live)
        return
    _run(url, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(source))


def _run(url: URL, *command: str) -> None:
    """A program of PostgreSQL on this database. The password goes by the environment: everybody may read arguments."""
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()
    environment = environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    whole = [*command, f"--dbname={plain}"]
    done = subprocess.run(whole, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
    if done.returncode:
        raise NotWhole(f"{command[0]}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}")


def _is_empty(url: str) -> bool:
    engine = create_engine(url, **engine_options(url))
    try:
        return not inspect(engine).get_table_names()
    finally:
        engine.dispose()


class _Stream(RawIOBase):
    """Chunks, read like a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            try:
                self._rest = next(self._chunks)
            except StopIteration:
                return b""
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken
