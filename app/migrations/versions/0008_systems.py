"""Registered systems, their certificates, and signatures that were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calling_system",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("hub", "bank", "border_post", "agency", "customs", name="kind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("operations", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calling_system"),
        sa.UniqueConstraint("code", name="uq_calling_system_code"),
    )
    op.create_table(
        "system_certificate",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("system_id", ID, nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["system_id"], ["calling_system.id"], name="fk_system_certificate_system_id"),
        sa.PrimaryKeyConstraint("sha256", name="pk_system_certificate"),
    )
    op.create_index("ix_system_certificate_system_id", "system_certificate", ["system_id"])
    op.create_table(
        "seen_signature",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_seen_signature"),
    )
    op.create_index("ix_seen_signature_until", "seen_signature", ["until"])


def downgrade() -> None:
    op.drop_table("seen_signature")
    op.drop_table("system_certificate")
    op.drop_table("calling_system")
