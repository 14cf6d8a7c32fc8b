"""Signed notes, checkpoints and cosignatures: published examples, round trips, and every way to write them wrongly."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from signing.base64_text import decoded, encoded
from signing.errors import InvalidSignature, Malformed, SigningError
from signing.transparency.checkpoint import Checkpoint, parse_checkpoint, signature, signed, subtree_message, verify
from signing.transparency.keys import Kind, SignerKey, VerifierKey, new_key, parse_signer_key, parse_verifier_key
from signing.transparency.merkle import EMPTY_ROOT, check_consistency, leaf_hash
from signing.transparency.notes import MAX_SIGNATURES, Note, NoteSignature, parse_note, parse_signatures
from signing.transparency.trust import LogTrust, Unwitnessed

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
# From the specification of signed notes, and from the first implementation of them.
PUBLISHED = {
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k": (
        "This is an example message.\n"
        "\n"
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONn"
        "cAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    ),
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW": (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    ),
}
PAIR = (
    "PRIVATE+KEY+logandmap+38581672+AXJ0FKWOcO2ch6WC8kP705Ed3Gxu7pVtZLhfHAQwp+FE",
    "logandmap+38581672+Ab/PCr1eCclRPRMBqw/r5An1xO71MCnImLiospEq6b4l",
)
PUBLISHED_FILES = Path(__file__).parent / "published"
SIGSUM = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
SIGSUM_KEY = "ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"
SIGSUM_CHECKPOINTS = [
    f"{SIGSUM}\n{size}\n{root}=\n\n— {SIGSUM} {line}=\n"
    for size, root, line in (
        (
            1,
            "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY",
        ),
        (
            3,
            "RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0",
            "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go",
        ),
        (
            5,
            "QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY",
            "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww",
        ),
    )
]
SIGSUM_PROOFS = (
    ("KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    (
        "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "KgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=",
        "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ),
)
HEAD = Checkpoint("gomruk.example/log", 5, leaf_hash(b"root"))
LINES = (
    "— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pW"
    "h6Up69HVOw==\n"
)


def note(text: str = "a\n", lines: str = "— b AAAAAAE=\n") -> bytes:
    return f"{text}\n{lines}".encode()


@pytest.fixture(scope="module")
def log() -> SignerKey:
    return new_key(HEAD.origin, Kind.NOTE)


@pytest.fixture(scope="module")
def bank() -> SignerKey:
    return new_key("bank.example/w1", Kind.COSIGNATURE)


@pytest.fixture(scope="module")
def hub() -> SignerKey:
    return new_key("hub.example", Kind.ML_DSA_COSIGNATURE)


@pytest.mark.parametrize(("key", "content"), PUBLISHED.items())
def test_published_note_verifies(key: str, content: str) -> None:
    read = parse_note(content.encode())
    parse_verifier_key(key).verify(read.text.encode(), read.signatures[0].value)
    assert read.signatures[0].key_id == parse_verifier_key(key).id
    assert (str(parse_verifier_key(key)), read.to_bytes()) == (key, content.encode())


def test_published_private_key_has_its_public_one() -> None:
    key = parse_signer_key(PAIR[0])
    assert (str(key.verifier), key.to_text()) == (PAIR[1], PAIR[0])


@pytest.mark.parametrize("kind", Kind)
def test_key_is_written_and_read(kind: Kind) -> None:
    key = new_key("witness.example/ə", kind)
    assert parse_signer_key(key.to_text()) == key
    assert parse_verifier_key(str(key.verifier)) == key.verifier
    assert encoded(key.seed) not in repr(key) + str(key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+530d903a",
        PAIR[1].replace("+38", "+39"),
        PAIR[1].replace("+38", "+3"),
        PAIR[1].replace("38581672", "3858167A"),
        PAIR[1].replace("logandmap", "log and map"),
        PAIR[1].replace("logandmap", ""),
        PAIR[1] + " ",
        PAIR[1][:-1],
        PAIR[1][:-4],
        PAIR[1].replace("+Ab", "+Bb"),
        PAIR[1].replace("+Ab", "+Bg"),
        f"{'n' * 256}+38581672+{PAIR[1].rpartition('+')[2]}",
        PAIR[0],
    ],
)
def test_broken_key_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_verifier_key(text)
    with pytest.raises(Malformed):
        parse_signer_key(PAIR[1] if text == PAIR[0] else text)


def test_private_key_with_the_id_of_another_is_refused() -> None:
    with pytest.raises(Malformed):
        parse_signer_key(PAIR[0].replace("38581672", "38581673"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text only\n",
        b"\n\n\xe2\x80\x94 a AAAAAAE=\n",
        note("a\n", ""),
        note("a\n", "— b AAAAAAE="),
        note("a\n", "- b AAAAAAE=\n"),
        note("a\n", "— b  AAAAAAE=\n"),
        note("a\n", "— AAAAAAE=\n"),
        note("a\n", "— b AAAAAAE\n"),
        note("a\n", "— b AAAAAAF=\n"),
        note("a\n", "— b AAAAAA==\n"),
        note("a\n", "— b AAAAAAE= \n"),
        note("a\n", "— b+c AAAAAAE=\n"),
        note("a\n", "— b\u00a0c AAAAAAE=\n"),
        note("a\n", "— b AAAAAAE=\nmore\n"),
        note("a\t\n"),
        note("a\r\n"),
        note("a\x00\n"),
        b"\xff\n\n\xe2\x80\x94 b AAAAAAE=\n",
        note("a\n", "— b AAAAAAE=\n" * (MAX_SIGNATURES + 1)),
        note("a" * (256 << 10) + "\n"),
    ],
)
def test_broken_note_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_note(data)


def test_text_of_a_note_may_have_empty_lines() -> None:
    read = parse_note(note("a\n\nb\n", "— b AAAAAAE=\n" * 16))
    assert (read.text, len(read.signatures)) == ("a\n\nb\n", 16)


def test_signature_lines_are_read_without_their_note() -> None:
    (line,) = parse_signatures(LINES.encode())
    assert (line.name, line.line) == ("witness.example/w1", LINES)
    assert Note("a\n", (line,)).with_signatures([line]).signatures == (line,)


@pytest.mark.parametrize("data", [b"", b"\n", LINES.encode()[:-1], b"text\n\n" + LINES.encode()])
def test_broken_signature_lines_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        parse_signatures(data)


def test_checkpoint_is_written_and_read() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    read = parse_checkpoint(text)
    assert (read.origin, read.size, read.text) == ("example.com/behind-the-sofa", 20852163, text)
    assert parse_checkpoint(text + "more\n").extensions == ("more",)
    assert parse_checkpoint(Checkpoint("a", 0, EMPTY_ROOT).text).size == 0


@pytest.mark.parametrize(
    "change",
    [
        ("\n20852163\n", "\n020852163\n"),
        ("\n20852163\n", "\n-1\n"),
        ("\n20852163\n", "\n+1\n"),
        ("\n20852163\n", "\n٣\n"),
        ("\n20852163\n", "\n9223372036854775808\n"),
        ("\n20852163\n", "\n99999999999999999999999\n"),
        ("\n20852163\n", "\n0\n"),
        ("\n20852163\n", "\n\n"),
        ("\n20852163", ""),
        ("q2I=\n", "q2I=\n\n"),
        ("q2I=\n", "q2I=\n\nmore\n"),
        ("q2I=\n", "q2I=\n\u0007\n"),
        ("q2I=\n", "q2I="),
        ("q2I=", "q2J="),
        ("CsUY", ""),
        ("example.com/behind-the-sofa", ""),
        ("example.com/behind-the-sofa", "e" * 256),
        ("example.com/behind-the-sofa", "e" * 5000),
    ],
)
def test_broken_checkpoint_is_refused(change: tuple[str, str]) -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert change[0] in text
    with pytest.raises(Malformed):
        parse_checkpoint(text.replace(*change))


def test_cosignature_signs_the_published_message(bank: SignerKey) -> None:
    line = signature(HEAD, bank, NOW)
    message = f"cosignature/v1\ntime 1795161600\n{HEAD.text}".encode()
    bank.verifier.verify(message, line.value[8:])
    assert line.value[:8] == pack(">Q", 1795161600)
    assert verify(HEAD, line, bank.verifier) == NOW


def test_ml_dsa_cosignature_signs_the_published_message(hub: SignerKey) -> None:
    line = signature(HEAD, hub, NOW)
    message = (
        b"subtree/v1\n\x00\x0bhub.example"
        + pack(">Q", 1795161600)
        + b"\x12gomruk.example/log"
        + pack(">QQ", 0, 5)
        + HEAD.root
    )
    MLDSA44PublicKey.from_public_bytes(hub.verifier.public).verify(line.value[8:], message)
    assert verify(HEAD, line, hub.verifier) == NOW


def test_published_ml_dsa_cosignature_verifies() -> None:
    """Made by another implementation, over a part of a tree."""
    vkey, line = (PUBLISHED_FILES / "ml-dsa-cosignature.txt").read_text("utf-8").splitlines()
    key, (found,) = parse_verifier_key(vkey), parse_signatures(f"{line}\n".encode())
    root = decoded("E7ERCtFloiK1fdb+B6/dLG0pM1nmIR0ETKBSauCjtVw=")
    assert (found.name, found.key_id, found.value[:8]) == (key.name, key.id, bytes(8))
    key.verify(subtree_message(key.name, 0, "example.com/log", range(8, 13), root), found.value[8:])
    with pytest.raises(InvalidSignature):
        key.verify(subtree_message(key.name, 0, "example.com/log", range(13), root), found.value[8:])


def test_published_log_grows_as_it_proves() -> None:
    """Three checkpoints that another implementation signed, with its proofs of consistency between them."""
    trust = LogTrust((VerifierKey(SIGSUM, Kind.NOTE, bytes.fromhex(SIGSUM_KEY)),))
    heads = [trust.confirmed(parse_note(text.encode())).checkpoint for text in SIGSUM_CHECKPOINTS]
    assert [head.size for head in heads] == [1, 3, 5]
    for old, new, proof in zip(heads, heads[1:], SIGSUM_PROOFS, strict=False):
        check_consistency(old.size, old.root, new.size, new.root, [decoded(step) for step in proof])
    with pytest.raises(InvalidSignature):
        trust.confirmed(parse_note(SIGSUM_CHECKPOINTS[1].replace("\n3\n", "\n4\n").encode()))


def test_log_signs_the_text_itself(log: SignerKey) -> None:
    line = signature(HEAD, log, NOW)
    log.verifier.verify(HEAD.text.encode(), line.value)
    assert verify(HEAD, line, log.verifier) is None


@pytest.mark.parametrize("kind", Kind)
def test_signature_of_another_checkpoint_time_or_name_is_refused(kind: Kind) -> None:
    key = new_key("signer.example", kind)
    line = signature(HEAD, key, NOW)
    later = NoteSignature(line.name, line.key_id, pack(">Q", 1795161601) + line.value[8:])
    short = NoteSignature(line.name, line.key_id, line.value[:-1])
    other = NoteSignature("other.example", line.key_id, line.value)
    for wrong in (later, short, other):
        with pytest.raises(InvalidSignature):
            verify(HEAD, wrong, key.verifier)
    for head in (Checkpoint("other", 5, HEAD.root), Checkpoint(HEAD.origin, 6, HEAD.root)):
        with pytest.raises(InvalidSignature):
            verify(head, line, key.verifier)


def test_cosignature_of_no_time_is_refused(bank: SignerKey) -> None:
    seconds = (1 << 64) - 1
    value = pack(">Q", seconds) + bank.sign(f"cosignature/v1\ntime {seconds}\n{HEAD.text}".encode())
    with pytest.raises(InvalidSignature):
        verify(HEAD, NoteSignature(bank.name, bank.verifier.id, value), bank.verifier)


def test_ml_dsa_does_not_vouch_for_further_lines(hub: SignerKey) -> None:
    line = signature(HEAD, hub, NOW)
    with pytest.raises(InvalidSignature):
        verify(Checkpoint(HEAD.origin, HEAD.size, HEAD.root, ("more",)), line, hub.verifier)


def test_note_is_confirmed_by_log_and_witnesses(log: SignerKey, bank: SignerKey, hub: SignerKey) -> None:
    both = signed(HEAD, log, NOW).with_signatures(signature(HEAD, key, NOW) for key in (bank, hub))
    trust = LogTrust((log.verifier,), (hub.verifier, bank.verifier))
    confirmed = trust.confirmed(parse_note(both.to_bytes()))
    assert (confirmed.checkpoint, confirmed.witnesses) == (HEAD, ("hub.example", "bank.example/w1"))
    trust.check_quorum(confirmed)


def test_unknown_lines_count_for_nothing(log: SignerKey, bank: SignerKey) -> None:
    stranger = new_key(bank.name, Kind.COSIGNATURE)
    found = signed(HEAD, log, NOW).with_signatures([signature(HEAD, stranger, NOW)])
    for quorum in (None, 1):
        trust = LogTrust((log.verifier,), (bank.verifier,), quorum)
        assert trust.confirmed(found).witnesses == ()
        with pytest.raises(Unwitnessed):
            trust.check_quorum(trust.confirmed(found))
    LogTrust((log.verifier,), (bank.verifier,), 0).check_quorum(trust.confirmed(found))


def test_wrong_line_under_a_known_key_spoils_the_note(log: SignerKey, bank: SignerKey) -> None:
    older = signature(Checkpoint(HEAD.origin, 4, HEAD.root), bank, NOW)
    good = signature(HEAD, bank, NOW + timedelta(minutes=1))
    trust = LogTrust((log.verifier,), (bank.verifier,), 0)
    for lines in ([older], [good, older]):
        with pytest.raises(InvalidSignature):
            trust.confirmed(signed(HEAD, log, NOW).with_signatures(lines))


def test_several_lines_of_a_witness_are_one_witness(log: SignerKey, bank: SignerKey) -> None:
    second = new_key(bank.name, Kind.ML_DSA_COSIGNATURE)
    times = (NOW, NOW + timedelta(minutes=1))
    lines = [signature(HEAD, key, time) for key in (bank, second) for time in times]
    trust = LogTrust((log.verifier,), (bank.verifier, second.verifier))
    assert trust.needed == 1
    assert trust.confirmed(signed(HEAD, log, NOW).with_signatures(lines)).witnesses == (bank.name,)


def test_log_is_known_by_key_and_name(log: SignerKey) -> None:
    other = Checkpoint("other.example/log", 5, HEAD.root)
    for trust, found in (
        (LogTrust((new_key(HEAD.origin, Kind.NOTE).verifier,)), signed(HEAD, log, NOW)),
        (LogTrust((log.verifier,)), signed(other, log, NOW)),
        (LogTrust((log.verifier,)), signed(HEAD, new_key("x", Kind.NOTE), NOW)),
    ):
        with pytest.raises(InvalidSignature):
            trust.confirmed(found)


def test_log_may_change_its_key(log: SignerKey) -> None:
    newer = new_key(HEAD.origin, Kind.ML_DSA_COSIGNATURE)
    trust = LogTrust((log.verifier, newer.verifier))
    assert trust.confirmed(signed(HEAD, newer, NOW)).log == newer.verifier
    assert trust.confirmed(signed(HEAD, log, NOW)).log == log.verifier


def test_trust_that_counts_somebody_twice_is_refused(log: SignerKey, bank: SignerKey, hub: SignerKey) -> None:
    as_witness = VerifierKey("other", Kind.COSIGNATURE, log.verifier.public)
    renamed = VerifierKey("other", Kind.COSIGNATURE, bank.verifier.public)
    wrong: list[tuple[tuple[VerifierKey, ...], tuple[VerifierKey, ...], int | None]] = [
        ((), (bank.verifier,), 1),
        ((log.verifier, log.verifier), (), None),
        ((log.verifier,), (as_witness,), None),
        ((log.verifier,), (bank.verifier, renamed), None),
        ((log.verifier,), (log.verifier,), None),
        ((bank.verifier,), (), None),
        ((log.verifier,), (new_key("a", Kind.NOTE).verifier,), None),
        ((log.verifier,), (bank.verifier,), 2),
        ((log.verifier,), (hub.verifier,), -1),
    ]
    for arguments in wrong:
        with pytest.raises(SigningError):
            LogTrust(*arguments)
