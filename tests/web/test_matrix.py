"""Every route × every role answers as the policy table says, and no change comes from a forged request."""

from collections.abc import Callable, Iterable
from functools import partial

import pytest
from flask import Flask
from webtest import TestResponse

from app.core.context import Context
from app.core.operation import OPERATIONS
from app.core.policy import lacks_proof, may, policy
from app.core.roles import Assurance, Role
from tests.digests import digests
from tests.web.walk import ROLES, WITHOUT_TOKEN, Cast, Route, Visitor, routes

SERVER_ERROR = 500
TRAIL = {"audit_entry", "audit_head"}  # A look at people's data is an operation and leaves its row here.


@pytest.fixture
def cast(portal: Flask, system: Context) -> Cast:
    return Cast(portal, system)


LED_TO = {"/login": "to sign in", "/login/prove": "to a proof"}


def verdict(answer: TestResponse) -> str:
    if answer.status_int == 303 and (led := LED_TO.get(answer.location.partition("?")[0])):
        return led
    if answer.status_int == 403:
        return "refused"
    return "broken" if answer.status_int >= SERVER_ERROR else "allowed"


def expected(visitor: Visitor, rule: Route) -> str:
    if may(visitor.actor, rule.action):
        return "allowed"
    if rule.method == "GET" and lacks_proof(visitor.actor, rule.action) and visitor.role is not Role.ANONYMOUS:
        return "to a proof"
    return "to sign in" if visitor.role is Role.ANONYMOUS else "refused"


def test_every_cell_is_decided_by_the_policy_table(
    portal: Flask, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    cells, wrong = 0, []
    for assurance in (Assurance.FRESH, Assurance.STRONG, Assurance.PASSWORD):
        for role in ROLES:
            visitor = cast.enter(role, assurance)
            for rule in sorted(asked_of(portal, assurance), key=lambda rule: rule.method):
                # A change may end the session of whoever makes it.
                caller = cast.enter(role, assurance) if rule.method == "POST" else visitor
                found = verdict(caller.call(rule.path, rule.method))
                cells += 1
                if found != expected(caller, rule):
                    wrong.append((rule.method, rule.path, str(role), str(assurance), found))
    with capsys.disabled():
        print(f"\nrules × roles = {cells} cells, wrong = {len(wrong)}")
    assert wrong == [], wrong


def asked_of(portal: Flask, assurance: Assurance) -> list[Route]:
    """Every route as surely as can be; by less than that, those for which it is not enough."""
    return [
        rule for rule in routes(portal) if policy()[rule.action].assurance > assurance or assurance is Assurance.FRESH
    ]


def changed_by(system: Context, calls: Iterable[Callable[[], object]]) -> set[str]:
    """The tables that differ after all of them; one look for many calls, for each look reads the whole database."""
    before = digests(system.session)
    for call in calls:
        call()
    after = digests(system.session)
    return {table for table in after if after[table] != before[table]}


def test_looking_changes_nothing(portal: Flask, cast: Cast, system: Context) -> None:
    """No GET route changes a row of any table, whoever asks; counters and the last use of a session apart."""
    looks = [rule for rule in routes(portal) if rule.method == "GET"]
    asked = {"q": "gömrük", "without_login": "1", "next": "/documents"}
    for role in ROLES:
        visitor = cast.enter(role)
        for is_recorded in (False, True):
            alike = [rule for rule in looks if (rule.action in OPERATIONS) is is_recorded]
            calls = [partial(visitor.call, rule.path, "GET", **asked) for rule in alike]
            assert changed_by(system, calls) <= (TRAIL if is_recorded else set()), (role, [rule.path for rule in alike])


FORGERIES: dict[str, tuple[Callable[[Visitor, Visitor], dict[str, str]], dict[str, str], int]] = {
    "no token": (lambda _mine, _theirs: {}, {}, 400),
    "a token of nobody": (lambda _mine, _theirs: {"csrf_token": "made-up"}, {}, 400),
    "the token of another session": (lambda _mine, theirs: {"csrf_token": theirs.token}, {}, 400),
    "the right token in the address": (lambda _mine, _theirs: {}, {}, 400),
    "the right token sent by another site": (
        lambda mine, _theirs: {"csrf_token": mine.token},
        {"Sec-Fetch-Site": "cross-site"},
        403,
    ),
    "the right token sent by a sister site": (
        lambda mine, _theirs: {"csrf_token": mine.token},
        {"Sec-Fetch-Site": "same-site"},
        403,
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_change_is_refused_on_every_route(portal: Flask, cast: Cast, system: Context, name: str) -> None:
    make, headers, status = FORGERIES[name]
    guarded = [rule for rule in routes(portal) if rule.endpoint not in WITHOUT_TOKEN or status == 403]
    changes = [rule for rule in guarded if rule.method == "POST"]
    people = {role: cast.enter(role) for role in {whoever_may(rule) for rule in changes}}
    theirs, answers = cast.enter(Role.ANONYMOUS), {}

    def forge(rule: Route) -> None:
        mine = people[whoever_may(rule)]
        path = f"{rule.path}?csrf_token={mine.token}" if "address" in name else rule.path
        answer = mine.browser.post(path, params=make(mine, theirs), headers=headers, expect_errors=True)
        answers[rule.path] = answer.status_int

    assert changed_by(system, [partial(forge, rule) for rule in changes]) == set()
    assert set(answers.values()) == {status}, answers


def test_a_change_asked_for_by_get_changes_nothing(portal: Flask, cast: Cast, system: Context) -> None:
    looks = {rule.path for rule in routes(portal) if rule.method == "GET" and rule.action in OPERATIONS}
    changes = [rule for rule in routes(portal) if rule.method == "POST"]
    people = {role: cast.enter(role) for role in {whoever_may(rule) for rule in changes}}

    def ask(rule: Route) -> None:
        visitor = people[whoever_may(rule)]
        answer = visitor.call(rule.path, "GET", csrf_token=visitor.token, username="a.participant", password="x")
        assert answer.status_int in {200, 404, 405}, rule.path

    for is_look in (False, True):
        calls = [partial(ask, rule) for rule in changes if (rule.path in looks) is is_look]
        assert changed_by(system, calls) <= (TRAIL if is_look else set())


def whoever_may(rule: Route) -> Role:
    allowed = policy()[rule.action].roles
    return Role.PARTICIPANT if Role.PARTICIPANT in allowed else min(allowed & set(ROLES))
