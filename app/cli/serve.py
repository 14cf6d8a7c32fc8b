"""`e-gomruk serve`: the portal's web processes and its worker in one group of processes."""

import gc
import os
import shutil
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import starmap
from wsgiref.types import WSGIApplication

from app.server.group import Group
from app.settings import Settings

CreateApplication = Callable[[Settings], WSGIApplication]

PYTHON = (sys.executable, "-m")
WORKER = (*PYTHON, "app.cli", "worker")
MAIL_EMULATOR = (*PYTHON, "app.adapters.emulators.mail")
EMULATORS = (*PYTHON, "soap.registers")
EMULATORS_HOST = "127.0.0.1"


def serve(settings: Settings, announce: Callable[[], None]) -> int:
    """Serve until stopped; `announce` is called once, when requests can be answered. Returns the exit status."""
    from app.core import logs

    logs.set_up()
    _share_metrics(settings)
    # Made before the group forks, with nothing opened yet: its processes share code and pages, and start at once.
    gc.disable()  # All this stays, and to look for rubbish in it would take an eighth of the start.
    from soap.wsgi import create_application

    application = create_application(settings)
    gc.enable()
    commands: dict[str, Sequence[str]] = {"worker": WORKER}
    if settings.uses_mail_emulator:
        commands["mail"] = MAIL_EMULATOR
    if settings.uses_emulators:
        commands["emulators"] = EMULATORS
    return serve_application(settings, lambda _: application, commands, announce)


def _share_metrics(settings: Settings) -> None:
    """Where the processes put what they count, so that any of them can answer for all; read when it is imported."""
    folder = settings.instance / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def serve_application(
    settings: Settings,
    create_application: CreateApplication,
    commands: Mapping[str, Sequence[str]],
    announce: Callable[[], None],
) -> int:
    """The same for any application and any commands beside it."""
    from app.server.web import run_web_process

    try:
        settings = replace(settings, host=_free_address(settings.host, settings.port))
    except OSError as error:
        print(f"e-gomruk: cannot listen on {settings.host}:{settings.port}: {error.strerror}", file=sys.stderr)
        return 1
    web = partial(run_web_process, settings, create_application)
    members: dict[str, Callable[[], object]] = {f"web {number + 1}": web for number in range(settings.workers)}
    members |= {name: partial(os.execv, command[0], list(command)) for name, command in commands.items()}
    doors = [(settings.host, settings.port)]
    if "emulators" in commands:
        doors.append((EMULATORS_HOST, settings.emulators_port))
    return Group(members, is_ready=lambda: all(starmap(_answers, doors))).run(announce)


def _free_address(host: str, port: int) -> str:
    """The numeric address of the host, on which nobody else listens.

    The web processes share the port, and would silently share it with a second portal as well.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with closing(socket.socket(family, kind, protocol)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
    return str(address[0])


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
