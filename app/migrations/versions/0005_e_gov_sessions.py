"""Sessions that the E-Gov identity opened, and its messages that somebody has signed out."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    op.create_table(
        "e_gov_session",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("provider_session", sa.String(length=255), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.Column("farewell_hash", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sign_in_session.public_id"], name="fk_e_gov_session_session_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name="pk_e_gov_session"),
        sa.UniqueConstraint("farewell_hash", name="uq_e_gov_session_farewell_hash"),
    )
    op.create_index("ix_e_gov_session_subject", "e_gov_session", ["subject"])
    op.create_index("ix_e_gov_session_provider_session", "e_gov_session", ["provider_session"])
    op.create_table(
        "e_gov_farewell",
        sa.Column("id_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name="pk_e_gov_farewell"),
    )


def downgrade() -> None:
    op.drop_table("e_gov_farewell")
    op.drop_table("e_gov_session")
