"""One run of the WSGI application in a worker thread: start, pieces of the answer, close."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any
from wsgiref.types import WSGIApplication

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

# An answer that states its length exists already, so it is fetched in few large pieces;
# any other is passed on piece by piece.
LARGE_PIECE = 512 * 1024


class Answer:
    """Used by one thread at a time, though not always by the same one."""

    def __init__(self, application: WSGIApplication, environ: dict[str, Any]) -> None:
        self._application = application
        self._environ = environ
        self._body = environ["wsgi.input"]
        self._iterable: Iterable[bytes] = ()
        self._pieces: Iterator[bytes] = iter(())
        self._written: list[bytes] = []
        self._wanted = 1
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = False
        self.closed = False

    def begin(self) -> bytes:
        """Run the application as far as its first piece; status and headers are known afterwards."""
        try:
            self._iterable = self._application(self._environ, self._start_response)
            self._pieces = iter(self._iterable)
        except BaseException:
            self.close()
            raise
        return self.next_piece()

    def next_piece(self) -> bytes:
        """The next piece; `complete` tells that it was the last. Whatever ends the answer also closes it."""
        try:
            piece = self._collect()
            if not self.status:
                raise RuntimeError("the application answered without calling start_response")
        except BaseException:
            self.close()
            raise
        if self.complete:
            self.close()
        return piece

    def close(self) -> None:
        """Tell the application that nobody reads on, and let go of the request's body."""
        self.closed = True
        try:
            if close := getattr(self._iterable, "close", None):
                close()
        finally:
            self._body.close()

    def _collect(self) -> bytes:
        collected: list[bytes] = []
        size = 0
        while size < self._wanted:
            piece = next(self._pieces, None)
            if piece is None:
                self.complete = True
                break
            collected.append(piece)
            size += len(piece)
        # PEP 3333 keeps write() for old programs; what they hand to it comes before what they return.
        written, self._written[:] = self._written[:], []
        return b"".join(written + collected)

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExceptionInfo | None = None, /
    ) -> Callable[[bytes], object]:
        if self.status and exc_info is None:
            raise RuntimeError("start_response was called twice")
        self.status = int(status[:3])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        states_length = any(name == b"content-length" for name, _ in self.headers)
        self._wanted = LARGE_PIECE if states_length else 1
        return self._written.append
