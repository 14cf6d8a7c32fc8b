"""What running processes use: their CPU time, their memory, their children."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# Places of utime and stime after the name of the process in /proc/<pid>/stat.
UTIME, STIME = 11, 12


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes together."""
    return sum(_ticks(pid) for pid in pids) / TICKS_A_SECOND


def _ticks(pid: int) -> int:
    facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(facts[UTIME]) + int(facts[STIME])


def children(pid: int) -> list[int]:
    """In the order in which they were born."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def own_memory_mb(pids: Iterable[int]) -> float:
    """Proportional set size: a page that several processes share counts once, in equal parts."""
    return sum(_pss_kib(pid) for pid in pids) / 1024


def _pss_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
