"""Picture codes; GÖÖEN, the next one, and look-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "picture_code",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("public_id", name="pk_picture_code"),
    )
    op.create_index("ix_picture_code_expires_at", "picture_code", ["expires_at"])
    op.create_table(
        "gooen",
        sa.Column("participant_id", ID, nullable=False, autoincrement=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("person_number", sa.String(length=20), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_gooen_participant_id"),
        sa.PrimaryKeyConstraint("participant_id", name="pk_gooen"),
        sa.UniqueConstraint("number", name="uq_gooen_number"),
        sa.UniqueConstraint("person_number", name="uq_gooen_person_number"),
    )
    op.create_table(
        "gooen_serial",
        sa.Column("id", ID, nullable=False, autoincrement=False),
        sa.Column("following", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gooen_serial"),
    )
    op.create_table(
        "gooen_enquiry",
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("asker_hash", sa.String(length=64), nullable=False),
        sa.Column("citizenship", sa.String(length=2), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pin", "id_card", "passport", "permit", name="paperkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("document", sa.String(length=20), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("public_id", name="pk_gooen_enquiry"),
    )
    op.create_index("ix_gooen_enquiry_expires_at", "gooen_enquiry", ["expires_at"])


def downgrade() -> None:
    for table in ("gooen_enquiry", "gooen_serial", "gooen", "picture_code"):
        op.drop_table(table)
