"""Proofs of the register: what an entry says, how a proof is written, and that only the right one holds."""

import random
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from signing.errors import DigestMismatch, InvalidSignature, Malformed, SigningError
from signing.transparency.entries import Entry, EntryKind, parse_entry, seal_entry
from signing.transparency.keys import Kind, SignerKey, new_key
from signing.transparency.merkle import leaf_hash, node_hash
from signing.transparency.proof import Proof, build_proof, parse_proof
from signing.transparency.tiles import TileHashes
from signing.transparency.trust import LogTrust, Unwitnessed
from tests.signing.logbook import START, Logbook, entries, entry

SIZE = 300
WRITTEN = (
    b"az-customs-decision/v1\n26AZ00100123456\n01\n"
    b"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\n2026-11-20T08:00:00Z\n"
)


@pytest.fixture(scope="module")
def bank() -> SignerKey:
    return new_key("bank.example/w1", Kind.COSIGNATURE)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, bank: SignerKey) -> Logbook:
    book = Logbook(tmp_path_factory.mktemp("log"))
    book.append(entries(SIZE), [bank])
    return book


@pytest.fixture(scope="module")
def trust(book: Logbook, bank: SignerKey) -> LogTrust:
    return LogTrust((book.key.verifier,), (bank.verifier,))


@pytest.fixture(scope="module")
def proof(book: Logbook, bank: SignerKey) -> Proof:
    return book.proof(257, book.publish([bank]), entry(257))


def test_entry_is_written_line_by_line() -> None:
    read = parse_entry(WRITTEN)
    assert (read.kind, read.number, read.code, read.time) == (EntryKind.DECISION, "26AZ00100123456", "01", START)
    assert read.to_bytes() == WRITTEN


def test_seal_has_an_entry_of_its_own() -> None:
    written = seal_entry(b"a", START, "26AZ00100123456", "01")
    assert written == WRITTEN.replace(b"decision", b"seal")
    assert parse_entry(written).kind is EntryKind.SEAL


def test_time_of_an_entry_is_exact_and_in_utc() -> None:
    finer = Entry(EntryKind.DECISION, "1", "1", "0" * 64, START + timedelta(milliseconds=120))
    assert b"T08:00:00.12Z" in finer.to_bytes()
    assert parse_entry(finer.to_bytes()) == finer
    baku = START.astimezone(timezone(timedelta(hours=4)))
    assert replace(finer, time=baku).to_bytes() == replace(finer, time=START).to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        (b"/v1", b"/v2"),
        (b"26AZ00100123456", b""),
        (b"26AZ00100123456", b"26AZ 0010"),
        (b"26AZ00100123456", b"2" * 65),
        (b"26AZ00100123456", "26ƏZ".encode()),
        (b"\n01\n", b"\n\n"),
        (b"\n01\n", b"\n01\n01\n"),
        (b"ca97", b"CA97"),
        (b"ca97", b"a97"),
        (b"T08:00:00Z", b"T08:00:00+00:00"),
        (b"T08:00:00Z", b"T08:00:00"),
        (b"T08:00:00Z", b"T08:00:00.0Z"),
        (b"T08:00:00Z", b"T25:00:00Z"),
        (b"2026-11-20T", b"20261120T"),
        (b"Z\n", b"Z"),
        (b"Z\n", b"Z\n\n"),
        (b"Z\n", b"Z\r\n"),
        (WRITTEN, b""),
        (WRITTEN, WRITTEN + b"x" * 100_000),
    ],
)
def test_entry_written_otherwise_is_refused(change: tuple[bytes, bytes]) -> None:
    assert change[0] in WRITTEN
    with pytest.raises(Malformed):
        parse_entry(WRITTEN.replace(*change))


def test_entry_without_a_zone_is_refused() -> None:
    with pytest.raises(Malformed):
        seal_entry(b"a", datetime(2026, 11, 20), "1", "1")  # noqa: DTZ001


def test_proof_has_the_published_form(book: Logbook) -> None:
    """By hand, from the text of the specification."""
    small = Logbook(book.folder / "small")
    note = small.append([b"a", b"b", b"c"])
    a, b, c = map(leaf_hash, (b"a", b"b", b"c"))
    lines = [
        "c2sp.org/tlog-proof@v1",
        "extra aGVsbG8=",
        "index 1",
        b64encode(a).decode(),
        b64encode(c).decode(),
        "",
        "gomruk.example/log",
        "3",
        b64encode(node_hash(node_hash(a, b), c)).decode(),
        "",
    ]
    written = small.proof(1, note, b"hello").to_bytes().decode()
    assert written.startswith("\n".join(lines) + "\n— gomruk.example/log ")
    assert small.proof(1, note).to_bytes().decode() == written.replace("extra aGVsbG8=\n", "")


