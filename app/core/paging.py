"""Lists are read page by page; the next page begins behind the entry that the page before ended with."""

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.core.errors import N_, Invalid


def place(session: Session, statement: Select[int]) -> int:
    """The key of that entry; an entry that is not in the list begins no page of it."""
    found: int | None = session.scalar(statement)
    if found is None:
        raise Invalid("paging.token", N_("Siyahıda belə bir səhifə yoxdur. Siyahını əvvəldən açın."), field="pageToken")
    return found
