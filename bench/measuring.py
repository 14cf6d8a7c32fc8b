"""CPU per request and requests a second of several contestants, in turns, so that a noisy moment meets them all."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.client import Answer, Browser
from bench.load import Load, Request, check, send
from bench.processes import cpu_seconds
from bench.servers import Server


@dataclass(frozen=True)
class Effort:
    """How long each contestant is loaded, and how often it is its turn."""

    rounds: int = 3
    seconds: float = 2
    calls: int = 200  # In process: a batch.
    batches: int = 7


@dataclass(frozen=True)
class Turn:
    cpu_ms: float
    per_second: float


@dataclass
class Contestant:
    """One request to one server, and what each of its turns gave."""

    name: str
    server: Server
    request: Request
    turns: list[Turn] = field(default_factory=list)
    sent: int = 0

    def take_turn(self, seconds: float) -> None:
        wire_bytes = self.answer().wire_bytes
        before = cpu_seconds(self.server.pids)
        load: Load = send(self.server.port, self.request, seconds, self.sent + 1)
        used = cpu_seconds(self.server.pids) - before
        self.sent += load.requests + 1000
        check(load, self.request, wire_bytes)
        self.turns.append(Turn(1000 * used / load.requests, load.per_second))

    def answer(self) -> Answer:
        """One answer, whose status and size all the others must have."""
        self.sent += 1
        number, address = str(self.sent), f"10.200.{self.sent >> 8 & 255}.{self.sent & 255}"

        def filled(text: str) -> str:
            return text.replace("{n}", number).replace("{address}", address)

        request = self.request
        headers = {name: filled(value) for name, value in request.headers.items()}
        body = filled(request.body).encode() if request.body else None
        answer = Browser(self.server.port).ask(request.method, request.path, body, headers)
        if answer.status != request.status:
            raise RuntimeError(f"{self.name}: status {answer.status}, expected {request.status}")
        return answer

    @property
    def cpu_ms(self) -> float:
        return statistics.median(turn.cpu_ms for turn in self.turns)

    @property
    def per_second(self) -> float:
        return statistics.median(turn.per_second for turn in self.turns)


def page_of(server: Server, path: str, name: str) -> Contestant:
    """A page as somebody asks for it who has been here before and brings the cookies of that visit."""
    browser = Browser(server.port)
    browser.get(path)
    return Contestant(name, server, Request(path, headers=browser.cookie_header))


def take_turns(contestants: Sequence[Contestant], effort: Effort) -> None:
    """Everybody once without counting, then round after round in the same order."""
    for contestant in contestants:
        contestant.take_turn(min(1.0, effort.seconds))
        contestant.turns.clear()
    for _ in range(effort.rounds):
        for contestant in contestants:
            contestant.take_turn(effort.seconds)


def cpu_ratio(ours: Contestant, theirs: Contestant) -> float:
    """Pair by pair: both turns of a pair had the same neighbours on the machine."""
    pairs = zip(ours.turns, theirs.turns, strict=True)
    return statistics.median(one.cpu_ms / other.cpu_ms for one, other in pairs)


def rate_ratio(ours: Contestant, theirs: Contestant) -> float:
    pairs = zip(ours.turns, theirs.turns, strict=True)
    return statistics.median(one.per_second / other.per_second for one, other in pairs)
