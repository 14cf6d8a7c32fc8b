"""Errors say what is wrong without giving facts away."""

import pytest

from app.core.errors import (
    N_,
    Conflict,
    DomainError,
    Invalid,
    MessageIdReused,
    NotFound,
    Problem,
    RateLimited,
    Unavailable,
)


def test_error_carries_code_message_and_facts() -> None:
    error = Invalid("money.format", N_("«{value}» məbləğ deyil."), field="amount", box="22", value="x")

    assert (error.code, error.message, dict(error.facts)) == ("money.format", "«{value}» məbləğ deyil.", {"value": "x"})
    assert error.problems == (Problem("money.format", "«{value}» məbləğ deyil.", "amount", "22", {"value": "x"}),)


def test_fact_may_be_called_code_or_message() -> None:
    assert NotFound("tariff.code", N_("{code}"), code="0101", message="m").facts == {"code": "0101", "message": "m"}


def test_string_and_repr_hold_codes_but_no_facts() -> None:
    one = Invalid("pin.length", N_("{pin}"), pin="94FMDDD")
    both = Invalid.collect([*one.problems, Problem("name.empty", "", facts={"name": "Leyla"})])

    assert (str(one), str(both)) == ("pin.length", "pin.length, name.empty")
    assert repr(both) == "Invalid('pin.length', 'name.empty')"
    assert not any(secret in repr((error, error.problems)) for error in (one, both) for secret in ("94FMDDD", "Leyla"))


def test_collect_keeps_kind_and_order_of_problems() -> None:
    problems = [Problem("b", "B"), Problem("a", "A", field="x")]
    error = Conflict.collect(iter(problems))

    assert (type(error), list(error.problems), error.code) == (Conflict, problems, "b")


def test_collect_of_nothing_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Invalid.collect([])


@pytest.mark.parametrize("kind", [RateLimited, Unavailable])
def test_come_back_later_says_when(kind: type[RateLimited | Unavailable]) -> None:
    error = kind("limits.login", N_("{retry_after} saniyədən sonra yenidən cəhd edin."), retry_after=30)

    assert (error.retry_after, error.facts["retry_after"]) == (30, 30)
    assert kind.collect([Problem("a", "A")]).retry_after > 0


def test_kinds_are_distinct_and_a_reused_message_is_a_conflict() -> None:
    def family(kind: type[DomainError]) -> list[type[DomainError]]:
        return [kind, *(heir for child in kind.__subclasses__() for heir in family(child))]

    own = [kind for kind in family(DomainError) if kind.__module__ == DomainError.__module__]
    kinds = [kind.kind for kind in own if not kind.__name__.startswith("_")]
    assert len(set(kinds)) == len(kinds) == 8
    assert issubclass(MessageIdReused, Conflict)
