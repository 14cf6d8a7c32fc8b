"""What changes the code lists: filling them, offices, holidays."""

from app.reference.operations.holidays import (
    add_holiday,
    check_known_holiday,
    check_new_holiday,
    remove_holiday,
)
from app.reference.operations.loading import LoadedReference, LoadReference, load_reference
from app.reference.operations.offices import (
    CloseOffice,
    OpenOffice,
    RenameOffice,
    close_office,
    open_office,
    rename_office,
)

__all__ = [
    "CloseOffice",
    "LoadReference",
    "LoadedReference",
    "OpenOffice",
    "RenameOffice",
    "add_holiday",
    "check_known_holiday",
    "check_new_holiday",
    "close_office",
    "load_reference",
    "open_office",
    "remove_holiday",
    "rename_office",
]
