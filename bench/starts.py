"""Starts, memory and the first visit: figures of the whole program, not of one request."""

import gzip
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from re import findall

from bench.client import Answer, Browser
from bench.load import Request, send
from bench.processes import own_memory_mb
from bench.servers import COMMAND, ROOT, Installation, Server
from bench.table import Row, Target, shown

LINKED = r'(?:href|src)="(/static/[^"]+)"'
WARM_UP_PAGES = ("/", "/services/declarations", "/design/form", "/login/password")


def measure_starts(installation: Installation, runs: int) -> Iterator[Row]:
    ours = statistics.median(_first_answer(installation) for _ in range(runs))
    imports = command_seconds([sys.executable, "-c", "import flask, sqlalchemy"], runs)
    figures = shown(ours, "s"), "import flask, sqlalchemy", shown(imports, "s")
    yield Row("start of the portal to its first answer", *figures, ours / imports, Target(1.5, unit="s"), ours)
    python = command_cpu([sys.executable, "-c", "pass"], runs)
    for words in (("--help",), ("verify", "--help")):
        shell = command_cpu([str(COMMAND), *words], runs)
        figures = shown(shell, "s"), "python -c pass", shown(python, "s")
        yield Row(f"e-gomruk {' '.join(words)}", *figures, shell / python, Target(0.15, unit="s"), shell)


def _first_answer(installation: Installation) -> float:
    began = time.perf_counter()
    with installation.portal():
        return time.perf_counter() - began


def command_seconds(command: list[str], runs: int) -> float:
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def command_cpu(command: list[str], runs: int) -> float:
    """Seconds of the processor, which others on the machine make longer, but not by their turns on it."""
    taken = []
    for _ in range(runs):
        before = _children_cpu()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        taken.append(_children_cpu() - before)
    return statistics.median(taken)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_memory(installation: Installation) -> Iterator[Row]:
    """One web process with the parent that it shares its code with; then what a second one adds to both."""
    together = {}
    for workers in (1, 2):
        with installation.portal(workers) as portal:
            _warm_up(portal)
            together[workers] = own_memory_mb(portal.pids)
            if workers == 1:
                yield _memory("one web process (PSS)", own_memory_mb(portal.pids[1:]), Target(90, unit="MB"))
    yield _memory("the same with its parent", together[1])
    yield _memory("each further web process adds", together[2] - together[1], Target(40, unit="MB"))


def _memory(job: str, megabytes: float, target: Target | None = None) -> Row:
    return Row(f"memory, {job}", shown(megabytes, "MB"), target=target, judged=megabytes)


def _warm_up(portal: Server) -> None:
    for path in WARM_UP_PAGES:
        send(portal.port, Request(path), 1)


def measure_first_visit(installation: Installation) -> Iterator[Row]:
    with installation.portal() as portal:
        browser = Browser(portal.port)
        page = _asked(browser, "/")
        linked = {path: _asked(browser, path) for path in dict.fromkeys(findall(LINKED, page.text))}
    total = (page.wire_bytes + sum(answer.wire_bytes for answer in linked.values())) / 1000
    style = next(answer for path, answer in linked.items() if path.endswith(".css"))
    packed = len(gzip.compress(page.body)) / 1000
    job = f"first visit of the front page, {1 + len(linked)} requests"
    yield Row(job, shown(total, "kB"), target=Target(60, unit="kB"), judged=total)
    yield Row("its HTML, as sent", shown(page.wire_bytes / 1000, "kB"), "the same by gzip", shown(packed, "kB"))
    size = style.wire_bytes / 1000
    yield Row("style sheet over the wire", shown(size, "kB"), target=Target(12, unit="kB"), judged=size)


def _asked(browser: Browser, path: str) -> Answer:
    answer = browser.get(path, **{"Accept-Encoding": "gzip"})
    if answer.status != 200:
        raise RuntimeError(f"{path}: status {answer.status}")
    return answer
