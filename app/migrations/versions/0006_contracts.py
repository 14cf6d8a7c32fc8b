"""Contracts for a user name and a password; what a password link is for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
CHOICE = sa.String(20)


def upgrade() -> None:
    op.add_column("password_link", sa.Column("use", CHOICE, nullable=False, server_default="reset"))
    op.create_table(
        "contract",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("participant_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("holder_id", ID, nullable=True),
        sa.Column("account_id", ID, nullable=True),
        sa.Column("representation_id", ID, nullable=True),
        sa.Column("variant", CHOICE, nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("email_confirmed_at", INSTANT, nullable=True),
        sa.Column("payer", sa.String(10), nullable=False),
        sa.Column("firm", sa.String(200), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("pin", sa.String(7), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("position", sa.String(100), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("iban", sa.String(34), nullable=False),
        sa.Column("is_non_commercial", sa.Boolean(), nullable=False),
        sa.Column("text_version", sa.String(20), nullable=False),
        sa.Column("text_sha256", sa.String(64), nullable=False),
        sa.Column("container", sa.String(32), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=True),
        *(
            sa.Column(name, sa.Date(), nullable=True)
            for name in ("approved_on", "signed_on", "due_on", "alarm_on", "valid_until")
        ),
        sa.Column("act_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participant.id"], name="fk_contract_participant_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contract_person_id"),
        sa.ForeignKeyConstraint(["holder_id"], ["person.id"], name="fk_contract_holder_id"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_contract_account_id"),
        sa.ForeignKeyConstraint(["representation_id"], ["representation.id"], name="fk_contract_representation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("public_id", name="uq_contract_public_id"),
        sa.UniqueConstraint("number", name="uq_contract_number"),
    )
    op.create_index("ix_contract_queue", "contract", ["state", "due_on", "id"])
    op.create_index("ix_contract_payer", "contract", ["payer", "state"])
    for column in ("person_id", "holder_id", "account_id", "act_at"):
        op.create_index(f"ix_contract_{column}", "contract", [column])
    op.create_table(
        "contract_key",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_key_contract_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_contract_key"),
    )
    op.create_index("ix_contract_key_contract_id", "contract_key", ["contract_id"])
    op.create_index("ix_contract_key_expires_at", "contract_key", ["expires_at"])
    op.create_table(
        "contract_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("paper", CHOICE, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("scan", CHOICE, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_paper_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract_paper"),
        sa.UniqueConstraint("public_id", name="uq_contract_paper_public_id"),
    )
    op.create_index("ix_contract_paper_contract_id", "contract_paper", ["contract_id"])
    op.create_index("ix_contract_paper_sha256", "contract_paper", ["sha256"])
    op.create_table(
        "contract_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("contract_id", ID, nullable=False),
        sa.Column("event", CHOICE, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("officer_id", ID, nullable=True),
        sa.Column("reason", sa.String(4000), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_event_contract_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["person.id"], name="fk_contract_event_officer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract_event"),
    )
    op.create_index("ix_contract_event_contract_id", "contract_event", ["contract_id"])


def downgrade() -> None:
    for table in ("contract_event", "contract_paper", "contract_key", "contract"):
        op.drop_table(table)
    op.drop_column("password_link", "use")
