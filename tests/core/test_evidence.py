"""What `e-gomruk check` and /metrics tell of evidence: roots, kept containers, the register."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import delete, update

from app.adapters.seal import SealFile
from app.adapters.trust_services import TrustServices
from app.archive.models import LogLeaf, LogTree
from app.archive.operations import advance_log
from app.archive.rules import ALARM
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import write_transaction
from app.operate.measures import measure
from app.operate.queries import SEAL_ALARM, Finding, evidence
from signing.profiles import SEAL
from tests.core.archives import keep_decision, keep_declaration
from tests.signing.centre import FIRM, Centre

GOOD = {"roots": True, "seal": True, "archive": True, "register": True}


@pytest.fixture
def archive(archive: Context, centre: Centre) -> Context:
    """With one thing of each kind."""
    keep_declaration(archive, centre)
    keep_decision(archive, centre)
    advance_log(archive)
    return archive


def parts(context: Context) -> dict[str, bool]:
    return {finding.part: finding.good for finding in evidence(context)}


def test_all_is_well(archive: Context) -> None:
    assert parts(archive) == GOOD
    assert Finding("register", True, "1 entries, 0 faults") in evidence(archive)


def test_end_of_the_seal_is_told_a_month_before(archive: Context, centre: Centre) -> None:
    signer = centre.signer(SEAL, FIRM)
    sealed = replace(archive, ports=replace(archive.ports, seal=SimpleNamespace(is_there=True, signer=signer)))
    end = signer.certificate.not_valid_after_utc
    for left, good in ((SEAL_ALARM + timedelta(days=1), True), (SEAL_ALARM, False), (-timedelta(days=1), False)):
        looked = replace(sealed, clock=FixedClock(end - left))
        assert Finding("seal", good, f"its certificate ends {end:%Y-%m-%d}") in evidence(looked)


@pytest.mark.parametrize("content", [None, b"A letter."], ids=["no file", "a letter"])
def test_seal_that_does_not_open_is_found(archive: Context, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "seal.p12"
    if content is not None:
        path.write_bytes(content)
    closed = replace(archive, ports=replace(archive.ports, seal=SealFile(path, lambda: "wrong")))
    assert parts(closed) == GOOD | {"seal": False}


@pytest.mark.parametrize("content", [None, b"", b"A letter."], ids=["no file", "empty", "a letter"])
def test_roots_that_are_missing_are_found(archive: Context, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_bytes(content)
    without = replace(archive, ports=replace(archive.ports, trust=TrustServices(path, "", "")))
    assert parts(without) == GOOD | {"roots": False}


def test_container_near_its_end_is_told_and_measured(archive: Context, centre: Centre) -> None:
    end = centre.tsa.certificate.not_valid_after_utc
    for moment, near, lost in ((end - ALARM - timedelta(days=1), 0, 0), (end - ALARM, 2, 0), (end, 0, 2)):
        centre.clock.time = moment
        assert parts(archive) == GOOD | {"archive": not near + lost}
        measure(archive)
        measured = ("egomruk_kept_containers_endangered", "egomruk_kept_containers_lost")
        assert tuple(REGISTRY.get_sample_value(name) for name in measured) == (near, lost)


def test_register_that_does_not_hold_is_told(archive: Context) -> None:
    with write_transaction(archive.session):
        archive.session.execute(update(LogLeaf).values(entry="forged"))
    assert parts(archive) == GOOD | {"register": False}


def test_register_without_its_rows_is_told(archive: Context) -> None:
    with write_transaction(archive.session):
        archive.session.execute(delete(LogTree))
    assert parts(archive) == GOOD | {"register": False}


def test_what_waits_for_the_register_is_measured(archive: Context, centre: Centre) -> None:
    measure(archive)
    before = REGISTRY.get_sample_value("egomruk_register_entries_waiting")
    keep_decision(archive, centre, "26AZ2")
    measure(archive)
    assert (before, REGISTRY.get_sample_value("egomruk_register_entries_waiting")) == (0, 1)


def test_looking_leaves_no_transaction(archive: Context) -> None:
    evidence(archive)
    assert not archive.session.in_transaction()
    measure(archive)
    assert not archive.session.in_transaction()
