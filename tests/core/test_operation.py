"""An operation is one transaction with its audit row, its count and its messages, however it ends."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Participant
from app.core import audit
from app.core.audit import AuditEntry
from app.core.context import ANONYMOUS, Channel, Context
from app.core.errors import Conflict, NotAllowed, RateLimited
from app.core.roles import Role
from tests.core import register
from tests.core.register import Enter, Entered, MakeContext, numbers, one_an_hour
from tests.core.traces import Trace, trace

Operated = Callable[[Context, Enter], Entered]


@pytest.fixture
def commits(engine: Engine) -> Iterator[list[object]]:
    seen: list[object] = []

    def note(connection: object) -> None:
        seen.append(connection)

    event.listen(engine, "commit", note)
    yield seen
    event.remove(engine, "commit", note)


def test_success_is_one_commit_with_audit_count_and_message(
    enter: Operated, make_context: MakeContext, session: Session, commits: list[object]
) -> None:
    assert enter(make_context(), Enter("1")).number == "1"
    assert len(commits) == 1
    assert numbers(session) == ["1"]
    assert trace(session) == Trace([(register.NAME, "completed", "")], {"completed": 1}, 1)


def test_audit_row_says_who_what_where_and_which_request(
    enter: Operated, make_context: MakeContext, session: Session
) -> None:
    enter(make_context(), Enter("1"))
    row = session.scalars(select(AuditEntry)).one()
    assert (row.actor, row.channel, row.reference, row.network) == (
        "account:aysel",
        "soap",
        "AAAA-0001",
        "192.0.2.0/24",
    )
    assert (row.object_kind, row.object_id, row.facts) == ("participant", "1", {"entered": True})


def test_refusal_undoes_the_change_and_leaves_its_code(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    enter = operated(register.enter_and_refuse, service=register.SERVICE)
    with pytest.raises(Conflict, match=r"register\.closed"):
        enter(make_context(), Enter("1"))
    assert numbers(session) == []
    expected = [("core.enter_and_refuse", "refused", "register.closed")]
    assert trace(session) == Trace(expected, {"refused": 1}, 0)


def test_bug_undoes_the_change_and_leaves_its_kind_but_no_words(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    enter = operated(register.enter_and_break, service=register.SERVICE)
    with pytest.raises(ZeroDivisionError):
        enter(make_context(), Enter("1", "Aysel"))
    assert numbers(session) == []
    expected = [("core.enter_and_break", "failed", "ZeroDivisionError")]
    assert trace(session) == Trace(expected, {"failed": 1}, 0)
    row = session.scalars(select(AuditEntry)).one()
    assert "Aysel" not in "".join(str(getattr(row, name)) for name in audit.LINKED)


def test_operation_inside_an_operation_is_refused_and_undoes_both(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    inner = operated(register.enter)

    def enter_twice(context: Context, command: Enter) -> Entered:
        return register.enter_twice(context, command, inner)

    enter_twice.__module__ = register.__name__
    outer = operated(enter_twice)
    with pytest.raises(RuntimeError, match="a transaction inside a transaction"):
        outer(make_context(), Enter("1"))
    assert numbers(session) == []
    assert trace(session).audited == [("core.enter_twice", "failed", "RuntimeError")]


def test_change_outside_an_operation_is_refused(session: Session) -> None:
    with pytest.raises(RuntimeError, match="a change outside an operation"):
        session.execute(update(Participant).values(name="Yad"))
    session.rollback()
    session.add(Participant(public_id="p", number="1", name="Yad", address=""))
    with pytest.raises(RuntimeError, match="a change outside an operation"):
        session.flush()


def test_change_after_an_operation_is_refused(enter: Operated, make_context: MakeContext, session: Session) -> None:
    enter(make_context(), Enter("1"))
    with pytest.raises(RuntimeError, match="a change outside an operation"):
        session.execute(update(Participant).values(name="Yad"))


def test_change_after_a_refused_operation_is_refused(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    with pytest.raises(Conflict):
        operated(register.enter_and_refuse)(make_context(), Enter("1"))
    with pytest.raises(RuntimeError, match="a change outside an operation"):
        session.execute(update(Participant).values(name="Yad"))


@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_policy_refuses_before_anything_is_done(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session, who: str
) -> None:
    asked: list[Any] = []

    def prepare(_context: Context, command: Enter) -> Enter:
        asked.append(command)
        return command

    enter = operated(register.enter, service=register.SERVICE, before=prepare)
    context = make_context(role=Role.OFFICER)
    context = context if who == "officer" else _as_stranger(context)
    with pytest.raises(NotAllowed) as refused:
        enter(context, Enter("1"))
    assert asked == numbers(session) == []
    assert trace(session) == Trace([(register.NAME, "refused", refused.value.code)], {"refused": 1}, 0)


def _as_stranger(context: Context) -> Context:
    return Context(ANONYMOUS, context.session, context.clock, context.ports, channel=Channel.WEB)


def test_limit_refuses_without_a_trace(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    enter = operated(register.enter, service=register.SERVICE, limits=one_an_hour)
    enter(make_context(), Enter("1"))
    for _ in range(5):
        with pytest.raises(RateLimited) as refused:
            enter(make_context(), Enter("2"))
    assert refused.value.retry_after == 3600
    assert numbers(session) == ["1"]
    assert trace(session) == Trace([(register.NAME, "completed", "")], {"completed": 1}, 1)


def test_slow_preparation_holds_no_transaction(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    def prepare(context: Context, command: Enter) -> Enter:
        assert not context.session.info.get("writing")
        return Enter(command.number, command.name.upper())

    operated(register.enter, before=prepare)(make_context(), Enter("1", "a"))
    assert session.scalars(select(Participant.name)).one() == "A"


def test_commit_that_fails_leaves_nothing_and_is_recorded(
    enter: Operated, make_context: MakeContext, engine: Engine, session: Session
) -> None:
    broken = iter([True])

    def refuse(_connection: object) -> None:
        if next(broken, False):
            raise OSError("the disk is full")

    event.listen(engine, "commit", refuse)
    with pytest.raises(OSError, match="the disk is full"):
        enter(make_context(), Enter("1"))
    event.remove(engine, "commit", refuse)
    assert numbers(session) == []
    assert trace(session) == Trace([(register.NAME, "failed", "OSError")], {"failed": 1}, 0)
