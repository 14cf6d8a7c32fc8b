"""Every route × every role answers as the policy table says, and no change comes from a forged request."""

from collections.abc import Callable

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
# A look at people's data is an operation and leaves its row here; a page may show a new picture.
TRAIL = {"audit_entry", "audit_head", "data_look", "picture_code"}


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


def test_looking_changes_nothing(portal: Flask, cast: Cast, system: Context) -> None:
    """No GET route changes a row of any table, whoever asks; counters and the last use of a session apart."""
    changed = []
    for role in ROLES:
        visitor = cast.enter(role)
        before = digests(system.session)
        for rule in (rule for rule in routes(portal) if rule.method == "GET"):
            visitor.call(rule.path, "GET", q="gömrük", without_login="1", next="/documents")
            after = digests(system.session)
            kept = TRAIL if rule.action in OPERATIONS else set()
            changed += [
                (rule.path, str(role), table) for table in after if after[table] != before[table] and table not in kept
            ]
            before = after
    assert changed == []


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
    answers = {}
    guarded = (rule for rule in routes(portal) if rule.endpoint not in WITHOUT_TOKEN or status == 403)
    for rule in (rule for rule in guarded if rule.method == "POST"):
        mine, theirs = cast.enter(whoever_may(rule)), cast.enter(Role.ANONYMOUS)
        path = f"{rule.path}?csrf_token={mine.token}" if "address" in name else rule.path
        before = digests(system.session)
        answer = mine.browser.post(path, params=make(mine, theirs), headers=headers, expect_errors=True)
        answers[rule.path] = answer.status_int
        assert digests(system.session) == before, rule.path
    assert set(answers.values()) == {status}, answers


def test_a_change_asked_for_by_get_changes_nothing(portal: Flask, cast: Cast, system: Context) -> None:
    looks = {rule.path for rule in routes(portal) if rule.method == "GET" and rule.action in OPERATIONS}
    for rule in (rule for rule in routes(portal) if rule.method == "POST"):
        visitor = cast.enter(whoever_may(rule))
        before = digests(system.session)
        answer = visitor.call(rule.path, "GET", csrf_token=visitor.token, username="a.participant", password="x")
        assert answer.status_int in {200, 404, 405}, rule.path
        after = digests(system.session)
        changed = {table for table in after if after[table] != before[table]}
        assert changed <= (TRAIL if rule.path in looks else set()), rule.path


def whoever_may(rule: Route) -> Role:
    allowed = policy()[rule.action].roles
    return Role.PARTICIPANT if Role.PARTICIPANT in allowed else min(allowed & set(ROLES))
