"""Who acts, when, from where and with what at hand: the first argument of every operation and query."""

import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.outbox import Message
from app.core.ports import Ports
from app.core.roles import Assurance, Role


class Channel(StrEnum):
    WEB = "web"
    SOAP = "soap"
    CLI = "cli"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Actor:
    roles: frozenset[Role]
    name: str = ""
    reference: str = "anonymous"  # Stands in the audit trail: `person:…`, `system:…`; never a name.
    account_id: int | None = None
    person_id: int | None = None
    participant_id: int | None = None  # The principal for whom he acts,
    representation_id: int | None = None  # and by what right.
    closed: frozenset[str] = frozenset()  # Subjects that his power of attorney leaves out.
    office: str | None = None
    assurance: Assurance = Assurance.NONE

    @property
    def is_anonymous(self) -> bool:
        return self.roles == ANONYMOUS.roles

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(frozenset({Role.SYSTEM}), name, f"system:{name}", assurance=Assurance.FRESH)


ANONYMOUS = Actor(frozenset({Role.ANONYMOUS}))


@dataclass(slots=True)
class Journal:
    """What the running operation tells about itself: the thing it is about, and what leaves after the commit."""

    object_kind: str = ""
    object_id: str = ""
    participant_id: int | None = None
    facts: dict[str, str | int | bool] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    is_replayed: bool = False  # The answer is the first one, given again.


@dataclass(frozen=True, slots=True)
class Context:
    actor: Actor
    session: Session
    clock: Clock
    ports: Ports
    language: str = "az"
    channel: Channel = Channel.CLI
    reference: str = ""  # Number of this request, shown with errors and kept in the audit trail.
    address: str = ""
    through: str = ""  # The system that calls, where it speaks for somebody: `system:…`.
    idempotency_key: str | None = None
    journal: Journal = field(default_factory=Journal)

    def about(self, kind: str, reference: str, *, participant_id: int | None = None, **facts: str | int | bool) -> None:
        """Names what the operation is about for the audit trail; facts hold no personal data."""
        self.journal.object_kind, self.journal.object_id = kind, reference
        self.journal.participant_id = participant_id
        self.journal.facts.update(facts)

    def send(self, topic: str, payload: Mapping[str, str], *, key: str | None = None) -> None:
        """A message that leaves only if the operation is committed; a second one of the same `key` does not leave."""
        self.journal.messages.append(Message(topic, dict(payload), key))


def new_reference() -> str:
    """A number that a person can read out over the phone."""
    text = base64.b32encode(random.randbytes(5)).decode()
    return f"{text[:4]}-{text[4:]}"
