"""A process is asked to stop by two signals at once, and stops."""

import signal
import threading
from collections.abc import Iterator

import pytest

from app.core.stopping import ASKED_BY, until_asked


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    before = [signal.getsignal(number) for number in ASKED_BY]
    yield
    for number, handler in zip(ASKED_BY, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ASKED_BY)
def test_either_signal_asks_to_stop(number: signal.Signals) -> None:
    asked = until_asked()
    assert not asked.is_set()
    signal.raise_signal(number)
    assert asked.wait(10)


def test_a_second_signal_while_the_first_is_handled_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(threading.Event):
        """The other signal comes at the worst moment: while the event is being set."""

        times = 0

        def set(self) -> None:
            self.times += 1
            assert self.times == 1
            signal.raise_signal(signal.SIGTERM)
            super().set()

    monkeypatch.setattr(threading, "Event", Interrupted)
    asked = until_asked()
    signal.raise_signal(signal.SIGINT)
    assert asked.is_set()
