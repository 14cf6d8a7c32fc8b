"""Witnesses against a real server of a log whose keeper is honest, or is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from signing.transparency.keys import Kind, new_key
from signing.transparency.notes import parse_note, parse_signatures
from signing.transparency.tiles import Tile
from signing.transparency.trust import LogTrust
from tests.signing.logbook import Logbook, entries
from tests.signing.witness.keeping import REWRITINGS, Bank, Done, Keeper, one_rewritten, replaced


def test_growing_log_is_cosigned_step_by_step(bank: Bank) -> None:
    for size, added in ((300, 0), (301, 1), (556, 255), (1200, 644)):
        if added:
            bank.book.append(entries(added, bank.book.size))
        assert bank.look() == Done(0, f"cosigned the log at {size} entries\n", "")
        bank.check_taken()
        kept = LogTrust((bank.book.key.verifier,), (bank.key.verifier,)).confirmed(
            parse_note((bank.state / "checkpoint").read_bytes())
        )
        assert (kept.checkpoint.size, kept.witnesses) == (size, (bank.key.name,))
    assert not (bank.state / "evidence").exists()


def test_post_quantum_witness_cosigns_too(keeper: Keeper, book: Logbook, tmp_path: Path) -> None:
    hub = Bank(keeper, book, tmp_path / "hub", new_key("hub.example", Kind.ML_DSA_COSIGNATURE))
    assert hub.look().code == 0
    hub.check_taken()


def test_nothing_new_is_sent_once_the_log_shows_it(bank: Bank) -> None:
    assert bank.look().code == 0
    assert bank.look() == Done(0, "cosigned the log at 300 entries\n", "")
    first, again = bank.keeper.taken.get(), bank.keeper.taken.get()
    assert first == again
    note = parse_note(bank.book.read("checkpoint")).with_signatures(parse_signatures(first))
    bank.book.write("checkpoint", note.to_bytes())
    assert bank.look() == Done(0, "nothing new: the log stands at 300 entries\n", "")
    assert bank.keeper.taken.empty()


def test_log_that_goes_back_is_refused(bank: Bank) -> None:
    older = bank.book.read("checkpoint")
    bank.book.append(entries(10, 300))
    assert bank.look().code == 0
    bank.check_taken()
    bank.book.write("checkpoint", older)
    assert "went back from 310 to 300 entries" in bank.refused("rollback").err
    (evidence,) = (bank.state / "evidence").iterdir()
    assert (evidence / "seen").read_bytes() == (bank.state / "checkpoint").read_bytes()


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_rewritten_past_is_refused(bank: Bank, rewriting: Callable[[list[bytes]], list[bytes]]) -> None:
    assert bank.look().code == 0
    bank.check_taken()
    replaced(bank, rewriting, 300)
    assert "does not lead to the two roots" in bank.refused("inconsistent").err
    (evidence,) = (bank.state / "evidence").iterdir()
    assert (evidence / "tile" / "0" / "001").is_file()


def test_second_history_of_one_size_is_refused(bank: Bank) -> None:
    assert bank.look().code == 0
    bank.check_taken()
    replaced(bank, one_rewritten, 0)
    assert "two histories of 300 entries" in bank.refused("fork").err


def test_changed_tile_is_refused(bank: Bank) -> None:
    assert bank.look().code == 0
    bank.check_taken()
    bank.book.append(entries(300, 300))
    path = Tile(1, 0, 2).path
    whole = bank.book.read(path)
    for wrong in (bytes(32) + whole[32:], whole[:40]):
        bank.book.write(path, wrong)
        bank.refused("inconsistent")
    bank.book.write(path, whole)
    assert bank.look().code == 0
    bank.check_taken()


def test_first_look_compares_files_and_root(bank: Bank) -> None:
    whole = bank.book.read("tile/1/000.p/1")
    bank.book.write("tile/1/000.p/1", bytes(32))
    bank.refused("inconsistent")
    bank.book.write("tile/1/000.p/1", whole)
    assert bank.look().code == 0


@pytest.mark.parametrize("missing", ["tile/0/001.p/44", "checkpoint"])
def test_file_that_is_missing_is_asked_for_again(bank: Bank, missing: str) -> None:
    """No proof of anything: the next look may find it."""
    whole = bank.book.read(missing)
    (bank.book.folder / missing).unlink()
    done = bank.look()
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    assert not (bank.state / "evidence").exists()
    bank.book.write(missing, whole)
    assert bank.look().code == 0
    bank.check_taken()


def _garbage(bank: Bank) -> bytes:
    return b"<html>not found</html>"


def _unsigned(bank: Bank) -> bytes:
    return bank.book.read("checkpoint").replace(b"\n300\n", b"\n301\n")


def _of_another_key(bank: Bank) -> bytes:
    return Logbook(bank.folder / "x").append(entries(300)).to_bytes()


def _of_another_origin(bank: Bank) -> bytes:
    other = new_key("other.example/log", Kind.NOTE)
    return Logbook(bank.folder / "y", other).append(entries(300)).to_bytes()


def _too_large(bank: Bank) -> bytes:
    return bank.book.read("checkpoint") * 600


@pytest.mark.parametrize("forge", [_garbage, _unsigned, _of_another_key, _of_another_origin])
def test_checkpoint_that_the_log_did_not_sign_is_refused(bank: Bank, forge: Callable[[Bank], bytes]) -> None:
    bank.book.write("checkpoint", forge(bank))
    bank.refused("unsigned")


def test_evidence_is_bounded(bank: Bank) -> None:
    bank.book.write("checkpoint", _too_large(bank))
    assert bank.look().code == 1
    (evidence,) = (bank.state / "evidence").iterdir()
    assert (evidence / "offered").stat().st_size <= (256 << 10) + 1
    for number in range(63):
        (bank.state / "evidence" / f"old-{number}").mkdir()
    bank.book.write("checkpoint", b"another")
    assert "evidence is full" in bank.look().err
    assert len(list((bank.state / "evidence").iterdir())) == 64
