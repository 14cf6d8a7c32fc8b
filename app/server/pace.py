"""Which requests are answered so quickly that handing them to a thread would cost more than the answer itself.

Two threads that both want the interpreter pay for every change between them. So what is known to be quick is worked on
where it arrived; what is new, slow, waits, or changes something goes to a thread, where it can wait as long as it must.

Work and waiting are judged apart. A page also waits for its turn of the processor, the longer the busier the machine
is: were that called slow, a machine would pay for threads just when it has nothing to spare.
"""

from collections.abc import Callable
from time import perf_counter, thread_time
from typing import TypeVar
from wsgiref.types import WSGIEnvironment

Result = TypeVar("Result")

LONGEST_WORK_SECONDS = 0.01
# Waiting for a database or a register keeps others from being answered; for the processor they wait as well.
LONGEST_WAIT_SECONDS = 0.003
WAIT_FOR_WORK = 2
# One slow answer sends its kind to the threads; it comes back after as many quick ones in a row.
PROBATION = 8
MOST_KINDS = 2048
PARTS = 3


class Pace:
    def __init__(self) -> None:
        self._quick_ones_missing: dict[str, int] = {}

    def kind_of(self, environ: WSGIEnvironment) -> str | None:
        """Requests with the same beginning of the path are of one kind; only reading ones have a kind at all."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        return "/".join(environ["PATH_INFO"].split("/", PARTS)[:PARTS])

    def is_quick(self, kind: str | None) -> bool:
        return kind is not None and self._quick_ones_missing.get(kind) == 0

    def measured(self, kind: str | None, work: Callable[[], Result]) -> Result:
        if kind is None:
            return work()
        began, worked_before = perf_counter(), thread_time()
        try:
            return work()
        finally:
            worked = thread_time() - worked_before
            self._note(kind, worked, perf_counter() - began - worked)

    def _note(self, kind: str, worked: float, waited: float) -> None:
        missing = self._quick_ones_missing.get(kind)
        if missing is None and len(self._quick_ones_missing) >= MOST_KINDS:
            return
        was_quick = worked < LONGEST_WORK_SECONDS and waited < max(LONGEST_WAIT_SECONDS, WAIT_FOR_WORK * worked)
        self._quick_ones_missing[kind] = max(0, (missing or 1) - 1) if was_quick else PROBATION
