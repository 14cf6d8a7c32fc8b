"""The table of who may do what: what it does not say is refused, and a wrong table is no table."""

import csv
from collections.abc import Callable
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import policy as policies
from app.core.context import ANONYMOUS, Actor
from app.core.errors import NotAllowed
from app.core.policy import COLUMNS, authorise, may, policy, read_policy
from app.core.roles import Assurance, Role

MARKS = {"participant": "yes", "officer": "yes"}


def table(*actions: str, assurance: str = "password", **marks: str) -> str:
    rows = [",".join([action, *((MARKS | marks).get(role, "-") for role in Role), assurance]) for action in actions]
    return "\n".join([",".join(COLUMNS), *rows])


@pytest.fixture
def with_table(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def put(text: str) -> None:
        monkeypatch.setattr(policies, "policy", lambda: read_policy(text))

    return put


def actor(*roles: Role, assurance: Assurance = Assurance.STRONG) -> Actor:
    return Actor(frozenset(roles), reference="account:test", assurance=assurance)


@given(st.text(max_size=30).filter(lambda name: name not in policy()), st.sampled_from(Role))
def test_unknown_action_is_allowed_to_nobody(action: str, role: Role) -> None:
    assert not may(actor(role), action)


@pytest.mark.parametrize("role", Role)
def test_role_may_what_the_table_marks_and_nothing_else(with_table: Callable[[str], None], role: Role) -> None:
    with_table(table("goods.weigh"))
    assert may(actor(role), "goods.weigh") is (role in {Role.PARTICIPANT, Role.OFFICER})


def test_actor_without_roles_may_nothing() -> None:
    assert not any(may(actor(), action) for action in policy())


def test_several_roles_may_what_one_of_them_may(with_table: Callable[[str], None]) -> None:
    with_table(table("goods.weigh"))
    assert may(actor(Role.CITIZEN, Role.OFFICER), "goods.weigh")


@pytest.mark.parametrize("given_assurance", Assurance)
@pytest.mark.parametrize("needed", Assurance)
def test_assurance_must_reach_what_the_action_needs(
    with_table: Callable[[str], None], given_assurance: Assurance, needed: Assurance
) -> None:
    with_table(table("goods.weigh", assurance=needed.name.lower()))
    assert may(actor(Role.OFFICER, assurance=given_assurance), "goods.weigh") is (given_assurance >= needed)


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (ANONYMOUS, "access.sign_in"),
        (actor(Role.CITIZEN), "access.role"),
        (actor(Role.OFFICER, assurance=Assurance.PASSWORD), "access.assurance"),
    ],
    ids=["anonymous", "role", "assurance"],
)
def test_refusal_names_what_is_missing(with_table: Callable[[str], None], who: Actor, code: str) -> None:
    with_table(table("goods.weigh", assurance="strong"))
    with pytest.raises(NotAllowed) as refused:
        authorise(who, "goods.weigh")
    assert refused.value.code == code


def test_unknown_action_reads_like_a_missing_role() -> None:
    with pytest.raises(NotAllowed) as refused:
        authorise(actor(Role.ADMIN), "no.such_action")
    assert refused.value.code == "access.role"


@pytest.mark.parametrize("mark", ["Yes", "YES", "no", "", "x", " yes"])
def test_mark_that_is_neither_yes_nor_dash_is_refused(mark: str) -> None:
    with pytest.raises(ValueError, match=r"goods\.weigh: citizen must be yes or -"):
        read_policy(table("goods.weigh", citizen=mark))


@pytest.mark.parametrize("assurance", ["", "weak", "2", "strong,yes"])
def test_wrong_last_column_is_refused(assurance: str) -> None:
    with pytest.raises(ValueError, match="the last column"):
        read_policy(table("goods.weigh", assurance=assurance))


def test_action_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        read_policy(table("goods.weigh", "goods.weigh"))


@pytest.mark.parametrize(
    ("known", "wrong"), [("broker", "brokers"), ("broker,", ""), (",assurance", ",king,assurance"), ("action", "name")]
)
def test_column_that_is_unknown_or_missing_is_refused(known: str, wrong: str) -> None:
    with pytest.raises(ValueError, match="columns"):
        read_policy(table("goods.weigh").replace(known, wrong, 1))


def test_row_that_ends_early_is_refused() -> None:
    with pytest.raises(ValueError, match="must be yes or -"):
        read_policy(f"{','.join(COLUMNS)}\ngoods.weigh,yes")


def test_empty_table_allows_nothing(with_table: Callable[[str], None]) -> None:
    with_table(",".join(COLUMNS))
    assert not may(actor(*Role), "web.public")


def test_table_of_the_portal_is_read_whole() -> None:
    lines = list(csv.reader(resources.files("app").joinpath("policy.csv").read_text("utf-8").splitlines()))
    assert len(policy()) == len(lines) - 1
