"""No hostile file is taken and every good one is, through the same door as a real upload."""

import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app.adapters.blobs import Blobs
from app.adapters.malware import Finding, Verdict
from app.core.errors import Invalid
from app.core.ports import Ports
from app.documents.intake import Accepted, take_in
from app.documents.rules import REFUSALS, Kind, State
from tests.unit.documents import corpus
from tests.unit.documents.corpus import Sample

LONGEST = 10.0  # Seconds for one file, also on a busy machine.


class SignatureScanner:
    """Knows one signature and finds it wherever it stands plainly."""

    def scan(self, path: Path) -> Verdict:
        found = corpus.EICAR in path.read_bytes()
        return Verdict(Finding.INFECTED, "Eicar-Test-Signature") if found else Verdict(Finding.CLEAN)


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    blobs = Blobs(tmp_path / "documents", reserve=0)
    absent: Any = None
    return Ports(absent, blobs, SignatureScanner(), absent, absent, absent, "http://localhost")


def take(ports: Ports, sample: Sample) -> Accepted:
    return take_in(ports, BytesIO(sample.content), sample.name, sample.declared_type)


def stored(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("sample", corpus.hostile(), ids=lambda sample: sample.label)
def test_a_hostile_file_is_refused_for_its_own_reason(sample: Sample, ports: Ports, tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Invalid) as refused:
        take(ports, sample)
    assert refused.value.code == f"documents.{sample.refused}"
    assert refused.value.problems[0].field == "file"
    assert time.monotonic() - begun < LONGEST
    assert list(stored(tmp_path)) == []


@pytest.mark.parametrize("sample", corpus.good(), ids=lambda sample: sample.label)
def test_a_good_file_is_taken_with_its_name_and_its_bytes(sample: Sample, ports: Ports) -> None:
    accepted = take(ports, sample)
    assert (accepted.name, accepted.size, accepted.state) == (sample.name, len(sample.content), State.CLEAN)
    assert b"".join(ports.blobs.open(accepted.sha256)) == sample.content


def test_the_corpus_is_large_enough() -> None:
    assert len(corpus.hostile()) >= 60
    assert len(corpus.good()) >= 8


def test_pages_are_counted(ports: Ports) -> None:
    found = {
        sample.label: take(ports, sample) for sample in corpus.good() if sample.label.startswith(("PDF of", "TIFF of"))
    }
    assert [(accepted.kind, accepted.pages) for accepted in found.values()] == [(Kind.PDF, 200), (Kind.TIFF, 12)]


def test_what_the_scanner_finds_in_a_good_looking_file_is_refused(ports: Ports, tmp_path: Path) -> None:
    infected = corpus.pdf(corpus.page_content(corpus.EICAR), compress_streams=False)
    with pytest.raises(Invalid) as refused:
        take_in(ports, BytesIO(infected), "sənəd.pdf", "application/pdf")
    assert refused.value.code == "documents.infected"
    assert refused.value.facts["signature"] == "Eicar-Test-Signature"
    assert list(stored(tmp_path)) == []


def test_every_refusal_fills_its_own_words() -> None:
    from app.documents.rules import refusal

    facts = {"kind": "PDF", "extension": ".pdf", "signature": "Eicar"}
    for code in REFUSALS:
        problem = refusal(code, **facts).problems[0]
        assert "{" not in problem.message.format_map(problem.facts)


def test_every_refusal_of_the_inspection_occurs_in_the_corpus() -> None:
    occurring = {sample.refused for sample in corpus.hostile()} | {"infected", "daily_size", "too_complex"}
    assert occurring == set(REFUSALS)