def test_proof_of_every_entry_holds(book: Logbook, trust: LogTrust, bank: SignerKey) -> None:
    note, hashes = book.publish([bank]), TileHashes(book.read, SIZE)
    for index in range(SIZE):
        read = parse_proof(build_proof(index, note, hashes, entry(index)).to_bytes())
        confirmed = read.check(entry(index), trust)
        assert (read.extra, confirmed.checkpoint.size) == (entry(index), SIZE)
        assert confirmed.witnesses == ("bank.example/w1",)
        with pytest.raises(DigestMismatch):
            read.check(entry(index + 1), trust)


def test_log_of_one_entry_needs_no_path(tmp_path: Path) -> None:
    book = Logbook(tmp_path)
    proof = book.proof(0, book.append([WRITTEN]))
    assert proof.path == ()
    assert parse_proof(proof.to_bytes()).check(WRITTEN, book.trust).checkpoint == book.checkpoint


def test_proof_at_another_place_is_refused(proof: Proof, trust: LogTrust) -> None:
    for index in (256, 258, SIZE, SIZE + 257):
        with pytest.raises(DigestMismatch):
            replace(proof, index=index).check(entry(257), trust)


def test_proof_of_a_log_that_was_not_signed_is_refused(proof: Proof, trust: LogTrust, tmp_path: Path) -> None:
    stranger = Logbook(tmp_path)
    forged = stranger.proof(0, stranger.append([entry(1000)]))
    with pytest.raises(InvalidSignature):
        forged.check(entry(1000), trust)
    with pytest.raises(InvalidSignature):
        replace(forged, checkpoint=replace(forged.checkpoint, signatures=proof.checkpoint.signatures)).check(
            entry(1000), trust
        )


def test_proof_without_its_witness_is_not_confirmed(proof: Proof, trust: LogTrust) -> None:
    alone = replace(proof, checkpoint=replace(proof.checkpoint, signatures=proof.checkpoint.signatures[:1]))
    with pytest.raises(Unwitnessed):
        alone.check(entry(257), trust)
    assert alone.check(entry(257), LogTrust(trust.logs)).witnesses == ()


def test_every_changed_byte_of_a_proof_is_refused(proof: Proof, trust: LogTrust) -> None:
    data, chosen = proof.to_bytes(), random.Random(1)
    for place in range(len(data)):
        for value in {data[place] ^ 1, data[place] ^ 0x20, ord("A"), ord("\n"), chosen.randrange(256)} - {data[place]}:
            changed = data[:place] + bytes([value]) + data[place + 1 :]
            with pytest.raises(SigningError):
                _held(changed, trust)


def _held(data: bytes, trust: LogTrust) -> None:
    read = parse_proof(data)
    assert read.extra is not None
    read.check(read.extra, trust)


@pytest.mark.parametrize(
    "change",
    [
        ("@v1\n", "@v2\n"),
        ("@v1\n", "@v1\n\n"),
        ("@v1\n", "@v1\nmore\n"),
        ("extra ", "extra  "),
        ("extra ", "Extra "),
        ("index 257", "index 0257"),
        ("index 257", "index -257"),
        ("index 257", "index 9223372036854775808"),
        ("index 257", "index 257 "),
        ("index 257\n", ""),
        ("index 257\n", "index 257\nAAAA\n"),
        ("index 257\n", "index 257\n\n"),
        ("index 257\n", "index 257\n" + "A" * 43 + "=\n" + ("A" * 43 + "=\n") * 63),
        ("index 257\n", "index 257\nindex 257\n"),
        ("\n\ngomruk", "\ngomruk"),
        ("\n\ngomruk", "\n\n\ngomruk"),
    ],
)
def test_proof_written_otherwise_is_refused(proof: Proof, change: tuple[str, str], trust: LogTrust) -> None:
    text = proof.to_bytes().decode()
    assert change[0] in text
    with pytest.raises(SigningError):
        _held(text.replace(*change).encode(), trust)


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\nindex 0\n", b"\xff" * 100, b"A" * (300 << 10), b"\n" * (200 << 10)]
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_proof(data)


def test_hostile_proof_costs_little() -> None:
    """Long runs that a careless reader would go over again and again."""
    head = b"c2sp.org/tlog-proof@v1\n"
    for body in (
        b"extra " + b"A" * 200_000,
        b"index " + b"9" * 200_000,
        b"index 1\n" + b"A\n" * 100_000,
        b"index 1\n" + b"A" * 200_000,
        b"extra A\n" * 25_000,
    ):
        with pytest.raises(Malformed):
            parse_proof(head + body + b"\n\na\n1\nb\n\n")


def test_larger_log_gives_a_newer_proof(book: Logbook, tmp_path: Path) -> None:
    grown = Logbook(tmp_path, book.key)
    old = grown.proof(0, grown.append([WRITTEN]))
    new = grown.proof(0, grown.append(entries(600)))
    for one in (old, new):
        one.check(WRITTEN, grown.trust)
    assert len(new.path) == 10
    assert START.tzinfo == UTC
