"""The operations whose process is killed: how one request is made, and what must be found of it afterwards."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Participant, Representation
from app.border_goods.models import BorderEvent, BorderRecord
from app.border_goods.operations import RegisterGoods, register
from app.contracts.models import ContractKey
from app.contracts.operations import Begin, begin
from app.core.audit import AuditEntry
from app.core.context import ANONYMOUS, Channel, Context
from app.core.idempotency import IdempotencyKey
from app.core.outbox import OutboxRow
from app.core.ports import Paper, PaperKind, RegisteredPerson
from app.gooen.models import Gooen
from app.gooen.operations import Confirm, LookUp, PictureAnswer, confirm, look_up
from app.picture_codes.rules import code_of, new_picture
from tests.border_goods import goods, post_at

ROWS = 3  # In one batch of a post.
DAY = date(1980, 1, 1)


@dataclass(frozen=True)
class Work:
    """`halves` counts what belongs together and is not as often there as the rest."""

    ask: Callable[[Context, str], object]
    effects: Callable[[Session], Counter[str]]
    halves: Callable[[Session, int], int]


def _completed(operation: str) -> Any:
    """Requests by their number, as the trail knows them."""
    return select(AuditEntry.reference).where(AuditEntry.operation == operation, AuditEntry.outcome == "completed")


def _number_of(session: Session, table: Any, *conditions: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def _ask_for_a_contract(context: Context, key: str) -> None:
    begin(context, Begin("firm", "aysel@example.az"))


def _halves_of_contracts(session: Session, effects: int) -> int:
    """Link, message, stored answer and audit row."""
    counts = _number_of(session, ContractKey), _number_of(session, OutboxRow)
    answers = _number_of(session, IdempotencyKey, IdempotencyKey.answer != "")
    return max(abs(effects - number) for number in (*counts, answers))


class Everybody:
    """A register that knows whomever it is asked for, and no taxpayer."""

    def find(self, paper: Paper) -> RegisteredPerson:
        pin = paper.number
        return RegisteredPerson(pin, pin, "Quliyeva", "Aysel", "", DAY, "AA", pin, "ASAN3", DAY, None)

    def of_person(self, pin: str) -> None:
        """Nobody pays taxes here."""


def _ask_for_a_gooen(context: Context, key: str) -> None:
    """By a browser of its own; a request that is sent again looks the person up again."""
    registers = replace(context.ports, population=Everybody(), taxpayers=Everybody(), secret="secret")
    visitor = replace(context, actor=ANONYMOUS, channel=Channel.WEB, ports=registers)
    picture = new_picture(registers.secret, context.clock.now())
    answer = PictureAnswer(picture, code_of(registers.secret, picture, key))
    paper = Paper("AZ", PaperKind.PIN, f"{int(key.partition('-')[2]):07}")
    found = look_up(replace(visitor, idempotency_key=None), LookUp(paper, key, answer))
    confirm(visitor, Confirm(found.public_id, key))


def _gooen_given(session: Session) -> Counter[str]:
    return Counter(f"request-{int(person)}" for person in session.scalars(select(Gooen.person_number)))


def _halves_of_gooen(session: Session, effects: int) -> int:
    """Number, participant, and who he is."""
    return max(abs(effects - _number_of(session, table)) for table in (Gooen, Participant, Representation))


def _register_goods(context: Context, key: str) -> None:
    first = int(key.partition("-")[2]) * ROWS
    batch = RegisterGoods(tuple(goods(first + row) for row in range(ROWS)))
    answer = register(post_at(context), batch)
    assert answer.refused == 0


def _batches(session: Session) -> Counter[str]:
    numbers = session.scalars(select(BorderRecord.barcode))
    rows = Counter(f"request-{int(barcode[-7:]) // ROWS}" for barcode in numbers)
    return Counter(key for key, times in rows.items() if times == ROWS)


def _halves_of_batches(session: Session, effects: int) -> int:
    """Each row with its event, each batch whole, and its first time in the trail."""
    rows, events = _number_of(session, BorderRecord), _number_of(session, BorderEvent)
    batches = len(set(session.scalars(_completed("border_goods.register"))))
    return max(abs(rows - events), abs(rows - effects * ROWS), abs(batches - effects))


WORKS: Mapping[str, Work] = {
    "contracts": Work(
        _ask_for_a_contract,
        lambda session: Counter(session.scalars(_completed("contracts.begin"))),
        _halves_of_contracts,
    ),
    "gooen": Work(_ask_for_a_gooen, _gooen_given, _halves_of_gooen),
    "border goods": Work(_register_goods, _batches, _halves_of_batches),
}
