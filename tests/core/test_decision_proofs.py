"""A kept decision carries the proof that it was entered, and witnesses make the proof better."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.adapters.published_log import LogFolder
from app.archive.models import KeptContainer, LogCosignature
from app.archive.operations import (
    Cosign,
    advance_log,
    cosign,
    maintain_due,
)
from app.core.context import ANONYMOUS, Context
from app.core.db import write_transaction
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, RateLimited
from signing.clock import SystemClock
from signing.container import open_container
from signing.examination import Policy
from signing.transparency.checkpoint import parse_checkpoint, signature
from signing.transparency.keys import Kind as KeyKind
from signing.transparency.keys import SignerKey, new_key
from signing.transparency.proof import parse_proof
from signing.transparency.trust import LogTrust
from signing.transparency.witness import Witness
from signing.verify import verify
from tests.core.archives import (
    NUMBER,
    checkpoint,
    content,
    entries,
    faults,
    keep_decision,
    recorded,
    trust,
)
from tests.signing.centre import START, Centre


def test_kept_decision_carries_its_proof(archive: Context, centre: Centre) -> None:
    recorded(archive, entries(300))
    keep_decision(archive, centre)
    advance_log(archive)
    assert maintain_due(archive) == 1
    data = content(archive)
    report = verify(data, centre.trust, Policy(register=trust(archive)), at=START)
    assert report.is_valid
    assert report.register is not None
    assert {name: report.register.facts[name] for name in ("number", "code", "index", "size")} == {
        "number": NUMBER,
        "code": "released",
        "index": "300",
        "size": "301",
    }
    other = LogTrust((new_key(archive.ports.log.key.name, KeyKind.NOTE).verifier,))
    assert not verify(data, centre.trust, Policy(register=other), at=START).is_valid


def test_proof_waits_until_its_entry_has_a_place(archive: Context, centre: Centre) -> None:
    keep_decision(archive, centre)
    assert maintain_due(archive) == 1
    assert open_container(content(archive)).proof is None
    advance_log(archive)
    assert maintain_due(archive) == 0
    centre.clock.time += timedelta(seconds=30)
    assert maintain_due(archive) == 1
    assert parse_proof(open_container(content(archive)).proof or b"").index == 0


def test_proof_outlives_renewal(archive: Context, centre: Centre) -> None:
    keep_decision(archive, centre)
    advance_log(archive)
    maintain_due(archive)
    proof = open_container(content(archive)).proof
    centre.clock.time = archive.session.scalars(select(KeptContainer.due_at)).one()
    centre.tsa = centre.new_tsa(centre.clock.time)
    assert maintain_due(archive) == 1
    assert open_container(content(archive)).proof == proof
    assert verify(content(archive), centre.trust, Policy(register=trust(archive)), at=centre.clock.time).is_valid


class Door:
    """The register as a witness of the library reaches it."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def read(self, path: str) -> bytes:
        return self.context.ports.log.read(path)

    def send(self, lines: bytes) -> None:
        cosign(self.context, Cosign(lines))


@pytest.fixture
def bank() -> SignerKey:
    return new_key("bank.example/witness", KeyKind.COSIGNATURE)


@pytest.fixture
def watched(archive: Context, bank: SignerKey) -> Context:
    """The register with a witness that it knows."""
    assert isinstance(archive.ports.log, LogFolder)
    log = replace(archive.ports.log, witness_texts=(str(bank.verifier),))
    return replace(archive, actor=archive.actor, ports=replace(archive.ports, log=log))


@pytest.fixture
def witness(watched: Context, bank: SignerKey, tmp_path: Path) -> Witness:
    visitor = replace(watched, actor=ANONYMOUS, address="192.0.2.10")
    return Witness(Door(visitor), trust(watched), bank, tmp_path / "witness", SystemClock())


def test_witness_confirms_and_the_checkpoint_says_so(watched: Context, witness: Witness, bank: SignerKey) -> None:
    recorded(watched, entries(5))
    advance_log(watched)
    witness.look()
    advance_log(watched)
    assert trust(watched, bank).confirmed(checkpoint(watched)).witnesses == (bank.name,)
    assert witness.look().startswith("nothing new")
    assert faults(watched) == []


