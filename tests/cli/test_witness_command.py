"""`e-gomruk log witness` ends when it is told to."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from app.cli.log import _follow


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


class Dropping:
    """Looks, and loses what interrupts it, as Python does in a finaliser."""

    looks = 0

    def look(self) -> str:
        self.looks += 1
        with suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            signal.pause()
        return "looked"


def test_interrupt_that_was_dropped_ends_it_all_the_same() -> None:
    witness = Dropping()
    with pytest.raises(KeyboardInterrupt):
        _follow(witness, 3600)  # type: ignore[arg-type]
    assert witness.looks == 1
