"""The register: it only grows, its files say what the database says, and strangers can check every step of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.adapters.published_log import LogFolder
from app.archive.auditing import compare
from app.archive.models import LogLeaf, LogTree
from app.archive.operations import (
    advance_log,
    entering,
    record,
)
from app.archive.publishing import Broken
from app.core.context import Context
from app.core.db import write_transaction
from app.core.ports import PublishedLog
from app.settings import SettingsError
from signing.errors import SigningError
from signing.transparency.monitor import audited
from signing.transparency.tiles import NotServed
from tests.core.archives import (
    NUMBER,
    checkpoint,
    entries,
    faults,
    files,
    keep_decision,
    recorded,
    size,
    trust,
)
from tests.core.register import break_off
from tests.signing.centre import Centre


def test_empty_register_is_published_and_holds(archive: Context) -> None:
    advance_log(archive)
    assert (size(archive), faults(archive)) == (0, [])
    audited(archive.ports.log.read, trust(archive))


def test_register_that_was_never_published_holds(archive: Context) -> None:
    assert compare(archive).faults == ()


def test_entry_of_an_operation_that_failed_never_comes_in(archive: Context, session: Session) -> None:
    def change() -> None:
        record(archive, entries(1)[0])

    with pytest.raises(ZeroDivisionError):
        break_off(session, change)
    advance_log(archive)
    assert size(archive) == 0


def test_same_entry_comes_in_once(archive: Context) -> None:
    recorded(archive, [*entries(2), *entries(2)])
    advance_log(archive)
    recorded(archive, entries(2))
    advance_log(archive)
    assert size(archive) == 2


def test_entries_keep_the_order_in_which_they_came(archive: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "BATCH", 7)
    recorded(archive, entries(20))
    sizes = []
    for _ in range(4):
        advance_log(archive)
        sizes.append(size(archive))
    assert sizes == [7, 14, 20, 20]
    chosen = select(LogLeaf.entry).order_by(LogLeaf.index)
    assert list(archive.session.scalars(chosen)) == entries(20)
    trees = archive.session.execute(select(LogTree.size).order_by(LogTree.size)).scalars().all()
    assert trees == [7, 14, 20]


def test_strangers_find_it_whole_at_every_size(archive: Context) -> None:
    earlier = []
    for number, more in enumerate((1, 2, 250, 3, 1, 300, 700)):
        recorded(archive, entries(more, f"batch{number}"))
        advance_log(archive)
        earlier.append(checkpoint(archive))
        assert audited(archive.ports.log.read, trust(archive), earlier).checkpoint.size == size(archive)
    assert (size(archive), faults(archive)) == (1257, [])


def test_incomplete_tiles_go_when_the_full_one_is_published(archive: Context, folder: Path) -> None:
    recorded(archive, entries(255))
    advance_log(archive)
    assert {"tile/0/000.p/255", "tile/entries/000.p/255"} <= files(folder).keys()
    recorded(archive, entries(2, "more"))
    advance_log(archive)
    assert {name for name in files(folder) if name.startswith("tile")} == {
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/1",
    }


def test_nothing_is_written_when_nothing_is_new(archive: Context, folder: Path) -> None:
    recorded(archive, entries(3))
    advance_log(archive)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "lock"}
    advance_log(archive)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.name != "lock"} == before


def test_folder_that_was_lost_is_made_again_to_the_byte(
    archive: Context, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.archive.publishing.BATCH", 256)
    for number in range(3):
        recorded(archive, entries(200, f"batch{number}"))
        advance_log(archive)
    before = files(folder)
    folder.rename(folder.with_name("lost"))
    advance_log(archive)
    assert before.items() <= files(folder).items()
    assert faults(archive) == []


def test_database_of_an_older_backup_signs_nothing(archive: Context, folder: Path) -> None:
    """What was published stays published: a second history is never begun."""
    recorded(archive, entries(5))
    advance_log(archive)
    before = files(folder)
    with write_transaction(archive.session):
        archive.session.execute(delete(LogTree))
        archive.session.execute(delete(LogLeaf))
    recorded(archive, entries(9, "other"))
    with pytest.raises(Broken):
        advance_log(archive)
    archive.session.rollback()
    assert files(folder) == before
    assert archive.session.scalar(select(func.count()).select_from(LogTree)) == 0
    assert faults(archive)[0] == "entry 0: the database has 0 entries, the published register 5"


def test_changed_row_is_not_entered(archive: Context) -> None:
    recorded(archive, entries(3))
    with write_transaction(archive.session):
        second = update(LogLeaf).where(LogLeaf.entry == entries(3)[1])
        archive.session.execute(second.values(entry=entries(4)[3]))
    with pytest.raises(Broken):
        advance_log(archive)
    archive.session.rollback()
    assert faults(archive) == ["an entry that waits was changed"]


def test_files_that_were_changed_are_not_built_upon(archive: Context, folder: Path) -> None:
    recorded(archive, entries(5))
    advance_log(archive)
    tile = folder / "tile/0/000.p/5"
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    recorded(archive, entries(2, "more"))
    with pytest.raises(SigningError):
        advance_log(archive)
    archive.session.rollback()
    assert size(archive) == 5
    assert faults(archive) == ["entry 0: the published files: entry 0 is not the one that its hash was made of"]


def test_decision_that_never_came_in_is_found(archive: Context, centre: Centre) -> None:
    keep_decision(archive, centre)
    with write_transaction(archive.session):
        archive.session.execute(delete(LogLeaf))
    assert faults(archive) == [f"the decision on {NUMBER} is kept but not in the register"]


def test_key_of_a_demonstration_is_made_once_and_kept_from_others(archive: Context, tmp_path: Path) -> None:
    log = archive.ports.log
    assert isinstance(log, LogFolder)
    assert log.key == replace(log).key
    assert (tmp_path / "log_key").read_text() == log.key.to_text()
    assert (tmp_path / "log_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("key", ["", "nonsense", "PRIVATE+KEY+a+00000000+AAAA"])
def test_key_that_is_none_is_named_by_its_setting(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="EGOMRUK_LOG_KEY"):
        LogFolder(tmp_path, "a", key, None).key  # noqa: B018


def test_witness_key_that_is_none_is_named_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EGOMRUK_LOG_WITNESSES"):
        LogFolder(tmp_path, "a", "", None, ("bank+1+x",)).witnesses  # noqa: B018


@pytest.mark.parametrize("path", ["none", "tile", "checkpoint/x"])
def test_what_is_no_file_is_not_served(archive: Context, path: str) -> None:
    recorded(archive, entries(1))
    advance_log(archive)
    with pytest.raises(NotServed):
        archive.ports.log.read(path)


class Killed(BaseException):
    """What nobody catches, as nobody catches a kill."""


class Mortal:
    """A folder whose writer dies at a certain write, before it or right after it."""

    def __init__(self, log: PublishedLog, writes: int, is_after: bool) -> None:
        self.log, self.left, self.is_after = log, writes, is_after

    def __getattr__(self, name: str) -> Any:
        return getattr(self.log, name)

    def write(self, path: str, content: bytes) -> None:
        self.left -= 1
        if self.left >= 0 or self.is_after:
            self.log.write(path, content)
        if self.left < 0:
            raise Killed


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("waiting", [1, 300])
def test_writer_that_dies_at_any_file_leaves_before_or_after(archive: Context, waiting: int, is_after: bool) -> None:
    recorded(archive, entries(255))
    advance_log(archive)
    known, expected, deaths = [checkpoint(archive)], 255, 0
    while True:
        recorded(archive, entries(waiting, f"batch{deaths}"))
        expected += waiting
        mortal: Any = Mortal(archive.ports.log, deaths, is_after)
        try:
            advance_log(replace(archive, ports=replace(archive.ports, log=mortal)))
        except Killed:
            deaths += 1
            archive.session.rollback()
        else:
            break
        known.append(checkpoint(archive))
        audited(archive.ports.log.read, trust(archive), known)
        advance_log(archive)
        known.append(checkpoint(archive))
        audited(archive.ports.log.read, trust(archive), known)
        assert (size(archive), faults(archive)) == (expected, [])
    assert deaths >= 4  # Hashes, entries, key and checkpoint, at least.
