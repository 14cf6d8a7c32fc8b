"""`@operation`: one use case, one transaction, one audit row, whichever door it came through."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any, TypeVar, get_type_hints, overload

import msgspec

from app.core import audit, idempotency, outbox, service_counts
from app.core.context import Channel, Context, Journal
from app.core.db import write_transaction
from app.core.errors import DomainError, RateLimited
from app.core.limits import Limit
from app.core.policy import authorise
from app.core.service_counts import Outcome

Command = TypeVar("Command")
Prepared = TypeVar("Prepared")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Operation:
    """What stands around the function: its name in the policy table and the rules that hold for it."""

    name: str
    service: str | None
    repeatable: bool
    answer: Any

    @property
    def answers(self) -> bool:
        return self.answer is not NoneType


OPERATIONS: dict[str, Operation] = {}


@overload
def operation(
    *, service: str | None = ..., limits: Callable[[Context, Any], Sequence[Limit]] | None = ..., repeatable: bool = ...
) -> Callable[[Callable[[Context, Command], Answer]], Callable[[Context, Command], Answer]]: ...


@overload
def operation(
    *,
    service: str | None = ...,
    limits: Callable[[Context, Any], Sequence[Limit]] | None = ...,
    before: Callable[[Context, Command], Prepared],
    sameness: Callable[[Prepared], object] | None = ...,
    repeatable: bool = ...,
) -> Callable[[Callable[[Context, Prepared], Answer]], Callable[[Context, Command], Answer]]: ...


def operation(
    *,
    service: str | None = None,
    limits: Callable[[Context, Any], Sequence[Limit]] | None = None,
    before: Callable[[Context, Any], Any] | None = None,
    sameness: Callable[[Any], object] | None = None,
    repeatable: bool = True,
) -> Callable[[Callable[[Context, Any], Answer]], Callable[[Context, Any], Answer]]:
    """Makes a function of the domain an operation.

    `before` does what is slow (hashing, signing, asking others) while nobody waits for the database, and gives the
    function what it made of the command. A `repeatable` operation answers a second request with the same idempotency
    key by the first answer; one whose command or answer holds a secret is not. `sameness` gives, of what `before` made,
    what tells one command from another where the command itself is a stream.
    """

    def decorate(function: Callable[[Context, Any], Answer]) -> Callable[[Context, Any], Answer]:
        name = f"{function.__module__.split('.')[1]}.{function.__name__}"
        about = Operation(name, service, repeatable, get_type_hints(function)["return"])
        OPERATIONS[name] = about

        @functools.wraps(function)
        def run(context: Context, command: Any) -> Answer:  # noqa: ANN401  (the overloads say what it is)
            told, context = context.journal, replace(context, journal=Journal())
            try:
                authorise(context.actor, name)
                if limits is not None:
                    context.ports.limits.hit(limits(context, command), context.clock.now())
                prepared: Any = command if before is None else before(context, command)
                told_by = command if sameness is None else sameness(prepared)
                answer: Answer = _carry_out(about, context, told_by, lambda: function(context, prepared))
                told.is_replayed = context.journal.is_replayed
                return answer
            except RateLimited:
                raise  # Counted by the limit itself; a flood must not fill the audit trail.
            except DomainError as error:
                _record(about, context, Outcome.REFUSED, error.code)
                raise
            except Exception as error:
                _record(about, context, Outcome.FAILED, type(error).__name__)
                raise

        return run

    return decorate


def _carry_out(about: Operation, context: Context, command: object, function: Callable[[], Answer]) -> Answer:
    session, now = context.session, context.clock.now()
    scope = "/".join(part for part in (context.through, context.actor.reference, about.name) if part)
    key = context.idempotency_key if about.repeatable else None
    content = idempotency.fingerprint(command) if key is not None else ""
    if key is not None and context.channel is Channel.WEB:
        # A page that was gone back to may send something else under its old number: there that is another request.
        key = f"{key}/{content[:16]}"
    with write_transaction(session):
        if key is not None:
            known = "" if about.answers else "null"
            first = idempotency.claim(session, scope, key, content, now, answer=known)
            if first is not None:
                context.journal.is_replayed = True
                answer: Answer = msgspec.json.decode(first, type=about.answer)
                return answer
        result = function()
        session.flush()
        if key is not None and about.answers:
            idempotency.keep(session, scope, key, msgspec.json.encode(result))
        participant = context.journal.participant_id or context.actor.participant_id
        outbox.write(session, context.journal.messages, participant, now)
        _count_and_audit(about, context, Outcome.COMPLETED, "")
    return result


def _record(about: Operation, context: Context, outcome: Outcome, code: str) -> None:
    """What was refused or failed leaves a trace as well; the change itself was rolled back."""
    with write_transaction(context.session):
        _count_and_audit(about, context, outcome, code)


def _count_and_audit(about: Operation, context: Context, outcome: Outcome, code: str) -> None:
    # Always in this order, and last in the transaction: rows that others wait for are held for the shortest time.
    if about.service is not None:
        service_counts.count(context.session, about.service, context.channel, outcome, context.clock.now())
    audit.append(context, about.name, outcome, code)
