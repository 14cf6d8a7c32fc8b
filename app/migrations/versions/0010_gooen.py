"""Pictures that were used; GÖÖEN, the next one, look-ups, corrections; looks at data of persons."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "used_picture",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_used_picture"),
    )
    op.create_index("ix_used_picture_expires_at", "used_picture", ["expires_at"])
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
    op.create_table(
        "gooen_correction",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("enquiry_id", sa.String(length=32), nullable=False),
        sa.Column("citizenship", sa.String(length=2), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pin", "id_card", "passport", "permit", name="paperkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("document", sa.String(length=20), nullable=False),
        sa.Column(
            "wrong",
            sa.Enum(
                "surname",
                "given_name",
                "patronymic",
                "born",
                "document",
                "issuer",
                "dates",
                "not_mine",
                name="wrong",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("right", sa.String(length=300), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_kind", sa.String(length=20), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("file_scan", sa.String(length=20), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("stage", sa.Enum("open", "answered", name="stage", native_enum=False, length=20), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by", ID, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name="fk_gooen_correction_answered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_gooen_correction"),
        sa.UniqueConstraint("code", name="uq_gooen_correction_code"),
        sa.UniqueConstraint("enquiry_id", name="uq_gooen_correction_enquiry_id"),
    )
    op.create_index("ix_gooen_correction_stage", "gooen_correction", ["stage", "id"])
    op.create_table(
        "data_look",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column(
            "reason",
            sa.Enum("look_up", "issue", "holder", "correction", name="reason", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("looked_by", sa.String(length=80), nullable=False),
        sa.Column("office", sa.String(length=10), nullable=False),
        sa.Column("network", sa.String(length=50), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_data_look"),
    )
    op.create_index("ix_data_look_subject", "data_look", ["subject", "id"])


def downgrade() -> None:
    for table in ("data_look", "gooen_correction", "gooen_enquiry", "gooen_serial", "gooen", "used_picture"):
        op.drop_table(table)
