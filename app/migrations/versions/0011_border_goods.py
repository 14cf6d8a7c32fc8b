"""Goods registered at the border; of which office a system is."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OUTCOMES = ("registered", "unchanged", "corrected", "cancelled", "arrived", "cleared", "refused")


def upgrade() -> None:
    op.add_column("calling_system", sa.Column("office", sa.String(length=10), nullable=True))
    op.create_table(
        "border_record",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("barcode", sa.String(length=20), nullable=False),
        sa.Column("consignee", sa.String(length=10), nullable=False),
        sa.Column("consignee_name", sa.String(length=200), nullable=False),
        sa.Column("consignee_address", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("packages", sa.Integer(), nullable=False),
        sa.Column("exporter", sa.String(length=140), nullable=False),
        sa.Column("carnet", sa.String(length=10), nullable=False),
        sa.Column("waybill", sa.String(length=35), nullable=False),
        sa.Column("container", sa.String(length=20), nullable=False),
        sa.Column("vehicle", sa.String(length=20), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("destination", sa.String(length=10), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "cleared", "cancelled", name="state", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("declaration", sa.String(length=30), nullable=False),
        sa.Column("folded", sa.String(length=700), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_border_record_participant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_border_record"),
        sa.UniqueConstraint("public_id", name="uq_border_record_public_id"),
        sa.UniqueConstraint("barcode", name="uq_border_record_barcode"),
    )
    for side in ("participant_id", "office", "destination"):
        for kind, moment, rows in (("open", "due_at", "IS NULL"), ("ended", "ended_at", "IS NOT NULL")):
            only = sa.text(f"ended_at {rows}")
            op.create_index(
                f"ix_border_record_{kind}_{side}",
                "border_record",
                [side, moment, "id"],
                sqlite_where=only,
                postgresql_where=only,
            )
    op.create_table(
        "border_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Enum(*OUTCOMES, name="outcome", native_enum=False, length=20), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("told_by", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["border_record.id"], name="fk_border_event_record_id"),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_border_event_participant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_border_event"),
    )
    op.create_index("ix_border_event_record_id", "border_event", ["record_id", "id"])


def downgrade() -> None:
    op.drop_table("border_event")
    op.drop_table("border_record")
    op.drop_column("calling_system", "office")
