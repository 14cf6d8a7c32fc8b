"""The archive: kept containers and the register of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "kept_container",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("participant_id", ID, nullable=True),
        sa.Column(
            "kind", sa.Enum("declaration", "decision", name="kind", native_enum=False, length=20), nullable=False
        ),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("given_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("good_until", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=80), nullable=False),
        sa.Column("algorithms", sa.String(length=20), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=True),
        sa.Column("cosignatures", sa.Integer(), nullable=True),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("renewed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_kept_container_participant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_container"),
        sa.UniqueConstraint("given_sha256", name="uq_kept_container_given_sha256"),
        sa.UniqueConstraint("public_id", name="uq_kept_container_public_id"),
    )
    for column in ("algorithms", "due_at", "entry_hash", "good_until", "number", "participant_id", "sha256"):
        op.create_index(f"ix_kept_container_{column}", "kept_container", [column])
    op.create_index(
        "ix_kept_container_unwitnessed",
        "kept_container",
        ["entry_hash"],
        sqlite_where=sa.text("cosignatures = 0"),
        postgresql_where=sa.text("cosignatures = 0"),
    )
    op.create_table(
        "log_leaf",
        sa.Column("id", ID, nullable=False),
        sa.Column("index", ID, nullable=True),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_leaf"),
        sa.UniqueConstraint("hash", name="uq_log_leaf_hash"),
        sa.UniqueConstraint("index", name="uq_log_leaf_index"),
    )
    op.create_table(
        "log_tree",
        sa.Column("size", ID, autoincrement=False, nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_log_tree"),
    )
    op.create_table(
        "log_cosignature",
        sa.Column("size", ID, autoincrement=False, nullable=False),
        sa.Column("witness", sa.String(length=300), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["size"], ["log_tree.size"], name="fk_log_cosignature_size"),
        sa.PrimaryKeyConstraint("size", "witness", name="pk_log_cosignature"),
    )


def downgrade() -> None:
    op.drop_table("log_cosignature")
    op.drop_table("log_tree")
    op.drop_table("log_leaf")
    op.drop_table("kept_container")
