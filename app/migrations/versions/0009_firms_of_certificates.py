"""A firm that somebody acts for because his certificate says so, for as long as that certificate is good."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    device = sa.Column("device", sa.String(length=64), nullable=False, server_default=sa.text("''"))
    op.add_column("representation", device)
    op.create_index("ix_representation_device", "representation", ["device"])
    # Of certificates that were kept before, no right depends on these.
    op.add_column("sign_in_certificate", sa.Column("good_until", INSTANT, nullable=True))
    op.add_column("sign_in_certificate", sa.Column("void_at", INSTANT, nullable=True))


def downgrade() -> None:
    op.drop_column("sign_in_certificate", "void_at")
    op.drop_column("sign_in_certificate", "good_until")
    op.drop_index("ix_representation_device", table_name="representation")
    op.drop_column("representation", "device")
