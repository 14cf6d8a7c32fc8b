"""A group of processes that live and end together: the dead are replaced after a pause, the stop reaches all."""

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

log = logging.getLogger(__name__)

# What a stopping process may still finish, and then no longer.
STOP_SECONDS = 25.0
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 30.0
# A process that lived this long had no trouble starting, so its pauses begin anew.
HEALTHY_SECONDS = 2.0
LOOK_SECONDS = 0.05

_AWAITED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_PR_SET_PDEATHSIG = 1


@dataclass
class Member:
    name: str
    run: Callable[[], object]
    pid: int = 0
    born: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    due: float = 0.0


class Group:
    """Forks each member from this process, so imports made before `run` are paid for once and shared."""

    def __init__(self, members: Mapping[str, Callable[[], object]], *, is_ready: Callable[[], bool]) -> None:
        self._members = [Member(name, run) for name, run in members.items()]
        self._is_ready = is_ready

    def run(self, on_ready: Callable[[], None]) -> int:
        """Keep the members alive until a signal asks to stop; the exit status."""
        # What is imported so far stays shared memory only as long as no collector writes to it.
        gc.freeze()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
        try:
            return self._keep_alive(on_ready)
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _keep_alive(self, on_ready: Callable[[], None]) -> int:
        ready = False
        while True:
            self._start_due()
            if not ready and self._is_ready():
                ready = True
                on_ready()
            caught = signal.sigtimedwait(_AWAITED, self._next_look(ready=ready))
            if caught is not None and caught.si_signo != signal.SIGCHLD:
                return 0
            # One SIGCHLD may stand for several deaths, and one may come before the wait: look each time.
            if self._bury() and not ready:
                return 1

    def _start_due(self) -> None:
        now = time.monotonic()
        for member in self._members:
            if not member.pid and member.due <= now:
                member.born = now
                member.pid = _fork(member.run)

    def _next_look(self, *, ready: bool) -> float:
        if not ready:
            return LOOK_SECONDS
        now = time.monotonic()
        return min([max(member.due - now, 0.0) for member in self._members if not member.pid], default=60.0)

    def _bury(self) -> list[Member]:
        """Collect the members that ended and set the time of their return."""
        dead = [member for member in self._members if member.pid and os.waitpid(member.pid, os.WNOHANG)[0]]
        now = time.monotonic()
        for member in dead:
            if now - member.born > HEALTHY_SECONDS:
                member.pause = FIRST_PAUSE_SECONDS
            log.error("%s (process %d) ended unexpectedly", member.name, member.pid)
            member.pid, member.due = 0, now + member.pause
            member.pause = min(member.pause * 2, LONGEST_PAUSE_SECONDS)
        return dead

    def _stop(self) -> None:
        """SIGTERM to all, patience, SIGKILL; a second request to stop ends the patience."""
        self._signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while any(member.pid for member in self._members) and time.monotonic() < until:
            caught = signal.sigtimedwait(_AWAITED, max(until - time.monotonic(), 0.0))
            self._forget_ended(os.WNOHANG)
            if caught is not None and caught.si_signo == signal.SIGINT:
                break
        self._signal(signal.SIGKILL)
        self._forget_ended(0)

    def _signal(self, number: signal.Signals) -> None:
        for member in self._members:
            if member.pid:
                os.kill(member.pid, number)

    def _forget_ended(self, options: int) -> None:
        for member in self._members:
            if member.pid and os.waitpid(member.pid, options)[0]:
                member.pid = 0


def _fork(run: Callable[[], object]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _become_member(parent)
        run()
        status = 0
    except Exception:
        log.exception("a process of the group failed")
    finally:
        os._exit(status)


def _become_member(parent: int) -> None:
    """Only the parent answers the terminal, and tells the rest; its own sudden end takes them along."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _AWAITED)
