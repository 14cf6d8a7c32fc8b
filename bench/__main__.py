"""`python -m bench`: measures everything, or what is named, and prints the table."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench import in_process, library, machine, pages, peer_setup, soap_messages, starts, writes
from bench.measuring import Effort
from bench.servers import ROOT, Installation
from bench.table import Row, written

NAMES = ("pages", "calls", "writes", "starts", "memory", "visit", "library", "soap")
QUICK = Effort(rounds=1, seconds=1, calls=50, batches=3)


def main() -> None:
    chosen = arguments()
    subprocess.run([ROOT / ".ci" / "need", "wrk", "wrk"], check=False)  # Without it a slower loader of our own serves.
    if not chosen.no_peers:
        peer_setup.install(chosen.only)
    print(machine.described(), end="\n\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows = list(measured(Path(folder), chosen))
    print(written(rows))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the portal; see docs/benchmarks.md.")
    parser.add_argument(
        "--quick", action="store_true", help="one short round of everything: for trying, not for figures"
    )
    parser.add_argument("--no-peers", action="store_true", help="the portal and its yardsticks alone")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES))
    return parser.parse_args()


def measured(folder: Path, chosen: argparse.Namespace) -> Iterator[Row]:
    effort = QUICK if chosen.quick else Effort()
    portal = Installation(folder / "portal")
    if {*chosen.only} - {"library"}:
        portal.prepare()
    jobs: dict[str, Callable[[], Iterable[Row]]] = {
        "pages": lambda: pages.measure(portal, folder, effort, with_peers=not chosen.no_peers),
        "calls": lambda: in_process.measure(portal, effort),
        "writes": lambda: writes.measure(folder, effort),
        "starts": lambda: starts.measure_starts(portal, effort.rounds),
        "memory": lambda: starts.measure_memory(portal),
        "visit": lambda: starts.measure_first_visit(portal),
        "soap": lambda: soap_messages.measure(portal, folder, effort, with_peers=not chosen.no_peers),
        "library": lambda: library.measure(folder / "library", effort, with_peers=not chosen.no_peers),
    }
    for name in chosen.only:
        print(f"measuring {name} …", file=sys.stderr)
        yield from jobs[name]()


if __name__ == "__main__":
    main()
