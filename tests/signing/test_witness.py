"""Witnesses and monitors: real processes against a real server of a log whose keeper is honest, or is not."""

import random
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from signal import SIGINT
from threading import Event, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.container import open_container
from signing.errors import Malformed, SigningError
from signing.transparency.checkpoint import signature
from signing.transparency.entries import decision_entry
from signing.transparency.keys import Kind, SignerKey, new_key, parse_signer_key, parse_verifier_key
from signing.transparency.monitor import Tampered, audited
from signing.transparency.notes import parse_note, parse_signatures
from signing.transparency.places import Folder
from signing.transparency.tiles import Tile, packed
from signing.transparency.trust import LogTrust
from signing.transparency.witness import Witness
from signing.verify import verify
from tests.signing.centre import START, Centre, Hands, sealed
from tests.signing.logbook import Logbook, entries, entry

LONG = 60.0  # Ends what would not end by itself.
COMMAND = (sys.executable, "-m", "app.cli", "log")


class Keeper(ThreadingHTTPServer):
    """Serves the folder of a log, takes cosignatures, and can be told to keep a caller waiting."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.taken: Queue[bytes] = Queue()
        self.status = 200
        self.held = ""
        self.arrived, self.released = Event(), Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/log"

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that was killed is no fault of the server."""

    def hold(self, path: str) -> None:
        self.held = path
        self.arrived.clear()
        self.released.clear()


class Handler(BaseHTTPRequestHandler):
    server: Keeper

    def do_GET(self) -> None:
        path = self.path.removeprefix("/log/")
        self._wait(path)
        try:
            content = (self.server.folder / path).read_bytes()
        except OSError:
            self._answer(404, "text/html", b"no")
            return
        self._answer(200, "text/plain" if path == "checkpoint" else "application/octet-stream", content)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self._wait("cosignature")
        if self.server.held != "cosignature":
            self.server.taken.put(content)
        self._answer(self.server.status, "text/plain", b"")

    def _wait(self, path: str) -> None:
        if path == self.server.held:
            self.server.arrived.set()
            self.server.released.wait(LONG)

    def _answer(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the test looks at what was taken."""


@dataclass
class Done:
    code: int
    out: str
    err: str


@dataclass
class Bank:
    """A bank that follows the log by the command line."""

    keeper: Keeper
    book: Logbook
    folder: Path
    key: SignerKey = field(default_factory=lambda: new_key("bank.example/w1", Kind.COSIGNATURE))

    def __post_init__(self) -> None:
        self.folder.mkdir()
        (self.folder / "key").write_text(self.key.to_text())

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def words(self) -> tuple[str, ...]:
        about_log = ("--log", self.keeper.url, "--log-key", str(self.book.key.verifier))
        return (*COMMAND, "witness", *about_log, "--key", str(self.folder / "key"), "--state", str(self.state))

    def look(self) -> Done:
        return run(*self.words, "--once")

    def started(self, *more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen((*self.words, *more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def check_taken(self) -> None:
        """The log has the cosignature of its present checkpoint, and has it from this bank."""
        (line,) = parse_signatures(self.keeper.taken.get(timeout=LONG))
        note = parse_note(self.book.read("checkpoint")).with_signatures([line])
        assert LogTrust((self.book.key.verifier,), (self.key.verifier,)).confirmed(note).witnesses == (self.key.name,)

    def refused(self, kind: str) -> Done:
        """What a look that must fail said; nothing was signed, and what was offered is kept."""
        before = {path: path.read_bytes() for path in self.state.glob("checkpoint")}
        done = self.look()
        assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
        assert self.keeper.taken.empty()
        assert {path: path.read_bytes() for path in self.state.glob("checkpoint")} == before
        (evidence,) = (self.state / "evidence").glob(f"{kind}-*")
        assert (evidence / "offered").read_bytes() == (self.keeper.folder / "checkpoint").read_bytes()
        assert str(evidence) in done.err
        return done


def run(*words: str) -> Done:
    done = subprocess.run(words, capture_output=True, text=True, timeout=LONG, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def book(tmp_path: Path) -> Logbook:
    book = Logbook(tmp_path / "log")
    book.append(entries(300))
    return book


@pytest.fixture
def keeper(book: Logbook) -> Iterator[Keeper]:
    with Keeper(book.folder) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def bank(keeper: Keeper, book: Logbook, tmp_path: Path) -> Bank:
    return Bank(keeper, book, tmp_path / "bank")


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


def _rewritten(first: list[bytes]) -> list[bytes]:
    return [*first[:7], entry(9999), *first[8:]]


def _dropped(first: list[bytes]) -> list[bytes]:
    return [*first[:7], *first[8:]]


def _swapped(first: list[bytes]) -> list[bytes]:
    return [*first[:7], first[8], first[7], *first[9:]]


REWRITINGS = (_rewritten, _dropped, _swapped)


def replaced(bank: Bank, rewriting: Callable[[list[bytes]], list[bytes]], more: int) -> None:
    """The keeper signs another past, with his own key and with hashes that agree with it."""
    other = bank.book.rewritten(bank.folder / "other", [*rewriting(entries(300)), *entries(more, 5000)])
    shutil.rmtree(bank.book.folder)
    shutil.copytree(other.folder, bank.book.folder)
    bank.book.size, bank.book.root = other.size, other.root


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
    replaced(bank, _rewritten, 0)
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
    replaced(bank, _rewritten, 0)
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
    replaced(bank, _rewritten, 0)
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
    _entry(book, _rewritten)
    said = "e-gomruk: entry 7 is not the one that its hash was made of\n"
    assert check(book) == check(book, place=keeper.url) == Done(1, "", said)


def test_monitor_names_swapped_entries(book: Logbook) -> None:
    _entry(book, _swapped)
    assert check(book).err == "e-gomruk: entry 7 is not the one that its hash was made of\n"


def test_monitor_names_a_dropped_entry(book: Logbook) -> None:
    _entry(book, _dropped)
    done = check(book)
    assert done.code == 1
    assert "the entries from 0 on are broken" in done.err
    _entry(book, lambda first: [*_dropped(first), first[-1]])
    assert check(book).err == "e-gomruk: entry 7 is not the one that its hash was made of\n"


def test_monitor_names_an_entry_that_is_not_ours(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    book.append([*entries(5), b"Elcin Quliyev"])
    assert check(book) == Done(1, "", "e-gomruk: entry 5 is not written as an entry must be\n")


def test_monitor_finds_entries_that_were_rewritten_with_their_hashes(book: Logbook, tmp_path: Path) -> None:
    """Level by level upwards, the forger leaves off at the root, for which he has no key."""
    other = Logbook(tmp_path / "other")
    other.append(_rewritten(entries(300)))
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
    done = run(*command, "--log-key", str(book.key.verifier))
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
