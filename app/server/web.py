"""One web process: its own application, one event loop, a listening socket shared by port with its siblings."""

import asyncio
import resource
import signal
from collections.abc import Callable
from wsgiref.types import WSGIApplication

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from app.server.adapter import Adapter
from app.settings import Settings

# Connections of one process, most of them idle or slow; further ones wait in the system's queue until one ends.
CONNECTIONS = 512
SYSTEM_QUEUE = 1024
# Request line and headers together: several times what browsers and hubs send.
HEAD_BYTES = 32 * 1024
HEAD_MILLISECONDS = 10_000
GRACE_SECONDS = 2.0


def run_web_process(settings: Settings, create_application: Callable[[Settings], WSGIApplication]) -> None:
    """Serve until SIGTERM, then finish what was begun."""
    _allow_files(2 * CONNECTIONS)
    adapter = Adapter(
        create_application(settings), threads=settings.threads, queue=settings.queue, max_body=settings.max_body
    )
    asyncio.run(_serve(adapter, settings.host, settings.port))


async def _serve(adapter: Adapter, host: str, port: int) -> None:
    server = Server(
        adapter,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=SYSTEM_QUEUE,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=HEAD_BYTES),
        log_level=LogLevels.error,
    )
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving = asyncio.ensure_future(server.serve())
    await asyncio.wait([serving, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    server.stop()  # type: ignore[no-untyped-call]  # granian gives it no types
    await adapter.finish()
    # Answers are on their way; a connection that never asked for anything may not hold us up longer than that.
    await asyncio.wait([serving], timeout=GRACE_SECONDS)


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
