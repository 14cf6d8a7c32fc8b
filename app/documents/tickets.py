"""Files that are too large for a message: who may send which bytes until when, before he names them in an upload."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO

from app.core.context import Actor, Context
from app.core.errors import N_, Conflict, Invalid, NotFound
from app.core.limits import Limit
from app.core.ports import Ports
from app.documents.intake import CHUNK, spooled
from app.documents.rules import LIMITS, refusal

LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ticket:
    """For these very bytes alone, so that it does no harm when it is used twice."""

    owner: str
    sha256: str
    size: int
    expires_at: datetime

    @property
    def facts(self) -> list[str | int]:
        return [self.owner, self.sha256, self.size, int(self.expires_at.timestamp())]

    @classmethod
    def of(cls, facts: tuple[str, str, int, int]) -> "Ticket":
        owner, sha256, size, until = facts
        return cls(owner, sha256, size, datetime.fromtimestamp(until, UTC))


def owner_of(actor: Actor) -> str:
    return f"{actor.reference}/{actor.participant_id or ''}"


def ask(context: Context, sha256: str, size: int) -> Ticket:
    now = context.clock.now()
    context.ports.limits.hit([Limit("documents.ticket", context.actor.reference, 20, timedelta(minutes=10))], now)
    if size > LIMITS.size:
        raise refusal("size")
    return Ticket(owner_of(context.actor), sha256, size, now + LIFE)


def receive(ports: Ports, ticket: Ticket, content: IO[bytes], now: datetime) -> None:
    """Keeps the bytes if they are those; nothing is looked at in them before somebody uploads them."""
    if now >= ticket.expires_at:
        raise unknown()
    with spooled(iter(lambda: content.read(CHUNK), b"")) as path:
        with path.open("rb") as file:
            sent = hashlib.file_digest(file, "sha256").hexdigest()
        if (sent, path.stat().st_size) != (ticket.sha256, ticket.size):
            raise Invalid("documents.other_bytes", N_("Göndərilən bayt ardıcıllığı biletdə göstərilən deyil."))
        ports.blobs.put(path)


def redeem(context: Context, ticket: Ticket) -> Iterator[bytes]:
    if ticket.owner != owner_of(context.actor) or context.clock.now() >= ticket.expires_at:
        raise unknown()
    if not context.ports.blobs.exists(ticket.sha256):
        raise Conflict("documents.not_sent", N_("Bu bilet üzrə fayl hələ göndərilməyib."), field="ticket")
    return context.ports.blobs.open(ticket.sha256)


def unknown() -> NotFound:
    return NotFound("documents.ticket", N_("Belə bilet yoxdur və ya onun müddəti bitib."), field="ticket")
