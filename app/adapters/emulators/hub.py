"""What the page of the emulated hub asks of it; the hub itself stands before the gateway, in `soap/emulated_hub.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.ports import Ports

EXTENSION = "emulated_hub"  # Of the Flask application, where a gateway stands before it.


class Unsendable(Exception):
    """The values are not those of the operation; the text says which is not."""


class Unanswered(Exception):
    """The gateway cannot be reached."""


@dataclass(frozen=True, slots=True)
class Relay:
    """A citizen's call; without a number the hub gives one."""

    operation: str
    values: Mapping[str, str]
    person: str = ""
    principal: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Relayed:
    """Both messages as they went over the connection."""

    request: bytes
    answer: bytes
    status: int


class Hub(Protocol):
    def enrol(self, session: "Session", ports: "Ports") -> None: ...
    def relay(self, asked: Relay) -> Relayed: ...
