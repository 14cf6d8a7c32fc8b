"""The paper of a GÖÖEN as a sealed PDF."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"


def upgrade() -> None:
    op.create_table(
        "gooen_pdf",
        sa.Column("paper_sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=10), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("paper_sha256", name="pk_gooen_pdf"),
    )
    op.add_column("gooen_enquiry", sa.Column("paper_sha256", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("gooen_enquiry", "paper_sha256")
    op.drop_table("gooen_pdf")
