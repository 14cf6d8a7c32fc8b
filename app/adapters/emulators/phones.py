"""Phones with a chip that signs, and the service that rings them: what each was asked, and what it answered."""

import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from app.adapters.emulators.chips import Chip, Chips, Locked, NoChip, Use, WrongSecret
from app.adapters.emulators.scripted_phones import PINS, SCRIPTS
from app.adapters.emulators.store import Store
from app.core.clock import Clock
from signing.signers.mobile import Kind, Result, control_code

RINGS_FOR = timedelta(minutes=2)
KEPT_FOR = timedelta(minutes=5)
LOOKS_EVERY_SECONDS = 0.1
USES = {Kind.AUTHENTICATION: Use.AUTHENTICATION, Kind.SIGNATURE: Use.SIGNING}


class NotWaiting(Exception):
    """The phone waits for no such answer any more."""


class NoSession(Exception):
    """The service knows of no such request, or not any more."""


class OutOfOrder(Exception):
    """The service fails."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a phone is to sign, for whom, and what it shows."""

    kind: Kind
    asker: str
    text: str
    digest: bytes
    hash_name: str


@dataclass(frozen=True, slots=True)
class Ringing:
    """A question on the screen of a phone."""

    id: str
    question: Question

    @property
    def use(self) -> Use:
        return USES[self.question.kind]

    @property
    def control_code(self) -> str:
        return control_code(self.question.digest)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a request ended; if it ended well, with a value, and the number of the chip that made it."""

    result: Result
    number: str = ""
    value: bytes = b""
    hash_name: str = ""


@dataclass(frozen=True)
class Phones:
    store: Store
    chips: Chips
    clock: Clock
    pause: Callable[[float], None] = time.sleep

    def subscriber(self, number: str, person: str) -> Chip:
        """The chip in the phone with this number, if it is that person's; he is named by his FIN or his user ID."""
        if script := SCRIPTS.get(number):
            if script.is_out_of_order:
                raise OutOfOrder
            self.chips.hand_out([SCRIPTS[name].chip for name in {number, script.signer}])
        chip = self.chips.find(number)
        if person not in {chip.fin, chip.user_id} or (script and script.result is Result.NOT_MID_CLIENT):
            raise NoChip
        return self.chips.find(script.signer) if script and not script.is_swapped else chip

    def ask(self, number: str, person: str, question: Question) -> str:
        """Rings a phone, and gives the number of the session. A number that nobody has is known by its result alone."""
        session, now = str(uuid.uuid4()), self.clock.now()
        answer = self._answered_at_once(number, person, question)
        with self.store.writing() as file:
            file.execute("DELETE FROM phone_request WHERE asked_at <= ?", ((now - KEPT_FOR).timestamp(),))
            facts = (session, number, question.kind, question.asker, question.text, question.hash_name, question.digest)
            file.execute(
                "INSERT INTO phone_request (id, number, kind, asker, text, hash_name, digest, asked_at, poll)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')",
                (*facts, now.timestamp()),
            )
            if answer:
                delay = SCRIPTS[number].delay if number in SCRIPTS else timedelta(0)
                _write_answer(file, session, answer, (now + delay).timestamp())
        return session

    def state(self, kind: Kind, session: str, seconds: float) -> Ended | None:
        """Waits so long for the phone to answer. Whoever asks anew takes the place of the one who waits."""
        poll, until = uuid.uuid4().hex, self.clock.now() + timedelta(seconds=seconds)
        with self.store.writing() as file:
            file.execute("UPDATE phone_request SET poll = ? WHERE id = ? AND kind = ?", (poll, session, kind))
        with self.store.reading() as file:
            while True:
                row = file.execute(
                    "SELECT * FROM phone_request WHERE id = ? AND kind = ? AND asked_at > ?",
                    (session, kind, (self.clock.now() - KEPT_FOR).timestamp()),
                ).fetchone()
                if row is None:
                    raise NoSession
                if ended := self._ended(row):
                    return ended
                if row["poll"] != poll or self.clock.now() >= until:
                    return None
                self.pause(LOOKS_EVERY_SECONDS)

    def ringing(self, number: str) -> Ringing | None:
        """What the phone shows: one thing at a time, the oldest first."""
        with self.store.reading() as file:
            for row in file.execute(f"{RINGING} ORDER BY asked_at", (number, self._since())):
                return _ringing(row)
        return None

    def confirm(self, number: str, session: str, pin: str) -> None:
        """Signs. Raises WrongSecret or Locked of the chip, NotWaiting when it is too late."""
        with self.store.reading() as file:
            row = file.execute(f"{RINGING} AND id = ?", (number, self._since(), session)).fetchone()
        if row is None:
            raise NotWaiting
        ringing = _ringing(row)
        question = ringing.question
        try:
            value = self.chips.sign(number, ringing.use, pin, question.digest, question.hash_name)
        except (WrongSecret, Locked):
            if self.chips.find(number).is_locked(ringing.use):
                with suppress(NotWaiting):  # Another guess at the same moment has ended it.
                    self._answer(number, session, Ended(Result.PIN_LOCKED))
            raise
        self._answer(number, session, Ended(Result.OK, number, value, question.hash_name))

    def cancel(self, number: str, session: str) -> None:
        self._answer(number, session, Ended(Result.USER_CANCELLED))

    def _answer(self, number: str, session: str, answer: Ended) -> None:
        with self.store.writing() as file:
            if not file.execute(f"{RINGING} AND id = ?", (number, self._since(), session)).fetchone():
                raise NotWaiting
            _write_answer(file, session, answer, self.clock.now().timestamp())

    def _answered_at_once(self, number: str, person: str, question: Question) -> Ended | None:
        """By a number that nobody has, by a phone whose PIN is locked, and by the numbers that answer by themselves."""
        try:
            chip = self.subscriber(number, person)
        except NoChip:
            return Ended(Result.NOT_MID_CLIENT)
        if number not in SCRIPTS:
            return Ended(Result.PIN_LOCKED) if chip.is_locked(USES[question.kind]) else None
        script, use = SCRIPTS[number], USES[question.kind]
        if script.result is not Result.OK:
            return Ended(script.result)
        digest = question.digest[::-1] if script.spoils_value else question.digest
        signer = script.signer if script.is_swapped else chip.number
        value = self.chips.sign(signer, use, PINS[use], digest, question.hash_name)
        return Ended(Result.OK, signer, value, question.hash_name)

    def _ended(self, row: sqlite3.Row) -> Ended | None:
        now = self.clock.now().timestamp()
        if row["result"] and row["answered_at"] <= now:
            return Ended(Result(row["result"]), row["signed_by"], row["value"], row["hash_name"])
        if row["asked_at"] <= now - RINGS_FOR.total_seconds():
            return Ended(Result.TIMEOUT)
        return None

    def _since(self) -> float:
        return (self.clock.now() - RINGS_FOR).timestamp()


RINGING = "SELECT * FROM phone_request WHERE number = ? AND asked_at > ? AND result IS NULL"


def _ringing(row: sqlite3.Row) -> Ringing:
    question = Question(Kind(row["kind"]), row["asker"], row["text"], row["digest"], row["hash_name"])
    return Ringing(row["id"], question)


def _write_answer(file: sqlite3.Connection, session: str, answer: Ended, at: float) -> None:
    file.execute(
        "UPDATE phone_request SET result = ?, signed_by = ?, value = ?, answered_at = ? WHERE id = ?",
        (answer.result, answer.number, answer.value, at, session),
    )
