"""The request to stop, by which a process that waits for it ends."""

import signal
import threading

ASKED_BY = (signal.SIGTERM, signal.SIGINT)


def until_asked() -> threading.Event:
    """Is set by the first of the signals; from then on they are ignored.

    At Ctrl-C both come at once, from the terminal and from the group. A handler that ran inside another one would wait
    for ever for the lock of the event, which the other one holds.
    """
    asked = threading.Event()

    def stop(*_: object) -> None:
        for number in ASKED_BY:
            signal.signal(number, signal.SIG_IGN)
        asked.set()

    for number in ASKED_BY:
        signal.signal(number, stop)
    return asked
