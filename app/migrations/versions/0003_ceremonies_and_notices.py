"""Ceremonies of signing in, and notices to persons."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=20)


def upgrade() -> None:
    op.create_table(
        "ceremony",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("means", _choice("means", "password", "e_signature", "asan_imza", "e_gov"), nullable=False),
        sa.Column("purpose", _choice("purpose", "sign_in", "prove"), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("stage", _choice("stage", "open", "used", "failed"), nullable=False),
        sa.Column("outcome", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("target", sa.String(length=500), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ceremony_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ceremony"),
        sa.UniqueConstraint("public_id", name="uq_ceremony_public_id"),
    )
    op.create_index("ix_ceremony_expires_at", "ceremony", ["expires_at"])
    op.create_table(
        "notification",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("link", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_notification_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notification"),
        sa.UniqueConstraint("public_id", name="uq_notification_public_id"),
    )
    op.create_index("ix_notification_inbox", "notification", ["person_id", "id"])


def downgrade() -> None:
    op.drop_table("notification")
    op.drop_table("ceremony")
