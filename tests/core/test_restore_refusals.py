"""What is not whole is not brought back, and nothing that somebody may still need is overwritten."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.blobs import Blobs, Damaged
from app.core.clock import FixedClock
from app.core.errors import Conflict, Invalid
from app.operate.backup import DATABASE, DOCUMENTS, MANIFEST, Manifest, NotWhole, back_up, restore
from tests.conftest import Database
from tests.core.installation import amend, cut_short, is_empty, rows, verified


def test_folder_that_is_not_empty_is_refused(
    portal_life: None, database: Database, blobs: Blobs, tmp_path: Path, clock: FixedClock
) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "letter.txt").write_text("keep me")
    with pytest.raises(Conflict, match=r"backup\.not_empty"):
        back_up(database.url, blobs, tmp_path / "saved", clock.now())
    assert [path.name for path in (tmp_path / "saved").iterdir()] == ["letter.txt"]


def test_database_that_is_not_empty_is_refused_and_kept(saved: Path, database: Database, tmp_path: Path) -> None:
    before = rows(database.url)
    with pytest.raises(Conflict, match=r"backup\.not_empty_database"):
        restore(database.url, Blobs(tmp_path / "restored", reserve=0), saved)
    assert rows(database.url) == before


def test_changed_database_file_is_refused_before_anything_is_loaded(saved: Path, elsewhere: str, blobs: Blobs) -> None:
    content = bytearray((saved / DATABASE).read_bytes())
    content[len(content) // 2] ^= 1
    (saved / DATABASE).write_bytes(content)
    with pytest.raises(NotWhole, match="the database file was changed"):
        restore(elsewhere, blobs, saved)
    assert is_empty(elsewhere)


def test_backup_of_the_other_kind_of_database_is_refused(saved: Path, elsewhere: str, blobs: Blobs) -> None:
    amend(saved, backend="oracle")
    with pytest.raises(Invalid, match=r"backup\.backend"):
        restore(elsewhere, blobs, saved)


@pytest.mark.parametrize(
    "damage", [lambda path: path.write_bytes(b"%PDF-1.7 other"), Path.unlink], ids=["other", "gone"]
)
def test_changed_or_missing_document_is_refused(
    saved: Path, elsewhere: str, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    document = next(path for path in (saved / DOCUMENTS).rglob("*") if path.is_file())
    damage(document)
    with pytest.raises((Damaged, NotWhole, FileNotFoundError)):
        restore(elsewhere, Blobs(tmp_path / "restored", reserve=0), saved)


def test_damaged_store_is_found_while_saving_and_leaves_no_manifest(
    portal_life: None, database: Database, blobs: Blobs, tmp_path: Path, clock: FixedClock
) -> None:
    document = next(path for path in (tmp_path / "documents").rglob("*") if path.is_file())
    document.chmod(0o600)
    document.write_bytes(b"rotten")
    with pytest.raises((Damaged, NotWhole)):
        back_up(database.url, blobs, tmp_path / "saved", clock.now())
    assert not (tmp_path / "saved" / MANIFEST).exists()


def test_trail_cut_short_with_its_head_is_found_by_the_heads_kept_elsewhere(
    saved: Path, scratch: Callable[[], str], tmp_path: Path, clock: FixedClock
) -> None:
    """Who cuts rows and head alike leaves a trail that holds in itself; the earlier manifest tells."""
    cut, target = scratch(), scratch()
    restored = Blobs(tmp_path / "restored", reserve=0)
    heads = restore(cut, restored, saved).audit_heads
    cut_short(cut)
    assert verified(cut)[1] == []
    forged = back_up(cut, restored, tmp_path / "forged", clock.now())
    assert isinstance(forged, Manifest)
    amend(tmp_path / "forged", audit_heads=heads)
    with pytest.raises(NotWhole, match="the audit trail does not hold"):
        restore(target, Blobs(tmp_path / "target", reserve=0), tmp_path / "forged")


def test_backup_without_a_manifest_is_refused(saved: Path, elsewhere: str, blobs: Blobs) -> None:
    (saved / MANIFEST).unlink()
    with pytest.raises(FileNotFoundError):
        restore(elsewhere, blobs, saved)
