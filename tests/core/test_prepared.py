"""Statements that are built once: run by their text they write exactly what SQLAlchemy would have written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, bindparam, event, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Participant
from app.core.db import Prepared, write_transaction
from app.core.idempotency import IdempotencyKey
from app.core.outbox import OutboxRow

BAKU_NOON = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=4)))


def participant(number: str, at: datetime = BAKU_NOON) -> dict[str, object]:
    return {
        "public_id": f"participant-{number}",
        "number": number,
        "name": "Xəzər",
        "address": "Bakı",
        "created_at": at,
    }


ENTER = Prepared(lambda insert: insert(Participant).on_conflict_do_nothing(index_elements=["number"]).inline())
RENAME = Prepared(
    lambda _: (
        update(Participant)
        .where(Participant.number == bindparam("of_number"))
        .values(name="Araz", address=func.upper(bindparam("where")))
    )
)


@pytest.fixture
def compiled(engine: Engine) -> Iterator[list[object]]:
    """What SQLAlchemy was asked to run as a statement of its own, rather than by its text."""
    seen: list[object] = []

    def note(_connection: object, statement: object, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_execute", note)
    yield seen
    event.remove(engine, "before_execute", note)


def test_values_are_made_into_what_the_driver_takes(session: Session, compiled: list[object]) -> None:
    with write_transaction(session):
        assert ENTER(session, participant("1")).rowcount == 1
        assert ENTER(session, participant("1")).rowcount == 0
        assert compiled == []
    found = session.execute(select(Participant.name, Participant.created_at)).one()
    assert found == ("Xəzər", BAKU_NOON)
    assert found.created_at.tzinfo is UTC


def test_objects_are_stored_as_json(session: Session) -> None:
    add = Prepared(lambda insert: insert(OutboxRow))
    row = {
        "key": "k",
        "topic": "mail",
        "payload": {"to": ["Əli"], "n": 1},
        "created_at": BAKU_NOON,
        "due_at": BAKU_NOON,
        "attempts": 0,
        "leased_by": "",
        "last_error": "",
    }
    with write_transaction(session):
        add(session, row)
    assert session.scalars(select(OutboxRow.payload)).one() == {"to": ["Əli"], "n": 1}


def test_what_a_type_refuses_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="an instant needs a zone"), write_transaction(session):
        ENTER(session, participant("1", BAKU_NOON.replace(tzinfo=None)))


def test_many_rows_are_one_call(session: Session, compiled: list[object]) -> None:
    with write_transaction(session):
        ENTER(session, [participant(number) for number in "123"])
        RENAME(session, [{"of_number": number, "where": "gəncə"} for number in "13"])
        assert compiled == []
    rows = select(Participant.number, Participant.name).order_by(Participant.number)
    assert session.execute(rows).all() == [("1", "Araz"), ("2", "Xəzər"), ("3", "Araz")]


def test_what_the_statement_itself_brings_is_kept(session: Session) -> None:
    with write_transaction(session):
        ENTER(session, participant("1"))
        assert RENAME(session, {"where": "lerik", "of_number": "1"}).rowcount == 1
    assert session.execute(select(Participant.name, Participant.address)).one() == ("Araz", "LERIK")


def test_columns_that_are_left_out_get_their_defaults(session: Session) -> None:
    add = Prepared(lambda insert: insert(IdempotencyKey))
    with write_transaction(session):
        add(session, {"scope": "s", "key": "k", "fingerprint": "f", "created_at": BAKU_NOON})
    assert session.scalars(select(IdempotencyKey.answer)).one() == ""


def test_lists_of_any_length_may_be_asked_for(session: Session) -> None:
    rename = Prepared(
        lambda _: (
            update(Participant).where(Participant.number.in_(bindparam("numbers", expanding=True))).values(name="Kür")
        )
    )
    with write_transaction(session):
        ENTER(session, [participant(number) for number in "123"])
        assert [rename(session, {"numbers": list(numbers)}).rowcount for numbers in ("", "1", "23")] == [0, 1, 2]


def test_faults_of_the_driver_are_those_that_everybody_knows(session: Session) -> None:
    add = Prepared(lambda insert: insert(Participant))
    with write_transaction(session):
        add(session, participant("1"))
    with pytest.raises(IntegrityError), write_transaction(session):
        add(session, participant("1"))
