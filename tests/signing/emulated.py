"""The emulated phones and cards over HTTP, in a demonstration of their own whose clock the tests move."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from wsgiref.types import WSGIApplication

from werkzeug.serving import make_server

from app.adapters.emulators import certification_centre
from app.adapters.emulators.application import Silent, application
from app.adapters.emulators.chips import Medium, NewChip
from app.adapters.emulators.devices import Devices, devices
from app.cli.serve import EMULATORS, EMULATORS_HOST
from app.core.clock import FixedClock, SystemClock
from app.settings import ROOT, Settings
from signing.authority import Authority
from signing.egress import Egress
from signing.paths import Trust
from signing.sealing import Services
from signing.signers.mobile import MobileService
from signing.signers.mobile_ceremony import MobileSigner
from tests.processes import free_port
from tests.reliability.server import PATIENCE_SECONDS, wait_until

FIN = "5ABC1DE"
PHONE = NewChip("+994502223344", Medium.PHONE, FIN, "Aygün", "Məmmədova", "1234", "12345", "12345678", user_id="510000")
CARD = NewChip("ES900001", Medium.CARD, FIN, "Aygün", "Məmmədova", "4321", "54321", "87654321")


@dataclass(frozen=True)
class Emulated:
    settings: Settings
    devices: Devices
    clock: FixedClock
    authority: Authority

    @property
    def service(self) -> MobileService:
        return self.service_with(5.0)

    def service_with(self, timeout: float, **changed: str) -> MobileService:
        settings = replace(self.settings, **changed)  # type: ignore[arg-type]
        url = settings.mobile_signature_url
        us = settings.mobile_signature_uuid, settings.mobile_signature_name
        return MobileService(url, *us, Egress.to(url, timeout=timeout))

    @property
    def signer(self) -> MobileSigner:
        return MobileSigner(self.service, (self.authority.issuing, self.authority.root))

    @property
    def trust(self) -> Trust:
        return Trust((self.authority.root,))

    @property
    def services(self) -> Services:
        return Services(self.authority.tsa, self.authority.ocsp, lists=self.authority)


@contextmanager
def emulated(folder: Path, pause: Callable[[FixedClock], None] | None = None) -> Iterator[Emulated]:
    """Whoever waits for a phone lets the clock go on, or does what he is told meanwhile."""
    clock = FixedClock(SystemClock().now())

    def wait(seconds: float) -> None:
        if pause:
            pause(clock)
        else:
            clock.advance(timedelta(seconds=seconds))

    settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(folder), "EGOMRUK_BASE_URL": "http://localhost"})
    found = devices(settings, clock, wait)
    found.phones.chips.hand_out([PHONE])
    found.cards.hand_out([CARD])
    with served(application(settings, found)) as place:
        settings = replace(settings, mobile_signature_url=f"http://{place}/phone", card_url=f"http://{place}/card")
        yield Emulated(settings, found, clock, certification_centre.found(settings))


@contextmanager
def served(program: WSGIApplication) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, program, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def emulators_process(folder: Path) -> Iterator[Settings]:
    """The emulators as `e-gomruk serve` runs them."""
    settings = Settings.from_environment(own := {"EGOMRUK_INSTANCE": str(folder), "PORT": str(free_port())})
    process = subprocess.Popen(EMULATORS, cwd=ROOT, env=os.environ | own, stderr=subprocess.DEVNULL)
    try:
        wait_until(partial(_answers, (EMULATORS_HOST, settings.emulators_port)))
        yield settings
    finally:
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0


def _answers(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, timeout=1).close()
    except OSError:
        return False
    return True