def test_proof_gets_better_when_a_witness_has_confirmed_it(
    watched: Context, witness: Witness, bank: SignerKey, centre: Centre
) -> None:
    keep_decision(watched, centre)
    advance_log(watched)
    maintain_due(watched)
    policy = Policy(register=trust(watched, bank))
    assert not verify(content(watched), centre.trust, policy, at=START).is_valid
    witness.look()
    recorded(watched, entries(3))  # The register has grown on meanwhile.
    advance_log(watched)
    assert maintain_due(watched) == 1
    assert verify(content(watched), centre.trust, policy, at=START).is_valid
    assert maintain_due(watched) == 0


def test_witness_that_comes_late_still_counts(watched: Context, bank: SignerKey) -> None:
    recorded(watched, entries(5))
    advance_log(watched)
    then = parse_checkpoint(checkpoint(watched).text)
    recorded(watched, entries(2, "more"))
    advance_log(watched)
    cosign(watched, Cosign(signature(then, bank, START).line.encode()))
    assert watched.session.scalars(select(LogCosignature.size)).all() == [5]


@pytest.mark.parametrize("kind", [KeyKind.COSIGNATURE, KeyKind.ML_DSA_COSIGNATURE])
def test_line_of_a_stranger_is_refused(watched: Context, kind: KeyKind) -> None:
    recorded(watched, entries(5))
    advance_log(watched)
    stranger = new_key("bank.example/witness", kind)
    line = signature(parse_checkpoint(checkpoint(watched).text), stranger, START).line
    with pytest.raises(NotAllowed, match=r"log\.stranger"):
        cosign(watched, Cosign(line.encode()))


def test_line_about_another_register_is_refused(watched: Context, bank: SignerKey) -> None:
    recorded(watched, entries(5))
    advance_log(watched)
    other = replace(parse_checkpoint(checkpoint(watched).text), root=bytes(32))
    with pytest.raises(Conflict, match=r"log\.other_checkpoint"):
        cosign(watched, Cosign(signature(other, bank, START).line.encode()))


@pytest.mark.parametrize("lines", [b"", b"\xff", b"hello\n", "— bank\n".encode(), "— bank x y\n".encode(), b"\n" * 99])
def test_lines_that_are_none_are_refused(watched: Context, lines: bytes) -> None:
    recorded(watched, entries(1))
    advance_log(watched)
    with pytest.raises(Invalid, match=r"log\.lines"):
        cosign(watched, Cosign(lines))


def test_register_without_witnesses_takes_no_lines(archive: Context, bank: SignerKey) -> None:
    recorded(archive, entries(1))
    advance_log(archive)
    line = signature(parse_checkpoint(checkpoint(archive).text), bank, START).line
    with pytest.raises(NotFound, match=r"log\.no_witness"):
        cosign(archive, Cosign(line.encode()))


def test_same_line_twice_is_one(watched: Context, bank: SignerKey) -> None:
    recorded(watched, entries(1))
    advance_log(watched)
    line = signature(parse_checkpoint(checkpoint(watched).text), bank, START).line.encode()
    for _ in range(3):
        cosign(watched, Cosign(line))
    assert len(watched.session.scalars(select(LogCosignature.line)).all()) == 1


def test_flood_of_lines_is_stopped(watched: Context) -> None:
    for _ in range(60):
        with pytest.raises(NotFound):
            cosign(watched, Cosign(b"hello\n"))
    with pytest.raises(RateLimited):
        cosign(watched, Cosign(b"hello\n"))


def test_cosignature_that_was_changed_is_found(watched: Context, witness: Witness) -> None:
    recorded(watched, entries(5))
    advance_log(watched)
    witness.look()
    advance_log(watched)
    line = watched.session.scalars(select(LogCosignature.line)).one()
    with write_transaction(watched.session):
        watched.session.execute(update(LogCosignature).values(line=line.replace(line[-20:-10], "A" * 10)))
    assert faults(watched) == ["entry 4: a cosignature is wrong: a signature of bank.example/witness is wrong"]
