"""A monitor reads the whole log again, and names what is wrong with it."""

import random
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.container import open_container
from signing.errors import SigningError
from signing.transparency.checkpoint import signature
from signing.transparency.entries import decision_entry
from signing.transparency.keys import Kind, new_key, parse_signer_key, parse_verifier_key
from signing.transparency.monitor import Tampered, audited
from signing.transparency.notes import parse_signatures
from signing.transparency.places import Folder
from signing.transparency.tiles import Tile, packed
from signing.transparency.witness import Witness
from signing.verify import verify
from tests.signing.centre import START, Centre, Hands, sealed
from tests.signing.logbook import Logbook, entries, entry
from tests.signing.witness.keeping import (
    COMMAND,
    REWRITINGS,
    Done,
    Keeper,
    one_dropped,
    one_rewritten,
    one_swapped,
    run,
    run_apart,
)


def check(book: Logbook, *more: str, place: str = "") -> Done:
    return run(*COMMAND, "check", "--log", place or str(book.folder), "--log-key", str(book.key.verifier), *more)


def test_whole_log_is_found_whole(book: Logbook, keeper: Keeper) -> None:
    said = f"gomruk.example/log: 300 entries, root {book.root.hex()}, witnesses 0\n"
    assert check(book) == check(book, place=keeper.url) == Done(0, said, "")
    empty = Logbook(book.folder / "empty")
    empty.publish()
    assert check(empty).code == 0


def _entry(book: Logbook, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Only in the entries, as somebody does who writes into the keeper's store."""
    book.write(Tile(None, 0).path, packed(change(entries(256))))


def test_monitor_names_a_rewritten_entry(book: Logbook, keeper: Keeper) -> None:
    _entry(book, one_rewritten)
    said = "e-gomruk: entry 7 is not the one that its hash was made of\n"
    assert check(book) == check(book, place=keeper.url) == Done(1, "", said)


def test_monitor_names_swapped_entries(book: Logbook) -> None:
    _entry(book, one_swapped)
    assert check(book).err == "e-gomruk: entry 7 is not the one that its hash was made of\n"


def test_monitor_names_a_dropped_entry(book: Logbook) -> None:
    _entry(book, one_dropped)
    done = check(book)
    assert done.code == 1
    assert "the entries from 0 on are broken" in done.err
    _entry(book, lambda first: [*one_dropped(first), first[-1]])
    assert check(book).err == "e-gomruk: entry 7 is not the one that its hash was made of\n"


def test_monitor_names_an_entry_that_is_not_ours(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    book.append([*entries(5), b"Elcin Quliyev"])
    assert check(book) == Done(1, "", "e-gomruk: entry 5 is not written as an entry must be\n")


def test_monitor_finds_entries_that_were_rewritten_with_their_hashes(book: Logbook, tmp_path: Path) -> None:
    """Level by level upwards, the forger leaves off at the root, for which he has no key."""
    other = Logbook(tmp_path / "other")
    other.append(one_rewritten(entries(300)))
    for path in (Tile(None, 0).path, Tile(0, 0).path):
        book.write(path, other.read(path))
    assert check(book).err == "e-gomruk: a hash over the entries 0 to 255 is wrong\n"
    book.write(Tile(1, 0, 1).path, other.read(Tile(1, 0, 1).path))
    assert check(book).err == "e-gomruk: an entry of 0 to 299 is not one that the log had signed for\n"


def test_monitor_finds_a_cut_log(book: Logbook) -> None:
    path = Tile(None, 1, 44).path
    whole = book.read(path)
    book.write(path, whole[:-1])
    assert "the entries from 256 on are broken" in check(book).err
    (book.folder / path).unlink()
    assert check(book).code == 2
    book.write(path, whole)
    (book.folder / "checkpoint").unlink()
    assert check(book).code == 2


@pytest.mark.parametrize("rewriting", REWRITINGS)
def test_monitor_with_an_earlier_checkpoint_finds_another_past(
    book: Logbook, tmp_path: Path, rewriting: Callable[[list[bytes]], list[bytes]]
) -> None:
    """A keeper who signs another past with his own key: only who has seen the first one can tell."""
    small, earlier = tmp_path / "at 5", tmp_path / "at 300"
    small.write_bytes(Logbook(tmp_path / "first", book.key).append(entries(5)).to_bytes())
    earlier.write_bytes(book.read("checkpoint"))
    other = book.rewritten(tmp_path / "other", [*rewriting(entries(300)), *entries(10, 400)])
    assert check(other).code == 0
    done = check(other, "--earlier", str(earlier), "--earlier", str(small))
    assert done == Done(1, "", "e-gomruk: an entry of 5 to 299 is not one that the log had signed for\n")
    book.append(entries(10, 300))
    assert check(book, "--earlier", str(earlier), "--earlier", str(small)).code == 0


def test_monitor_finds_a_log_that_went_back(book: Logbook, tmp_path: Path) -> None:
    (tmp_path / "earlier").write_bytes(book.read("checkpoint"))
    shorter = book.rewritten(tmp_path / "shorter", entries(299))
    done = check(shorter, "--earlier", str(tmp_path / "earlier"))
    assert done == Done(1, "", "e-gomruk: the log went back from 300 to 299 entries\n")


def test_monitor_asks_for_the_witnesses(book: Logbook, tmp_path: Path) -> None:
    bank = new_key("bank.example/w1", Kind.COSIGNATURE)
    assert check(book, "--witness", str(bank.verifier)).code == 2
    book.publish([bank])
    assert check(book, "--witness", str(bank.verifier)).out.endswith("witnesses 1\n")


def test_every_changed_file_is_found(book: Logbook) -> None:
    book.append(entries(300, 300))
    chosen = random.Random(1)
    needed = [path for path in book.folder.rglob("*") if path.is_file() and not path.match("*.p/44")]
    needed.remove(book.folder / "tile/1/000.p/1")
    for path in needed:
        whole = path.read_bytes()
        for _ in range(12):
            place = chosen.randrange(len(whole))
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << chosen.randrange(8)]) + whole[place + 1 :])
            with pytest.raises(SigningError):
                audited(Folder(book.folder).read, book.trust)
        path.write_bytes(whole)
    assert audited(Folder(book.folder).read, book.trust).checkpoint == book.checkpoint


