"""Gives requests to a WSGI application: waiting is done here, on one event loop; its threads only ever work."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar
from wsgiref.types import WSGIApplication

from app.server.answer import Answer
from app.server.body import Message, Receive, attach_body
from app.server.environ import Scope, wsgi_environ
from app.server.errors import Refused
from app.server.pace import Pace
from app.server.pages import Header, plain_page

Send = Callable[[Message], Awaitable[None]]
Result = TypeVar("Result")

# A reader who takes nothing of a long answer for this long has left without saying so.
READER_PATIENCE_SECONDS = 60

log = logging.getLogger(__name__)


class Adapter:
    """An ASGI application: `threads` requests are worked on, `queue` more may wait, the next is told to come back."""

    def __init__(self, application: WSGIApplication, *, threads: int, queue: int, max_body: int) -> None:
        self._application = application
        self._max_body = max_body
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._room = threads + queue
        self._pace = Pace()
        self._open = 0
        self._none_open = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._open += 1
        self._none_open.clear()
        try:
            environ = wsgi_environ(scope)
            await attach_body(environ, receive, self._max_body)
            await self._answer(environ, receive, send)
        except Refused as refusal:
            headers, page = plain_page(refusal.status)
            await _send_head(send, refusal.status, headers)
            await _send_piece(send, page, last=True)
        finally:
            self._open -= 1
            if not self._open:
                self._none_open.set()

    async def finish(self) -> None:
        """Wait until every request that has begun is answered."""
        if self._open:
            await self._none_open.wait()

    async def _answer(self, environ: dict[str, Any], receive: Receive, send: Send) -> None:
        answer, kind = Answer(self._application, environ), self._pace.kind_of(environ)
        if self._room <= 0:
            answer.close()
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE)
        context = copy_context()
        self._room -= 1
        begin = partial(self._pace.measured, kind, answer.begin)
        try:
            piece = context.run(begin) if self._pace.is_quick(kind) else await self._work(context, begin)
        except Exception:
            log.exception("the application failed")
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR) from None
        finally:
            self._room += 1
        await _send_head(send, answer.status, answer.headers)
        if answer.complete:
            await _send_piece(send, piece, last=True)
        else:
            await self._stream(context, answer, piece, receive, send)

    async def _stream(self, context: Context, answer: Answer, piece: bytes, receive: Receive, send: Send) -> None:
        """Pass a long answer on as fast as it is read; a slow reader holds no thread.

        Where no last piece is sent, granian cuts the connection: half an answer never looks like a whole one.
        """
        left = asyncio.ensure_future(_disconnect(receive))
        try:
            while not left.done() and await _is_taken(send, piece, last=answer.complete) and not answer.complete:
                piece = await self._work(context, answer.next_piece)
        except Exception:
            log.exception("an answer broke off")
        finally:
            left.cancel()
            if not answer.closed:
                await self._work(context, answer.close)

    async def _work(self, context: Context, job: Callable[[], Result]) -> Result:
        """Run a piece of work in a thread; all pieces of one request see the same context variables."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, job)


async def _send_head(send: Send, status: int, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _send_piece(send: Send, piece: bytes, *, last: bool) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": not last})


async def _is_taken(send: Send, piece: bytes, *, last: bool) -> bool:
    try:
        async with asyncio.timeout(READER_PATIENCE_SECONDS):
            await _send_piece(send, piece, last=last)
    except TimeoutError:
        return False
    return True


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
