"""Renewal: in time, once, by whichever centre there is, so that what was signed stays valid for decades."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from app.archive.models import KeptContainer
from app.archive.operations import (
    MaintainContainer,
    advance_log,
    maintain,
    maintain_due,
    reckon_anew,
)
from app.archive.operations.upkeep import LEASE, _lease
from app.archive.queries import archive_state
from app.archive.rules import ALARM, MARGIN
from app.core.audit import AuditEntry
from app.core.context import Context
from app.core.db import write_transaction
from app.core.errors import Conflict, Invalid, Unavailable
from signing import algorithm_policy
from signing.algorithm_policy import ALGORITHMS
from signing.errors import Unreachable
from signing.paths import Trust
from signing.sealing import Services
from signing.timestamp import TimestampSource
from signing.tsa import Tsa
from signing.verify import verify
from tests.core.archives import (
    Reach,
    content,
    keep_decision,
    keep_declaration,
    rows,
    the_row,
)
from tests.signing.centre import START, Centre

YEAR = timedelta(days=365)


@pytest.fixture
def reach(archive: Context) -> Reach:
    assert isinstance(archive.ports.trust, Reach)
    return archive.ports.trust


def verdict(data: bytes, trust: Trust, at: datetime) -> tuple[str, str]:
    report = verify(data, trust, at=at)
    return report.indication.value, report.sub_indication


PASSED = ("TOTAL-PASSED", "")
TOO_OLD = ("INDETERMINATE", "OUT_OF_BOUNDS_NO_POE")


def test_renewal_comes_when_it_is_due_and_not_before(archive: Context, centre: Centre, reach: Reach) -> None:
    keep_declaration(archive, centre)
    before, data = the_row(archive).sha256, content(archive)
    centre.clock.time = the_row(archive).due_at - timedelta(seconds=1)
    assert maintain_due(archive) == 0
    centre.clock.time += timedelta(seconds=1)
    centre.tsa = centre.new_tsa(centre.clock.time)
    assert maintain_due(archive) == 1
    row = the_row(archive)
    assert (row.level, row.renewals, row.renewed_at) == ("B-LTA", 1, centre.clock.time)
    assert row.due_at == row.good_until - MARGIN == centre.clock.time + 5 * YEAR - MARGIN
    assert row.sha256 != before
    assert b"".join(archive.ports.blobs.open(before)) == data  # The old bytes stay.
    assert verdict(content(archive), reach.roots, row.good_until) == PASSED


@pytest.mark.slow
def test_thirty_five_years_under_centres_that_come_and_go(archive: Context, centre: Centre, reach: Reach) -> None:
    """Whenever something is due it is done, by the centre of that time; each of them has expired by the end."""
    keep_decision(archive, centre)
    advance_log(archive)
    maintain_due(archive)
    forgotten, end = content(archive), START + 35 * YEAR
    while (due := the_row(archive).due_at) < end:
        reach.pinned.append(reach.centre)
        later = Centre(f"Mərkəz {due:%Y}", clock=centre.clock, started=due - timedelta(days=1))
        centre.clock.time, reach.centre = due, later
        advance_log(archive)
        assert maintain_due(archive) == 1
    centre.clock.time = end
    row = the_row(archive)
    assert row.renewals == len(reach.pinned) >= 7
    assert (row.last_error, row.level) == ("", "B-LTA")
    report = verify(content(archive), reach.roots, at=end)
    assert (report.indication.value, report.signatures[0].trusted_time) == ("TOTAL-PASSED", START)
    assert all(one.tsa.certificate.not_valid_after_utc < end for one in reach.pinned)
    assert all(one.root.not_valid_after_utc < end for one in reach.pinned[:3])
    assert verdict(forgotten, reach.roots, end) == TOO_OLD
    assert archive_state(archive.session, end).is_well


@pytest.mark.slow
def test_container_that_nobody_renewed_is_lost_and_told(archive: Context, centre: Centre, reach: Reach) -> None:
    keep_declaration(archive, centre)
    end = the_row(archive).good_until
    for moment, near, lost in ((end - ALARM - YEAR, 0, 0), (end - ALARM, 1, 0), (end, 0, 1)):
        state = archive_state(archive.session, moment)
        assert (state.kept, state.endangered, state.lost) == (1, near, lost)
    centre.clock.time = end + timedelta(days=1)
    centre.tsa = centre.new_tsa(end)
    assert maintain_due(archive) == 0  # A new time-stamp would prove nothing any more.
    with pytest.raises(Invalid, match=r"archive\.not_valid"):
        maintain(archive, MaintainContainer(the_row(archive).public_id, renew_now=True))
    assert verdict(content(archive), reach.roots, centre.clock.time) == TOO_OLD


class Away:
    """A time-stamp service that does not answer."""

    def __init__(self) -> None:
        self.asked = 0

    def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
        self.asked += 1
        raise Unreachable(f"nobody answers for {digest.hex()} in {algorithm}")


def with_stamps_by(centre: Centre, reach: Reach, source: TimestampSource) -> None:
    reach.services_in_use = Services(source, centre.ocsp, centre.clock, centre)


def test_service_that_is_away_is_asked_later_and_for_one_only(archive: Context, centre: Centre, reach: Reach) -> None:
    for number in range(3):
        keep_declaration(archive, centre, f"26AZ{number}")
    centre.clock.time = the_row_due(archive)
    away = Away()
    with_stamps_by(centre, reach, away)
    pauses = []
    for attempts in range(1, 6):
        assert maintain_due(archive) == 0
        assert away.asked == attempts
        first = rows(archive)[0]
        assert (first.attempts, first.last_error, first.renewals) == (attempts, "archive.time_stamps", 0)
        pauses.append(first.due_at - centre.clock.time)
        centre.clock.time += LEASE + pauses[-1]
    assert all(timedelta(seconds=30) * 2**n <= pause <= timedelta(minutes=1) * 2**n for n, pause in enumerate(pauses))
    assert [row.attempts for row in rows(archive)] == [5, 0, 0]
    reach.services_in_use = None
    centre.tsa = centre.new_tsa(centre.clock.time)
    assert maintain_due(archive) == 3
    assert [(row.attempts, row.last_error, row.renewals) for row in rows(archive)] == [(0, "", 1)] * 3


def the_row_due(archive: Context) -> datetime:
    return max(row.due_at for row in rows(archive))


def test_proof_needs_no_time_stamp_service(archive: Context, centre: Centre, reach: Reach) -> None:
    keep_declaration(archive, centre)
    centre.clock.time = the_row(archive).due_at
    with_stamps_by(centre, reach, Away())
    later = Centre(clock=centre.clock, started=centre.clock.time - timedelta(days=1))
    reach.pinned.append(later)
    keep_decision(archive, later)
    advance_log(archive)
    assert maintain_due(archive) == 1
    assert [row.cosignatures for row in rows(archive)] == [None, 0]


def test_time_stamp_that_gains_nothing_is_not_stored(archive: Context, centre: Centre) -> None:
    keep_declaration(archive, centre)
    before = the_row(archive).sha256
    centre.clock.time = the_row(archive).due_at
    assert maintain_due(archive) == 0  # Its unit's certificate has not been replaced.
    row = the_row(archive)
    assert (row.sha256, row.renewals, row.last_error) == (before, 0, "archive.no_gain")
    with pytest.raises(Unavailable, match=r"archive\.no_gain"):
        maintain(archive, MaintainContainer(row.public_id, renew_now=True))


def test_time_stamp_of_a_stranger_is_not_stored(archive: Context, centre: Centre, reach: Reach) -> None:
    keep_declaration(archive, centre)
    before = the_row(archive).sha256
    centre.clock.time = the_row(archive).due_at
    with_stamps_by(centre, reach, Centre("Yad", clock=centre.clock, started=centre.clock.time).tsa)
    assert maintain_due(archive) == 0
    assert (the_row(archive).sha256, the_row(archive).last_error) == (before, "archive.not_valid")


def test_time_stamp_over_something_else_is_not_stored(archive: Context, centre: Centre, reach: Reach) -> None:
    class Confused:
        def __init__(self, tsa: Tsa) -> None:
            self.tsa = tsa

        def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
            return self.tsa.token(digest[::-1], algorithm)

    keep_declaration(archive, centre)
    before = the_row(archive).sha256
    centre.clock.time = the_row(archive).due_at
    with_stamps_by(centre, reach, Confused(centre.new_tsa(centre.clock.time)))
    assert maintain_due(archive) == 0
    assert (the_row(archive).sha256, the_row(archive).last_error) == (before, "archive.not_valid")


def test_damaged_bytes_keep_nobody_else_from_renewal(archive: Context, centre: Centre) -> None:
    for number in range(3):
        keep_declaration(archive, centre, f"26AZ{number}")
    with write_transaction(archive.session):
        missing = update(KeptContainer).where(KeptContainer.number == "26AZ0").values(sha256="0" * 64)
        archive.session.execute(missing)
    centre.clock.time = the_row_due(archive)
    centre.tsa = centre.new_tsa(centre.clock.time)
    assert maintain_due(archive) == 2
    assert [(row.renewals, row.last_error) for row in rows(archive)] == [(0, "FileNotFoundError"), (1, ""), (1, "")]


def test_newer_table_of_algorithms_brings_renewal_forward(
    archive: Context, centre: Centre, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_declaration(archive, centre)
    reckon_anew(archive)
    assert maintain_due(archive) == 0  # By the same table nothing changes.
    weakened = [one._replace(last_year=2028 if one.name == "sha256" else one.last_year) for one in ALGORITHMS]
    monkeypatch.setattr(algorithm_policy, "ALGORITHMS", tuple(weakened))
    monkeypatch.setattr(algorithm_policy, "VERSION", "2027-1")
    end_of_sha256 = datetime(2029, 1, 1, tzinfo=START.tzinfo)
    reckon_anew(archive)
    assert maintain_due(archive) == 1
    row = the_row(archive)
    assert (row.good_until, row.due_at, row.renewals) == (end_of_sha256, end_of_sha256 - MARGIN, 0)
    centre.clock.time = row.due_at
    assert maintain_due(archive) == 1  # By the same unit: its newer hash is what is gained.
    assert the_row(archive).good_until == centre.tsa.certificate.not_valid_after_utc
    assert verdict(content(archive), reach.roots, end_of_sha256 + YEAR) == PASSED


def test_of_two_versions_made_at_once_one_is_kept(
    archive: Context, centre: Centre, reach: Reach, engine: Engine
) -> None:
    """The second worker finishes while the first still waits for its time-stamp; nothing is held meanwhile."""
    public_id = keep_declaration(archive, centre).public_id
    centre.clock.time = the_row(archive).due_at
    fresh = centre.new_tsa(centre.clock.time)

    class Slow:
        def token(self, digest: bytes, algorithm: str = "sha256") -> bytes:
            with_stamps_by(centre, reach, fresh)
            with Session(engine) as session:
                maintain(replace(archive, session=session), MaintainContainer(public_id))
            return fresh.token(digest, algorithm)

    with_stamps_by(centre, reach, Slow())
    with pytest.raises(Conflict, match=r"archive\.changed"):
        maintain(archive, MaintainContainer(public_id))
    assert the_row(archive).renewals == 1
    report = verify(content(archive), reach.roots, at=centre.clock.time)
    assert (report.is_valid, len(report.signatures[0].archive_times)) == (True, 1)


def test_many_workers_renew_each_container_once(archive: Context, centre: Centre, engine: Engine) -> None:
    for number in range(30):
        keep_declaration(archive, centre, f"26AZ{number}")
    centre.clock.time = the_row_due(archive)
    centre.tsa = centre.new_tsa(centre.clock.time)

    def work(_: int) -> int:
        done = 0
        with Session(engine) as session:
            while more := maintain_due(replace(archive, session=session)):
                done += more
        return done

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 30
    assert {(row.renewals, row.last_error) for row in rows(archive)} == {(1, "")}


def test_what_a_dead_worker_had_taken_comes_round_when_its_lease_ends(archive: Context, centre: Centre) -> None:
    keep_declaration(archive, centre)
    centre.clock.time = the_row(archive).due_at
    centre.tsa = centre.new_tsa(centre.clock.time)
    assert len(_lease(archive)) == 1
    assert maintain_due(archive) == 0
    centre.clock.time += LEASE
    assert maintain_due(archive) == 1


def test_every_renewal_leaves_a_row_in_the_trail(archive: Context, centre: Centre) -> None:
    kept = keep_declaration(archive, centre)
    centre.clock.time = the_row(archive).due_at
    maintain_due(archive)
    centre.tsa = centre.new_tsa(centre.clock.time)
    centre.clock.time += timedelta(days=1)
    maintain_due(archive)
    archive.session.rollback()
    chosen = select(AuditEntry.outcome, AuditEntry.code, AuditEntry.object_id, AuditEntry.facts)
    found = archive.session.execute(chosen.where(AuditEntry.operation == "archive.maintain")).all()
    assert [tuple(row) for row in found] == [
        ("refused", "archive.no_gain", "", {}),
        ("completed", "", kept.public_id, {"renewed": True, "proven": False}),
    ]
