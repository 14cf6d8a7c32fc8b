"""Guesses over many accounts and addresses: as many are let in as the rules say; strangers gain and break nothing."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from statistics import median
from time import process_time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from webtest import TestApp, TestResponse

from app.accounts.models import Account
from app.accounts.operations import WarnOfGuesses, warn_of_guesses
from app.core.audit import AuditEntry
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import db
from app.core.roles import Role
from app.notifications.models import Notification
from tests.thoroughness import IS_WHOLE
from tests.web.contracting import PASSWORD, form_with, new_browser, sign_in

pytestmark = pytest.mark.trust
LET_IN, THROTTLED = {404, 422}, 429
# With the PINs and the phones, which have houses of their own, ten thousand in all.
GUESSES, NAMES, ADDRESSES = (6000, 40, 200) if IS_WHOLE else (240, 6, 30)
LINKS = 1500 if IS_WHOLE else 60
WRONG = "guess"
HOME, STRANGER = "192.0.2.10", "203.0.113.7"
NUMBERS = re.compile(r'name="(?:csrf_token|form_id)" value="[^"]*"|\b[A-Z2-7]{4}-[A-Z2-7]{4}\b')


def bare(page: TestResponse) -> str:
    """Without the numbers of the form and of the request."""
    return NUMBERS.sub("", page.text)


class Ledger:
    """The rules as they are announced, kept by hand: what every attempt should be answered."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[int, datetime]] = {}
        self.addresses: dict[str, tuple[int, datetime]] = {}

    def lets_in(self, name: str, address: str, now: datetime) -> bool:
        tried, last = self.names.get(name, (0, now))
        pause = timedelta(seconds=min(2 ** (tried - 5), 900)) if tried >= 5 else timedelta(0)
        if now < last + pause or not self.has_room(address, 10, timedelta(minutes=5), now):
            return False
        self.names[name] = tried + 1, now
        self.count(address)
        return True

    def has_room(self, address: str, most: int, per: timedelta, now: datetime) -> bool:
        tried, since = self.addresses.get(address, (0, now))
        if now >= since + per:
            tried, since = 0, now
        self.addresses[address] = tried, since
        return tried < most

    def count(self, address: str) -> None:
        tried, since = self.addresses[address]
        self.addresses[address] = tried + 1, since


class Guesser:
    """One browser that comes from wherever it likes."""

    def __init__(self, portal: Flask) -> None:
        self.browser = new_browser(portal)
        self.token = form_with(self.browser.get("/login/password"), "username")["csrf_token"].value

    def send(self, path: str, address: str, **typed: str) -> TestResponse:
        sent = {"csrf_token": self.token, **typed}
        return self.browser.post(path, sent, extra_environ={"REMOTE_ADDR": address}, expect_errors=True)

    def password(self, username: str, address: str, password: str = WRONG) -> TestResponse:
        return self.send("/login/password", address, username=username, password=password)


@pytest.fixture
def guesser(portal: Flask) -> Guesser:
    return Guesser(portal)


