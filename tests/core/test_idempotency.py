"""A request that comes twice is carried out once, from whichever door and however many at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import environ
from threading import Barrier

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.core import audit
from app.core.context import Channel, Context
from app.core.errors import Conflict, MessageIdReused
from app.core.idempotency import IdempotencyKey
from tests.core import register
from tests.core.register import Enter, Entered, MakeContext, numbers
from tests.core.traces import Trace, trace

pytestmark = pytest.mark.trust

Operated = Callable[[Context, Enter], Entered]
THREADS = 20
RACES = 200 if "EGOMRUK_TRUST" in environ else 10


def test_same_key_and_command_gives_the_first_answer_and_one_effect(
    enter: Operated, make_context: MakeContext, session: Session
) -> None:
    answers = [enter(make_context(idempotency_key="k"), Enter("1")) for _ in range(3)]
    assert answers == [answers[0]] * 3
    assert type(answers[1]) is Entered
    assert numbers(session) == ["1"]
    assert trace(session) == Trace([(register.NAME, "completed", "")], {"completed": 1}, 1)


def test_requests_without_a_key_are_all_carried_out(
    enter: Operated, make_context: MakeContext, session: Session
) -> None:
    enter(make_context(), Enter("1"))
    enter(make_context(), Enter("2"))
    assert numbers(session) == ["1", "2"]


@pytest.mark.parametrize("channel", [Channel.SOAP, Channel.CLI, Channel.WORKER])
def test_same_key_with_other_content_is_refused(
    enter: Operated, make_context: MakeContext, session: Session, channel: Channel
) -> None:
    enter(make_context(idempotency_key="k", channel=channel), Enter("1"))
    with pytest.raises(MessageIdReused):
        enter(make_context(idempotency_key="k", channel=channel), Enter("2"))
    assert numbers(session) == ["1"]
    assert trace(session).audited[1] == (register.NAME, "refused", "request.repeated")


def test_page_sent_again_with_other_content_is_another_request(
    enter: Operated, make_context: MakeContext, session: Session
) -> None:
    for number in ("1", "2", "1"):
        enter(make_context(idempotency_key="k", channel=Channel.WEB), Enter(number))
    assert numbers(session) == ["1", "2"]


def test_key_belongs_to_its_actor_and_its_operation(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    def enter_otherwise(context: Context, command: Enter) -> Entered:
        return register.enter(context, Enter(f"{command.number}-other"))

    enter_otherwise.__module__ = register.__name__
    enter, otherwise = operated(register.enter), operated(enter_otherwise)
    enter(make_context("aysel", idempotency_key="k"), Enter("1"))
    enter(make_context("rauf", idempotency_key="k"), Enter("2"))
    otherwise(make_context("aysel", idempotency_key="k"), Enter("3"))
    assert numbers(session) == ["1", "2", "3-other"]


def test_key_of_a_refused_request_may_be_used_again(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    open_register: list[str] = []

    def enter_when_open(context: Context, command: Enter) -> Entered:
        if not open_register:
            raise Conflict("register.closed", "Reyestr bağlıdır.")
        return register.enter(context, command)

    enter_when_open.__module__ = register.__name__
    enter = operated(enter_when_open)
    with pytest.raises(Conflict):
        enter(make_context(idempotency_key="k"), Enter("1"))
    open_register.append("now")
    assert enter(make_context(idempotency_key="k"), Enter("1")).number == "1"


def test_operation_that_is_not_repeatable_keeps_no_answer(
    operated: Callable[..., Operated], make_context: MakeContext, session: Session
) -> None:
    enter = operated(register.enter, repeatable=False)
    enter(make_context(idempotency_key="k"), Enter("1"))
    enter(make_context(idempotency_key="k"), Enter("2"))
    assert numbers(session) == ["1", "2"]
    assert session.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.slow
def test_one_key_from_many_threads_at_once_has_one_effect(
    enter: Operated, make_context: MakeContext, engine: Engine, session: Session
) -> None:
    start = Barrier(THREADS)

    def ask(race: int) -> Entered:
        with Session(engine) as own:
            context = make_context(session=own, idempotency_key=f"k{race}")
            start.wait()
            return enter(context, Enter(str(race)))

    with ThreadPoolExecutor(THREADS) as threads:
        answers = [list(threads.map(ask, [race] * THREADS)) for race in range(RACES)]
    assert all(len(set(race)) == 1 for race in answers)
    assert sorted(numbers(session)) == sorted(str(race) for race in range(RACES))
    assert trace(session).counted == {"completed": RACES}
    assert audit.verify(session) == (RACES, [])
    print(f"\nF3 | {RACES} x {THREADS} equal requests | {len(numbers(session))} effects")
