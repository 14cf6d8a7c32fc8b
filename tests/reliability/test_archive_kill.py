"""kill -9 while decisions are kept, entered and renewed: nothing is lost, doubled or by half, and no history forks."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from os import environ
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app.archive.auditing import compare
from app.archive.models import KeptContainer, LogLeaf
from app.core import audit
from app.core.context import Context
from app.core.db import engine_options
from signing.errors import SigningError
from signing.examination import Policy
from signing.profiles import Role
from signing.transparency.monitor import audited
from signing.transparency.notes import Note, parse_note
from signing.transparency.tiles import NotServed
from signing.transparency.trust import LogTrust
from signing.verify import verify
from tests.conftest import Database
from tests.reliability.archiving import PRELOADED, Archive, Centres, later, live
from tests.reliability.writing import Place

pytestmark = [pytest.mark.slow, pytest.mark.trust]

KILLS = 100 if "EGOMRUK_TRUST" in environ else 12
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
# Then the time-stamps of the first centre are near their end, and the second has taken over.
RENEWAL = timedelta(days=5 * 365 - 80)
PER_LIFE = 3
LONGEST_LIFE = 18


@dataclass
class Seen:
    """What a stranger has seen of the register, and what the process had said."""

    checkpoints: dict[str, Note] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    def look(self, archive: Archive) -> None:
        with opened(archive) as context:
            try:
                note = parse_note(context.ports.log.read("checkpoint"))
            except NotServed:
                return
            self.checkpoints[note.text] = note
            # Every checkpoint that was ever seen lies in the one history, and its files are all there.
            audited(context.ports.log.read, trust(context), list(self.checkpoints.values()))


def trust(context: Context) -> LogTrust:
    return LogTrust((context.ports.log.key.verifier,))


@contextmanager
def opened(archive: Archive) -> Iterator[Context]:
    engine = create_engine(archive.place.url, **engine_options(archive.place.url))
    with Session(engine) as session:
        yield archive.context(session)
    engine.dispose()


def run(archive: Archive, numbers: list[str], seen: Seen, answers_until_death: int | None) -> None:
    """One life of the worker; killed after so many answers, or left to finish."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    here, there = processes.Pipe(duplex=False)
    process = processes.Process(target=live, args=(archive, numbers, there))
    process.start()
    there.close()
    with here:
        for answered in count(1):
            try:
                said, _, number = here.recv().partition(" ")
            except EOFError:
                break
            if said == "kept":
                seen.kept.add(number)
            if answered == answers_until_death:
                process.kill()
    process.join()
    assert answers_until_death is not None or process.exitcode == 0
    process.close()


def half_states(archive: Archive) -> list[str]:
    """Whatever is in the database is whole: its bytes are there, valid, and renewed as often as is said."""
    found = []
    with opened(archive) as context:
        policy = Policy(roles=frozenset({Role.OFFICER}), register=trust(context))
        for row in context.session.scalars(select(KeptContainer)):
            data = b"".join(context.ports.blobs.open(row.sha256))
            try:
                report = verify(data, archive.centres.roots, policy, at=archive.centres.moment)
            except SigningError as error:
                found.append(f"{row.number}: {error}")
                continue
            if not report.is_valid or len(report.signatures[0].archive_times) != row.renewals:
                found.append(f"{row.number}: {report.indication} {report.sub_indication}")
            if (report.register is None) != (row.cosignatures is None):
                found.append(f"{row.number}: proof {row.cosignatures}")
        found += [str(broken) for broken in audit.verify(context.session)[1]]
    return found


@pytest.fixture
def archive(database: Database, tmp_path: Path) -> Archive:
    centres = Centres(tmp_path / "centres", START, is_second=False)
    centres.folder.mkdir()
    centres.found(START, START + RENEWAL)
    return Archive(Place(database.url, tmp_path / "instance"), centres)


def test_kills_leave_a_whole_archive_and_one_history(archive: Archive, database: Database) -> None:
    chance, seen, numbers = Random(20261121), Seen(), count()
    for life in range(KILLS):
        if life == KILLS // 2:
            archive = later(archive, RENEWAL, is_second=True)
        new = [f"26AZ-{next(numbers)}" for _ in range(PER_LIFE)]
        run(archive, new, seen, chance.randint(1, LONGEST_LIFE))
        seen.look(archive)
        assert half_states(archive) == []
    # Leases of the killed have ended by then.
    archive = later(archive, timedelta(hours=1), is_second=True)
    run(archive, [], seen, None)
    seen.look(archive)
    with opened(archive) as context:
        kept = Counter(context.session.scalars(select(KeptContainer.number)))
        unproven = select(func.count()).where(KeptContainer.cosignatures.is_(None))
        waiting = context.session.scalar(unproven)
        entries = context.session.scalar(select(func.count()).select_from(LogLeaf))
        renewed = context.session.scalar(select(func.count()).where(KeptContainer.renewals > 0))
        comparison = compare(context)
    lost, doubled = seen.kept - kept.keys(), [number for number, times in kept.items() if times > 1]
    print(
        f"\nF4 | {database.backend} | {KILLS} kills | {len(seen.kept)} acknowledged | {len(lost)} lost | "
        f"{len(doubled)} doubled | {len(seen.checkpoints)} checkpoints in one history | {renewed} renewed"
    )
    assert (lost, doubled, waiting) == (set(), [], 0)
    assert (comparison.size, comparison.faults) == (entries, ())
    assert half_states(archive) == []
    assert renewed
