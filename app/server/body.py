"""Receives a request body completely before a thread is spent on it: a slow sender holds a coroutine, no more."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from http import HTTPStatus
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from app.server.errors import Refused

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY = 256 * 1024
# A sender has this long, and longer the more it announces: twenty seconds for a form, eleven minutes for 12 MB.
PATIENCE_SECONDS = 20
SLOWEST_BYTES_PER_SECOND = 20_000
# A browser shows our 413 page only after it could finish sending,
# so a body that is somewhat too large is let in and forgotten.
FORGIVEN = 4


async def attach_body(environ: dict[str, Any], receive: Receive, limit: int) -> None:
    """Put the complete body into the environment; memory holds at most `IN_MEMORY` of it."""
    chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
    announced = limit if chunked else int(environ.get("CONTENT_LENGTH") or 0)
    if announced > limit * FORGIVEN:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    environ["wsgi.input_terminated"] = True
    environ["wsgi.input"] = await _received(receive, limit, announced) if announced else BytesIO()
    if chunked:
        environ["CONTENT_LENGTH"] = str(_size(environ["wsgi.input"]))


async def _received(receive: Receive, limit: int, announced: int) -> IO[bytes]:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS + announced / SLOWEST_BYTES_PER_SECOND):
            return await _spooled(receive, limit)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None


async def _spooled(receive: Receive, limit: int) -> IO[bytes]:
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  (the answer closes it)
    received = 0
    try:
        async for chunk in _chunks(receive):
            received += len(chunk)
            if received <= limit:
                file.write(chunk)
            elif received > limit * FORGIVEN:
                break
        if received > limit:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


async def _chunks(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            # The client left, or broke its own framing; only in the second case somebody reads this answer.
            raise Refused(HTTPStatus.BAD_REQUEST)
        yield message.get("body", b"")
        more = message.get("more_body", False)


def _size(file: IO[bytes]) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size
