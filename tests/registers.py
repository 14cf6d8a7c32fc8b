"""The emulated registers of the state over real HTTP, in the mood that a test wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event

from app.adapters.emulators.application import ADDRESS
from app.adapters.emulators.registers.moods import Moods, moods
from app.settings import Settings
from soap.registers.services import Registers
from tests.processes import free_port
from tests.web.e_gov_site import listening


def settings_with_registers(settings: Settings) -> Settings:
    address = f"http://{ADDRESS}:{free_port()}"
    return replace(settings, population_register=f"{address}/population", taxpayer_register=f"{address}/taxpayers")


@contextmanager
def registers_of(settings: Settings) -> Iterator[Moods]:
    """A slow register waits until the test is over."""
    found, is_over = moods(settings), Event()

    def sleep(_: float) -> None:
        is_over.wait(20)

    port = int(settings.population_register.rpartition(":")[2].partition("/")[0])
    with listening(port, Registers(found, sleep)):
        yield found
        is_over.set()
