"""Asks after phones whose answer nobody fetched: whoever closes the page keeps nothing from the phone's owner."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Ceremony
from app.accounts.operations import phones
from app.accounts.operations.ceremonies import Begun, begun_from, columns
from app.accounts.rules import Stage
from app.core.context import Context
from app.core.operation import operation

if TYPE_CHECKING:
    from app.accounts.operations.phones import Answer

# So long the service still knows how a request ended that nobody waits for any more.
KNOWN_FOR = timedelta(minutes=3)
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class EndUnheard:
    ceremony: Begun
    answer: "Answer"


@dataclass(frozen=True, slots=True)
class EndedUnheard:
    public_id: str
    outcome: str


def end_all_unheard(context: Context) -> int:
    """Gives how many there were. Where the service is away, they wait for the next round."""
    if context.ports.phones is None:
        return 0
    waiting = _unheard(context)
    for begun in waiting:
        end_unheard(context, EndUnheard(begun, phones.asked_again(context, begun)))
    return len(waiting)


def _unheard(context: Context) -> list[Begun]:
    now = context.clock.now()
    over = (Ceremony.expires_at <= now) & (Ceremony.expires_at > now - KNOWN_FOR)
    open_ones = select(*columns()).where(Ceremony.means == phones.MEANS, Ceremony.stage == Stage.OPEN, over)
    rows = context.session.execute(open_ones.order_by(Ceremony.id).limit(MOST_AT_ONCE)).all()
    context.session.rollback()  # The service may take long to answer, and nothing may wait for it.
    return [begun for begun in map(begun_from, rows) if "session" in begun.facts]


def _hear(context: Context, command: EndUnheard) -> EndedUnheard:
    ended = phones.ended(context, command.ceremony, command.answer)
    return EndedUnheard(command.ceremony.public_id, ended.code if ended else "")


@operation(before=_hear, repeatable=False)
def end_unheard(context: Context, ended: EndedUnheard) -> None:
    context.about("ceremony", ended.public_id, means=str(phones.MEANS), outcome=ended.outcome)
