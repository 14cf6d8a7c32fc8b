"""Proposals for two administrators; names that can be searched; offices and holidays that are never deleted."""

import sqlalchemy as sa
from alembic import op

from app.core.text import fold

revision = "0007"
down_revision: str | None = "0006"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PERSON = sa.table("person", sa.column("id"), sa.column("name"), sa.column("folded"))


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=20)


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column(
            "change",
            _choice("change", "give_role", "take_role", "set_office", "add_holiday", "remove_holiday", "reopen"),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", _choice("state", "open", "confirmed", "rejected", "withdrawn", "expired"), nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_proposal_person_id"),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name="fk_proposal_proposed_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name="fk_proposal_decided_by"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("public_id", name="uq_proposal_public_id"),
    )
    op.create_index("ix_proposal_person_id", "proposal", ["person_id", "id"])
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    # Not in a batch: SQLite would make the table anew, and others point to it.
    op.add_column("person", sa.Column("folded", sa.String(length=240), nullable=False, server_default=""))
    _fold_names()
    op.create_index("ix_person_folded", "person", ["folded", "id"])
    op.add_column("holiday", sa.Column("removed_at", INSTANT, nullable=True))
    with op.batch_alter_table("office") as office:
        office.add_column(sa.Column("valid_from", sa.Date(), nullable=False, server_default="1992-01-01"))
        office.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
    with op.batch_alter_table("office") as office:
        office.alter_column("valid_from", server_default=None)
        office.drop_constraint("pk_office", type_="primary")
        office.create_primary_key("pk_office", ["code", "valid_from"])
    op.create_table(
        "mail_refusal",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_refusal_person_id"),
        sa.PrimaryKeyConstraint("person_id", "kind", name="pk_mail_refusal"),
    )
    op.create_table(
        "email_change",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_email_change_person_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_email_change"),
    )
    op.create_index("ix_email_change_person_id", "email_change", ["person_id"])
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id"],
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )


def _fold_names() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(PERSON.c.id, PERSON.c.name)).all():
        connection.execute(sa.update(PERSON).where(PERSON.c.id == row.id).values(folded=fold(row.name)))


def downgrade() -> None:
    op.drop_index("ix_notification_unread", "notification")
    op.drop_table("email_change")
    op.drop_table("mail_refusal")
    op.execute(
        "DELETE FROM office WHERE valid_from < "
        "(SELECT max(other.valid_from) FROM office AS other WHERE other.code = office.code)"
    )
    with op.batch_alter_table("office") as office:
        office.drop_constraint("pk_office", type_="primary")
        office.create_primary_key("pk_office", ["code"])
    with op.batch_alter_table("office") as office:
        office.drop_column("valid_until")
        office.drop_column("valid_from")
    op.drop_column("holiday", "removed_at")  # The version before knows no other way than that all days are there.
    op.drop_index("ix_person_folded", "person")
    op.drop_column("person", "folded")
    op.drop_table("proposal")
