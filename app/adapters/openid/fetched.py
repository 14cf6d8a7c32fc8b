"""What another site publishes, fetched when it is needed and kept for a while; a failure is not repeated at once."""

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Fetched(Generic[Value]):
    """One fetch at a time; whoever comes meanwhile waits for its outcome and shares it.

    `fetch` raises `signing.errors.Unreachable` or `Refused`; `pause` is longer than it takes.
    """

    def __init__(
        self, fetch: Callable[[], Value], *, good_for: float, pause: float, ticks: Callable[[], float]
    ) -> None:
        self._fetch, self._good_for, self._pause, self._ticks = fetch, good_for, pause, ticks
        self._lock = Lock()
        self._found: tuple[float, Value] | None = None
        self._tried_at: float | None = None
        self._failure = ""

    def value(self) -> Value:
        """What is known, if it is not too old."""
        with self._lock:
            if self._found is not None and self._ticks() < self._found[0] + self._good_for:
                return self._found[1]
            return self._renew()

    def renewed(self) -> Value:
        """For whoever misses something in it: fetched anew, unless that was done a moment ago."""
        with self._lock:
            if self._found is not None and not self._may_try():
                return self._found[1]
            return self._renew()

    def _may_try(self) -> bool:
        return self._tried_at is None or self._ticks() >= self._tried_at + self._pause

    def _renew(self) -> Value:
        from signing.errors import Refused, Unreachable

        if self._failure and not self._may_try():
            raise Unreachable(self._failure)
        self._tried_at = self._ticks()
        try:
            found = self._fetch()
        except (Refused, Unreachable) as error:
            self._failure = str(error)
            raise
        self._found, self._failure = (self._tried_at, found), ""
        return found
