"""Where the proof stands in a container, and every changed byte of it."""

import random
from collections.abc import Iterator

import pytest

from signing.container import MAX_PROOF_BYTES, PROOF_NAME, open_container
from signing.errors import Malformed
from signing.report import Indication
from signing.sealing import renewed
from signing.transparency.proof import parse_proof
from tests.signing import forging
from tests.signing.logbook import entries
from tests.signing.register_proof.registered import Registered
from tests.thoroughness import are_enough, tried

# Of so many changed bytes one is tried in the short run.
FLIPS = 19


def test_container_with_proof_is_read_as_it_was_written(good: Registered) -> None:
    data = good.container.to_bytes()
    assert list(forging.entries(data))[-1] == PROOF_NAME
    read = open_container(data)
    assert (read.proof, read.to_bytes()) == (good.container.proof, data)
    assert parse_proof(read.proof or b"") == good.proof


def test_renewal_and_further_signatures_keep_the_proof(good: Registered) -> None:
    longer = renewed(good.container, good.centre.tsa)
    assert longer.proof == good.container.proof
    assert good.report(longer).is_valid
    twice = open_container(longer.with_signature(longer.signatures[0].xml).to_bytes())
    assert (twice.proof, len(twice.signatures)) == (good.container.proof, 2)


def test_newer_proof_takes_the_place_of_the_old_one(good: Registered) -> None:
    good.book.append(entries(10, 1000))
    newer = good.book.proof(300, good.book.publish([good.bank]), good.proof.extra)
    replaced = good.container.with_proof(newer.to_bytes())
    assert list(forging.entries(replaced.to_bytes())).count(PROOF_NAME) == 1
    assert good.report(replaced).is_valid


@pytest.mark.parametrize(
    "name",
    [
        "META-INF/Transparency.tlog-proof",
        "META-INF/transparency2.tlog-proof",
        "META-INF/transparency.tlog-proof.xml",
        "META-INF/sub/transparency.tlog-proof",
        "meta-inf/transparency.tlog-proof",
        "META-INF/notes.xml",
    ],
)
def test_any_other_name_is_refused(good: Registered, name: str) -> None:
    content = forging.entries(good.container.to_bytes())
    report = good.report(forging.packed({**content, name: content.pop(PROOF_NAME)}))
    assert (report.indication, report.sub_indication) == (Indication.FAILED, "FORMAT_FAILURE")


def test_proof_elsewhere_or_twice_is_refused(good: Registered) -> None:
    content = forging.entries(good.container.to_bytes())
    proof = content.pop(PROOF_NAME)
    pairs = list(content.items())
    for wrong in (
        [*pairs[:-1], (PROOF_NAME, proof), pairs[-1]],
        [*pairs, (PROOF_NAME, proof), (PROOF_NAME, proof)],
        [*pairs, (PROOF_NAME, proof), ("META-INF/notes.xml", b"<a/>")],
    ):
        assert good.report(forging.packed(wrong)).sub_indication == "FORMAT_FAILURE"


def test_proof_that_is_too_large_is_refused(good: Registered) -> None:
    with pytest.raises(Malformed):
        good.container.with_proof(b"a" * (MAX_PROOF_BYTES + 1))
    content = forging.entries(good.container.to_bytes())
    noise = random.Random(1).randbytes(MAX_PROOF_BYTES + 1)
    assert good.report(forging.packed({**content, PROOF_NAME: noise})).sub_indication == "FORMAT_FAILURE"


@pytest.mark.trust
def test_flips_of_the_whole_container_are_refused(good: Registered) -> None:
    """The proof is covered by no signature of the container, yet not one bit of it may be another."""
    data, chosen = good.container.to_bytes(), random.Random(2)
    start = data.index(b"c2sp.org")
    places = [*range(start, start + len(good.proof.to_bytes())), *chosen.sample(range(len(data)), 1500)]
    for place in tried(places, FLIPS):
        changed = data[:place] + bytes([data[place] ^ 1 << chosen.randrange(8)]) + data[place + 1 :]
        report = good.report(changed)
        assert not report.is_valid or forging.entries(changed) == forging.entries(data), place


@pytest.mark.trust
def test_changed_bytes_of_the_proof_are_refused(good: Registered) -> None:
    """Each bit of it and more, under right checksums."""
    proof = good.proof.to_bytes()
    changes = tried(_changes(proof), FLIPS)
    for place, value in changes:
        changed = proof[:place] + bytes([value]) + proof[place + 1 :]
        assert not good.report(good.container.with_proof(changed)).is_valid, (place, value)
    print(f"\n{len(changes)} changed proofs, none accepted")
    assert are_enough(len(changes), 8_000, FLIPS)


def _changes(proof: bytes) -> Iterator[tuple[int, int]]:
    for place, byte in enumerate(proof):
        for value in sorted({*(byte ^ 1 << bit for bit in range(8)), 0, ord("\n"), ord(" "), ord("A")} - {byte}):
            yield place, value
