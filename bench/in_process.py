"""The figures of `bench.calls` as rows: what the application itself takes, without any server."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from bench.measuring import Effort
from bench.servers import ROOT, Installation
from bench.table import Row, shown

PAGES = {
    "front": ("front page", ("bare", "floor")),
    "service": ("service page", ("bare", "floor")),
    "sign-in": ("sign-in page", ("floor",)),
    "form": ("form page", ("floor",)),
    "refused": ("form sent back (422)", ("floor",)),
}


def measure(installation: Installation, effort: Effort) -> Iterator[Row]:
    command = [sys.executable, "-m", "bench.calls", str(effort.batches), str(effort.calls)]
    environment = {**os.environ, **installation.environment}
    output = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout
    taken: dict[str, float] = json.loads(output)
    for name, (job, yardsticks) in PAGES.items():
        for kind in yardsticks:
            yield _row(f"{job}, in process", taken[name], f"{kind} page", taken[f"{kind} of {name}"])
    yield _row("a write, SQLite, in process", taken["write"], "floor page", taken["floor of sign-in"])


def _row(job: str, ours: float, beside: str, theirs: float) -> Row:
    return Row(job, shown(ours, "ms"), beside, shown(theirs, "ms"), ours / theirs)
