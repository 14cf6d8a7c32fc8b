"""Which requests are answered so quickly that handing them to a thread would cost more than the answer itself.

Two threads that both want the interpreter pay for every change between them. So what is known to be quick is worked on
where it arrived; what is new, slow, or changes something goes to a thread, where it can wait for as long as it must.
"""

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar
from wsgiref.types import WSGIEnvironment

Result = TypeVar("Result")

QUICK_SECONDS = 0.003
# One slow answer sends its kind to the threads at once; it comes back after a run of quick ones.
WEIGHT = 0.2
MOST_KINDS = 2048
PARTS = 3


class Pace:
    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}

    def kind_of(self, environ: WSGIEnvironment) -> str | None:
        """Requests with the same beginning of the path are of one kind; only reading ones have a kind at all."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        return "/".join(environ["PATH_INFO"].split("/", PARTS)[:PARTS])

    def is_quick(self, kind: str | None) -> bool:
        return kind is not None and self._seconds.get(kind, QUICK_SECONDS) < QUICK_SECONDS

    def measured(self, kind: str | None, work: Callable[[], Result]) -> Result:
        began = perf_counter()
        try:
            return work()
        finally:
            if kind is not None:
                self._note(kind, perf_counter() - began)

    def _note(self, kind: str, took: float) -> None:
        before = self._seconds.get(kind)
        if before is None and len(self._seconds) >= MOST_KINDS:
            return
        usual = took if before is None else before + WEIGHT * (took - before)
        self._seconds[kind] = max(took, usual) if took >= QUICK_SECONDS else usual
