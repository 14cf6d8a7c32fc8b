"""Who may do what: one table, `app/policy.csv`; what it does not list nobody may do."""

import csv
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from app.core.context import Actor
from app.core.errors import N_, NotAllowed
from app.core.roles import Assurance, Role

COLUMNS = ["action", *Role, "assurance"]


@dataclass(frozen=True, slots=True)
class Rule:
    action: str
    roles: frozenset[Role]
    assurance: Assurance


@cache
def policy() -> dict[str, Rule]:
    """The table of this portal, read once."""
    return read_policy(resources.files("app").joinpath("policy.csv").read_text("utf-8"))


def read_policy(text: str) -> dict[str, Rule]:
    """Strictly: an unknown column, role or mark stops the start."""
    rows = csv.DictReader(text.splitlines())
    if list(rows.fieldnames or ()) != COLUMNS:
        raise ValueError(f"policy.csv: the columns must be {', '.join(COLUMNS)}")
    rules = [_rule(row) for row in rows]
    table = {rule.action: rule for rule in rules}
    if len(table) != len(rules):
        raise ValueError("policy.csv lists an action twice")
    return table


def _rule(row: dict[str, str]) -> Rule:
    wrong = [role for role in Role if row[role] not in {"yes", "-"}]
    if wrong:
        raise ValueError(f"policy.csv: {row['action']}: {', '.join(wrong)} must be yes or -")
    if (row["assurance"] or "").upper() not in Assurance.__members__ or None in row:
        raise ValueError(f"policy.csv: {row['action']}: the last column must be none, password, strong or fresh")
    return Rule(
        row["action"], frozenset(role for role in Role if row[role] == "yes"), Assurance[row["assurance"].upper()]
    )


def may(actor: Actor, action: str) -> bool:
    rule = policy().get(action)
    return (
        rule is not None
        and bool(rule.roles & actor.roles)
        and subject(action) not in actor.closed
        and actor.assurance >= rule.assurance
    )


def lacks_proof(actor: Actor, action: str) -> bool:
    """Whether he may do this as soon as he has shown anew, and surely enough, who he is."""
    return not may(actor, action) and may(replace(actor, assurance=Assurance.FRESH), action)


def subject(action: str) -> str:
    return action.partition(".")[0]


def authorise(actor: Actor, action: str) -> None:
    """Raises unless the table lets this actor do this; the reason names what is missing, not what exists."""
    if may(actor, action):
        return
    if actor.is_anonymous:
        raise NotAllowed("access.sign_in", N_("Bu səhifə üçün portala daxil olmaq lazımdır."))
    rule = policy().get(action)
    if rule is None or not rule.roles & actor.roles:
        raise NotAllowed("access.role", N_("Bu əməliyyat üçün səlahiyyətiniz yoxdur."))
    if subject(action) in actor.closed:
        raise NotAllowed("access.scope", N_("Etibarnaməniz bu əməliyyatı əhatə etmir."))
    if actor.assurance is Assurance.STRONG:
        raise NotAllowed(
            "access.fresh", N_("Bu əməliyyatdan əvvəl elektron imza və ya Asan imza ilə yenidən təsdiq edin.")
        )
    raise NotAllowed(
        "access.assurance", N_("Bu əməliyyat üçün elektron imza və ya Asan imza ilə daxil olmaq lazımdır.")
    )
