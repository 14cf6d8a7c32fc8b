"""A witness that is killed, meets another, or loses what it knew."""

from pathlib import Path
from signal import SIGINT

import pytest

from signing.errors import Malformed
from signing.transparency.keys import Kind, new_key
from signing.transparency.witness import Witness
from tests.signing.centre import Hands
from tests.signing.logbook import Logbook, entries
from tests.signing.witness.keeping import LONG, Bank, Done, one_rewritten, replaced, run


def test_witness_killed_before_its_cosignature_was_taken_sends_it_again(bank: Bank) -> None:
    bank.keeper.hold("cosignature")
    with bank.started("--once") as process:
        assert bank.keeper.arrived.wait(LONG)
        process.kill()
    kept = (bank.state / "checkpoint").read_bytes()
    bank.keeper.held = ""
    bank.keeper.released.set()
    bank.keeper.taken.get(timeout=LONG)  # What arrived after its sender was dead: the log lost it.
    assert bank.look() == Done(0, "cosigned the log at 300 entries\n", "")
    bank.check_taken()
    assert (bank.state / "checkpoint").read_bytes() == kept


def test_witness_killed_before_its_cosignature_was_taken_signs_no_other_history(bank: Bank) -> None:
    """What it was about to say is on its disk: it cannot say anything else afterwards."""
    bank.keeper.hold("cosignature")
    with bank.started("--once") as process:
        assert bank.keeper.arrived.wait(LONG)
        process.kill()
    replaced(bank, one_rewritten, 0)
    assert bank.keeper.taken.empty()
    bank.refused("fork")


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/001.p/44"])
def test_witness_killed_while_it_reads_has_said_nothing(bank: Bank, path: str) -> None:
    bank.keeper.hold(path)
    with bank.started("--once") as process:
        assert bank.keeper.arrived.wait(LONG)
        process.kill()
    assert not (bank.state / "checkpoint").exists()
    bank.keeper.held = ""
    assert bank.look().code == 0
    bank.check_taken()


def test_two_witnesses_never_work_in_one_folder(bank: Bank) -> None:
    bank.keeper.hold("checkpoint")
    with bank.started("--once") as process:
        assert bank.keeper.arrived.wait(LONG)
        done = bank.look()
        assert (done.code, done.err) == (1, f"e-gomruk: another witness works in {bank.state}\n")
        bank.keeper.released.set()
        assert process.wait(LONG) == 0
    bank.check_taken()


@pytest.mark.parametrize("content", [b"", b"garbage", None])
def test_witness_that_lost_its_memory_signs_nothing(bank: Bank, content: bytes | None) -> None:
    assert bank.look().code == 0
    bank.check_taken()
    stranger = Logbook(bank.folder / "x").append(entries(300)).to_bytes()
    (bank.state / "checkpoint").write_bytes(stranger if content is None else content)
    done = bank.look()
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("e-gomruk: what this witness has seen cannot be read, so that it signs nothing")
    assert bank.keeper.taken.empty()


def test_witness_with_a_new_key_remembers(bank: Bank) -> None:
    assert bank.look().code == 0
    bank.check_taken()
    bank.key = new_key(bank.key.name, Kind.ML_DSA_COSIGNATURE)
    (bank.folder / "key").write_text(bank.key.to_text())
    assert bank.look().code == 0
    bank.check_taken()
    replaced(bank, one_rewritten, 0)
    bank.refused("fork")


@pytest.mark.parametrize("status", [403, 404, 500])
def test_cosignature_that_was_not_taken_is_sent_again(bank: Bank, status: int) -> None:
    bank.keeper.status = status
    done = bank.look()
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    bank.keeper.taken.get(timeout=LONG)
    bank.keeper.status = 200
    assert bank.look().code == 0
    bank.check_taken()


def test_witness_that_keeps_looking_says_each_thing_that_is_wrong(bank: Bank) -> None:
    with bank.started("--interval", "1") as process:
        bank.check_taken()
        older = bank.book.read("checkpoint")
        bank.book.append(entries(10, 300))
        bank.check_taken()
        bank.book.write("checkpoint", older)
        assert process.stderr is not None
        assert "went back from 310 to 300 entries" in process.stderr.readline()
        bank.book.publish()
        bank.check_taken()
        process.send_signal(SIGINT)
        assert process.wait(LONG) == 130


def test_only_the_named_place_is_asked(bank: Bank, tmp_path: Path) -> None:
    for url in ("ftp://x/log", "http:///log", "log", "http://user@127.0.0.1/log"):
        words = ["--log" if one == "--log" else url if one == bank.keeper.url else one for one in bank.words]
        done = run(*words, "--once")
        assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)


def test_key_of_a_log_is_no_key_of_a_witness(book: Logbook, tmp_path: Path) -> None:
    with pytest.raises(Malformed):
        Witness(book, book.trust, book.key, tmp_path, Hands())  # type: ignore[arg-type]