def test_index_of_the_first_wrong_entry_is_known_to_programs(book: Logbook) -> None:
    _entry(book, lambda first: [*first[:200], entry(9999), *first[201:]])
    with pytest.raises(Tampered) as caught:
        audited(book.read, book.trust)
    assert caught.value.index == 200


@pytest.mark.parametrize("holder", ["log", "witness", "witness-ml-dsa"])
def test_key_is_made_for_its_holder_alone(tmp_path: Path, holder: str) -> None:
    words = (*COMMAND, "key", "--name", "gomruk.example/log", "--for", holder, "--out", str(tmp_path / "key"))
    done = run(*words)
    text = (tmp_path / "key").read_text()
    assert (done.code, stat.S_IMODE((tmp_path / "key").stat().st_mode)) == (0, 0o600)
    assert parse_verifier_key(done.out.strip()) == parse_signer_key(text.strip()).verifier
    assert text.strip() not in done.out
    assert run(*words) == Done(1, "", f"e-gomruk: {tmp_path / 'key'} is there already\n")
    assert (tmp_path / "key").read_text() == text


def test_proof_is_taken_from_a_log(tmp_path: Path, keeper: Keeper, book: Logbook) -> None:
    centre = Centre()
    container = sealed(centre)
    (tmp_path / "root.pem").write_bytes(centre.root.public_bytes(Encoding.PEM))
    (tmp_path / "in.asice").write_bytes(container.to_bytes())
    words = ("--log", keeper.url, "--log-key", str(book.key.verifier), "--out", str(tmp_path / "out.asice"))
    prove = (*COMMAND, "prove", str(tmp_path / "in.asice"), *words)
    assert run(*prove) == Done(1, "", "e-gomruk: the signature of the container is not in the log\n")
    assert not (tmp_path / "out.asice").exists()
    (signature_report,) = verify(container.to_bytes(), centre.trust, at=START).signatures
    book.append([decision_entry(signature_report, "26AZ00100123456", "01")])
    book.append(entries(20, 1000))
    assert run(*prove) == Done(0, f"{tmp_path / 'out.asice'}: entry 300\n", "")
    proven = open_container((tmp_path / "out.asice").read_bytes())
    assert (proven.signatures, proven.proof is not None) == (container.signatures, True)
    book.write("checkpoint", book.read("checkpoint").replace(b"\n321\n", b"\n322\n"))
    assert run(*prove).code == 1


def test_commands_of_the_log_load_nothing_of_the_portal(book: Logbook) -> None:
    command = (sys.executable, "-X", "importtime", *COMMAND[1:], "check", "--log", str(book.folder))
    done = run_apart(*command, "--log-key", str(book.key.verifier))
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.err.splitlines()}
    assert (done.code, loaded & {"flask", "sqlalchemy", "lxml", "spyne"}) == (0, set())


def test_cosignature_is_of_the_time_of_the_witness(book: Logbook, tmp_path: Path) -> None:
    key = new_key("bank.example/w1", Kind.COSIGNATURE)
    sent: list[bytes] = []

    class Near(Folder):
        def send(self, lines: bytes) -> None:
            # What leaves is on the disk already.
            assert lines in (tmp_path / "state" / "checkpoint").read_bytes()
            sent.append(lines)

    Witness(Near(book.folder), book.trust, key, tmp_path / "state", Hands()).look()
    assert parse_signatures(sent[0]) == (signature(book.checkpoint, key, START),)
