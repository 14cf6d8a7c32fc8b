"""Alembic's entry: runs the steps on the connection that `state.py` hands over."""

from alembic import context

from app.migrations.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
