"""The signing library beside the bare operations that its jobs contain, and beside others who do nearly the same.

Every job runs in a process of its own, and the processes take turns; a ratio is the median of those of each round.
"""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import materials
from bench.measuring import Effort
from bench.peer_setup import PYTHON, has_xmlsec
from bench.servers import COMMAND, ROOT
from bench.starts import command_cpu
from bench.table import Row, Target, shown


@dataclass
class Job:
    """What `bench.once` is asked to do, and what each of its rounds gave."""

    place: str
    python: Path = Path(sys.executable)
    rounds: list[dict[str, float]] = field(default_factory=list)

    def run(self, folder: Path) -> None:
        command = [self.python, "-m", "bench.once", folder, f"bench.jobs.{self.place}"]
        output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        self.rounds.append(json.loads(output))

    def ms(self, when: str = "next") -> float:
        return statistics.median(one[when] for one in self.rounds)

    def ratio(self, other: "Job", when: str = "next") -> float:
        pairs = zip(self.rounds, other.rounds, strict=True)
        return statistics.median(one[when] / two[when] for one, two in pairs)


def measure(folder: Path, effort: Effort, *, with_peers: bool) -> Iterator[Row]:
    materials.prepare(folder)
    yield from measure_containers(folder, effort, with_peers=with_peers)
    yield from measure_papers(folder, effort)
    yield from measure_register(folder, effort)
    yield measure_command(folder, effort)


def measure_containers(folder: Path, effort: Effort, *, with_peers: bool) -> Iterator[Row]:
    created, checked = Job("ours:create"), Job("ours:check")
    bare_create, bare_check, bare_anew = Job("bare:create"), Job("bare:check"), Job("bare:check_anew")
    signxml = Job("by_signxml:create"), Job("by_signxml:check")
    xmlsec = (Job("by_xmlsec:create", PYTHON), Job("by_xmlsec:check", PYTHON)) if with_peers and has_xmlsec() else ()
    take_turns([created, bare_create, checked, bare_check, bare_anew, *signxml, *xmlsec], folder, effort)
    job = "container of 0.5 MB, made (B-LT)"
    yield _row(job, created, "3 signatures and hashing", bare_create, Target(2, unit="ms"), judged=created.ms())
    for name, (peer, _) in _named(signxml, xmlsec):
        yield _row(job, created, f"{name}, B-B alone", peer, Target(1) if peer is signxml[0] else None)
    job = "container of 0.5 MB, verified"
    yield _row(job, checked, "its signatures and hashing", bare_check, Target(2.5))
    yield _row(job, checked, "what is new in it", bare_anew)
    yield _row(f"{job}, first in a process", checked, "the same, first", bare_check, Target(2.5), when="first")
    for name, (_, peer) in _named(signxml, xmlsec):
        yield _row(job, checked, f"{name}, no time, no OCSP", peer, Target(1) if peer is signxml[1] else None)


def measure_papers(folder: Path, effort: Effort) -> Iterator[Row]:
    drawn, sealed, checked = Job("paper:drawn"), Job("paper:sealed"), Job("paper:check")
    bare_check = Job("bare:check_paper")
    take_turns([drawn, sealed, checked, bare_check], folder, effort)
    yield _alone("declaration of 3 pages, drawn (PDF/A-3)", drawn, Target(100, unit="ms"))
    yield _alone("declaration of 3 pages, drawn and sealed", sealed, Target(200, unit="ms"))
    yield _row("the sealed PDF, verified", checked, "its signatures and hashing", bare_check)


def measure_register(folder: Path, effort: Effort) -> Iterator[Row]:
    proven, checked, bare_check = Job("register:prove"), Job("register:check"), Job("register:bare_check")
    take_turns([proven, checked, bare_check], folder, effort)
    yield _alone("proof from a register of 100,000", proven)
    yield _row("the proof, checked", checked, "a signature and 18 hashes", bare_check)


def measure_command(folder: Path, effort: Effort) -> Row:
    """From the prompt to the verdict."""
    box, root = folder / "0" / materials.BOX, folder / materials.ROOT
    ours = command_cpu([str(COMMAND), "verify", str(box), "--root", str(root)], effort.batches)
    python = command_cpu([sys.executable, "-c", "pass"], effort.batches)
    figures = shown(ours, "s"), "python -c pass", shown(python, "s")
    return Row("e-gomruk verify, the whole command", *figures, ours / python, Target(0.15, unit="s"), ours)


def _alone(job: str, ours: Job, target: Target | None = None) -> Row:
    return Row(job, shown(ours.ms(), "ms"), target=target, judged=ours.ms())


def _named(signxml: tuple[Job, Job], xmlsec: tuple[Job, ...]) -> Iterator[tuple[str, tuple[Job, ...]]]:
    yield "signxml", signxml
    if xmlsec:
        yield "python-xmlsec", xmlsec


def take_turns(jobs: Iterable[Job], folder: Path, effort: Effort) -> None:
    for _ in range(effort.batches):
        for job in jobs:
            job.run(folder)


def _row(
    job: str,
    ours: Job,
    beside: str,
    theirs: Job,
    target: Target | None = None,
    *,
    when: str = "next",
    judged: float | None = None,
) -> Row:
    figures = shown(ours.ms(when), "ms"), beside, shown(theirs.ms(when), "ms")
    return Row(job, *figures, ours.ratio(theirs, when), target, judged)
