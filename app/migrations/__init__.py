"""The history of the database's shape: one set of steps for SQLite and PostgreSQL."""