def test_passwords_are_throttled_as_the_rules_say_and_each_owner_is_told_once(
    guesser: Guesser,
    account: Callable[..., str],
    system: Context,
    clock: FixedClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [f"owner{number}" for number in range(NAMES // 2)]
    for name in names:
        account(Role.CITIZEN, username=name)
    names += [f"nobody{number}" for number in range(NAMES // 2)]
    chance, ledger, found = Random(4), Ledger(), Counter[str]()
    addresses = [f"203.0.{number // 200}.{number % 200}" for number in range(ADDRESSES)]
    let_in: Counter[str] = Counter()
    for number in range(GUESSES):
        name, address = chance.choice(names), chance.choice(addresses)
        expected = ledger.lets_in(name, address, clock.now())
        status = guesser.password(name, address).status_int
        assert status == (422 if expected else THROTTLED), (number, name, address)
        found["let in" if expected else "throttled"] += 1
        let_in[name] += expected
        clock.advance(timedelta(seconds=chance.randrange(4)))
        if number % 100 == 99:
            warn_of_guesses(system, WarnOfGuesses())
    warn_of_guesses(system, WarnOfGuesses())
    assert min(found["let in"], found["throttled"]) > GUESSES // 20
    assert audited(system) == {name: let_in[name] for name in names[: NAMES // 2]}
    assert told(system) == {name: 1 for name in names[: NAMES // 2] if let_in[name] >= 5}
    with capsys.disabled():
        print(
            f"\npasswords: {GUESSES} guesses at {NAMES} names from {ADDRESSES} addresses: {found['let in']} let in, "
            f"{found['throttled']} throttled, {sum(told(system).values())} owners told once, wrong = 0"
        )


def audited(system: Context) -> dict[str, int]:
    """Every guess that was let in at an account has its row, and none that was throttled."""
    system.session.rollback()
    wrong = (AuditEntry.operation == "accounts.sign_in") & (AuditEntry.outcome == "refused")
    rows = select(Account.username, func.count()).join(AuditEntry, AuditEntry.object_id == Account.public_id)
    found = system.session.execute(rows.where(wrong).group_by(Account.username))
    return {str(row[0]): int(row[1]) for row in found}


def told(system: Context) -> dict[str, int]:
    system.session.rollback()
    rows = select(Account.username, func.count()).join(Notification, Notification.person_id == Account.person_id)
    guessed = rows.where(Notification.kind == "accounts.guessed").group_by(Account.username)
    return {str(row[0]): int(row[1]) for row in system.session.execute(guessed)}


def test_links_cannot_be_guessed_and_cost_little(
    guesser: Guesser, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, ledger, found = Random(5), Ledger(), Counter[str]()
    for _ in range(LINKS):
        address, token = f"203.0.113.{chance.randrange(2 if not IS_WHOLE else 8)}", secrets.token_urlsafe(32)
        expected = ledger.has_room(address, 20, timedelta(hours=1), clock.now())
        if expected:
            ledger.count(address)
        path = chance.choice(["/login/password/reset", "/notifications/settings/email"])
        answer = guesser.send(f"{path}/{token}", address, new_password="payızda sakit dəniz kənarı")
        assert answer.status_int == (404 if expected else THROTTLED)
        found["let in" if expected else "throttled"] += 1
        clock.advance(timedelta(seconds=2 if IS_WHOLE else 20))
    assert found["throttled"] > 0
    with capsys.disabled():
        print(f"\nlinks: {LINKS} guesses: {found['let in']} let in and not found, {found['throttled']} throttled")


@contextmanager
def statements(portal: Flask) -> Iterator[list[str]]:
    seen: list[str] = []
    with portal.app_context():
        engine = db.engine

    def note(*told: Any) -> None:
        if not told[2].startswith("PRAGMA"):
            seen.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_known_and_unknown_names_are_answered_alike(
    portal: Flask, guesser: Guesser, account: Callable[..., str], clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status, page, and what the database is asked; how long it takes is printed by the long run."""
    answers: dict[str, list[tuple[int, str, int]]] = {}
    times: dict[str, list[float]] = {}
    rounds = 40 if IS_WHOLE else 7
    guesser.password("first", STRANGER)  # The audit trail begins with its first row.
    account(Role.CITIZEN, username="owner")
    kinds = ("owner", "nobody")
    for number in range(rounds):
        # In turns, and each is the first as often: a machine is not as quick at every moment.
        for kind in kinds if number % 2 else kinds[::-1]:
            with statements(portal) as seen:
                began = process_time()
                answer = guesser.password(kind, f"198.51.{100 + (kind == 'owner')}.{number}")
                times.setdefault(kind, []).append(process_time() - began)
            told = (answer.status_int, bare(answer).replace(kind, ""), len(seen))
            answers.setdefault(kind, []).append(told)
    assert answers["owner"] == answers["nobody"]
    assert [status for status, _, _ in answers["owner"]].count(THROTTLED) == rounds - 5
    if IS_WHOLE:
        with capsys.disabled():
            print("\nms of CPU:", {kind: round(1000 * median(one), 2) for kind, one in times.items()})


def test_stranger_locks_nobody_out(
    portal: Flask, guesser: Guesser, account: Callable[..., str], clock: FixedClock
) -> None:
    """Whoever came from there before comes in at once; elsewhere the announced pause is enough."""
    account(Role.CITIZEN, username="owner", pin="7EF9G4H")
    sign_in(new_browser(portal, HOME), "owner")
    for number in range(60):
        guesser.password("owner", f"203.0.113.{number}")
        clock.advance(timedelta(minutes=1))
    assert guesser.password("owner", STRANGER).status_int == THROTTLED
    sign_in(new_browser(portal, HOME), "owner")
    for number in range(30):
        refused = guesser.password("owner", f"203.0.112.{number}")
    pause = int(refused.headers["Retry-After"])
    assert refused.status_int == THROTTLED
    assert pause <= 900
    clock.advance(timedelta(seconds=pause))
    sign_in(new_browser(portal, STRANGER), "owner")


def test_neighbours_of_the_owner_are_throttled_as_everybody(
    portal: Flask, guesser: Guesser, account: Callable[..., str]
) -> None:
    account(Role.CITIZEN, username="owner")
    sign_in(new_browser(portal, HOME), "owner")
    answers = [guesser.password("owner", f"192.0.2.{number}").status_int for number in range(100, 108)]
    assert answers == [422] * 5 + [THROTTLED] * 3


def test_owner_may_ask_for_a_link_while_strangers_guess(
    guesser: Guesser, account: Callable[..., str], browser: TestApp
) -> None:
    account(Role.CITIZEN, username="owner")
    for number in range(40):
        guesser.password("owner", f"203.0.113.{number}")
    form = form_with(browser.get("/login/password/forgot"), "username")
    form["username"] = "owner"
    assert form.submit().location.endswith("/login/password/sent")


def test_password_is_as_good_as_none_while_it_is_throttled(guesser: Guesser, account: Callable[..., str]) -> None:
    """Who guesses right in the pause is told nothing."""
    account(Role.CITIZEN, username="owner")
    wrong = [guesser.password("owner", f"203.0.113.{number}") for number in range(7)][-1]
    right = guesser.password("owner", STRANGER, PASSWORD)
    assert (right.status_int, bare(right)) == (THROTTLED, bare(wrong))
