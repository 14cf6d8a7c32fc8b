"""The containers that are kept, the entries of the register, and what the register has said of itself."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.archive.rules import Kind
from app.core.db import Id, Model


class KeptContainer(Model):
    """One signed container. Its bytes stand in the store; renewal and proof put newer bytes in their place."""

    __tablename__ = "kept_container"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participant.id"), index=True)
    kind: Mapped[Kind]
    number: Mapped[str] = mapped_column(String(64), index=True)
    given_sha256: Mapped[str] = mapped_column(String(64), unique=True)  # As it came; the same again is the same one.
    sha256: Mapped[str] = mapped_column(String(64), index=True)  # As it is now.
    level: Mapped[str] = mapped_column(String(10))
    good_until: Mapped[datetime] = mapped_column(index=True)
    # When it is next looked after; pushed ahead by whoever does so, which is his lease.
    due_at: Mapped[datetime] = mapped_column(index=True)
    renewals: Mapped[int]
    attempts: Mapped[int]  # That failed since the last that did not.
    last_error: Mapped[str] = mapped_column(String(80))
    algorithms: Mapped[str] = mapped_column(String(20), index=True)  # By which table of algorithms this was reckoned.
    entry_hash: Mapped[str | None] = mapped_column(String(64), index=True)  # Under which it is in the register.
    cosignatures: Mapped[int | None]  # Witnesses of the proof that it carries; none without a proof.
    kept_at: Mapped[datetime]
    renewed_at: Mapped[datetime | None]

    # Those whose proof waits for a witness.
    __table_args__ = (
        Index(
            "ix_kept_container_unwitnessed",
            "entry_hash",
            sqlite_where=text("cosignatures = 0"),
            postgresql_where=text("cosignatures = 0"),
        ),
    )


class LogLeaf(Model):
    """One entry of the register; it has no index before it is entered."""

    __tablename__ = "log_leaf"
    id: Mapped[int] = mapped_column(Id, primary_key=True)
    index: Mapped[int | None] = mapped_column(Id, unique=True)
    entry: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class LogTree(Model):
    """What the register was when it had this many entries: one size never has two roots."""

    __tablename__ = "log_tree"
    size: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    root: Mapped[str] = mapped_column(String(64))


class LogCosignature(Model):
    """A witness has seen the register at this size and that it had only grown until then."""

    __tablename__ = "log_cosignature"
    size: Mapped[int] = mapped_column(ForeignKey("log_tree.size"), primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(String(300), primary_key=True)
    line: Mapped[str] = mapped_column(Text)
