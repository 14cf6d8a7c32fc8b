"""Where the emulators keep what they know: one SQLite file that any number of processes have open."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

PATIENCE_SECONDS = 10
VERSION = 3
SCHEMA = """
CREATE TABLE IF NOT EXISTS chip (
    number TEXT PRIMARY KEY, medium TEXT NOT NULL, fin TEXT NOT NULL, given_name TEXT NOT NULL, surname TEXT NOT NULL,
    office TEXT NOT NULL, user_id TEXT NOT NULL, is_expired INTEGER NOT NULL,
    puk BLOB NOT NULL, puk_tries INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS chip_key (
    number TEXT NOT NULL REFERENCES chip, use TEXT NOT NULL, sealed BLOB NOT NULL, public BLOB NOT NULL,
    tries INTEGER NOT NULL, certificate BLOB, PRIMARY KEY (number, use)
);
CREATE TABLE IF NOT EXISTS chip_firm (
    number TEXT PRIMARY KEY REFERENCES chip, voen TEXT NOT NULL, name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS phone_request (
    id TEXT PRIMARY KEY, number TEXT NOT NULL, kind TEXT NOT NULL, asker TEXT NOT NULL, text TEXT NOT NULL,
    hash_name TEXT NOT NULL, digest BLOB NOT NULL, asked_at REAL NOT NULL, answered_at REAL, result TEXT,
    signed_by TEXT, value BLOB, poll TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS phone_request_number ON phone_request (number, asked_at);
CREATE TABLE IF NOT EXISTS e_gov_person (
    username TEXT PRIMARY KEY, subject TEXT NOT NULL, fin TEXT NOT NULL, name TEXT NOT NULL, tag BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS e_gov_key (kid TEXT PRIMARY KEY, sealed BLOB NOT NULL, made_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS e_gov_session (
    sid TEXT PRIMARY KEY, username TEXT NOT NULL REFERENCES e_gov_person, signed_in_at REAL NOT NULL, ended_at REAL,
    is_told INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS e_gov_grant (
    code TEXT PRIMARY KEY, sid TEXT NOT NULL REFERENCES e_gov_session, nonce TEXT NOT NULL, challenge TEXT NOT NULL,
    made_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS register_mood (register TEXT PRIMARY KEY, mood TEXT NOT NULL);
"""


class Store:
    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Each statement sees the newest state."""
        with closing(self._connection()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Alone: nobody else writes until all of it is written, or nothing of it."""
        with closing(self._connection()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(0o600)
        connection = sqlite3.connect(self._path, timeout=PATIENCE_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection
