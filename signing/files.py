"""Writing files so that a crash leaves the old one or the new one, never half of one."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

PRIVATE = 0o600
PUBLIC = 0o644


def write(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    _draft(path, content, mode).replace(path)
    flush_folder(path.parent)


def write_once(path: Path, content: bytes, mode: int = PUBLIC) -> None:
    """Of several writers the first one wins; the others leave its file as it is."""
    draft = _draft(path, content, mode)
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
    flush_folder(path.parent)


def _draft(path: Path, content: bytes, mode: int) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def flush_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
