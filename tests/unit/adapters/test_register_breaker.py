"""A register that fails again and again is left alone for a while, then asked by one who finds out."""

from app.adapters.registers.asking import FAILURES, REST_SECONDS, Breaker


def test_after_failures_in_a_row_nobody_asks_for_a_while() -> None:
    now = [0.0]
    breaker = Breaker(ticks=lambda: now[0])
    for _ in range(FAILURES - 1):
        breaker.tell(is_well=False)
    assert breaker.admit()
    breaker.tell(is_well=False)
    assert not breaker.admit()
    now[0] += REST_SECONDS - 0.1
    assert not breaker.admit()
    now[0] += 0.2
    assert [breaker.admit(), breaker.admit()] == [True, False]  # One finds out.
    breaker.tell(is_well=True)
    assert breaker.admit()


def test_an_answer_between_makes_failures_count_anew() -> None:
    breaker = Breaker(ticks=lambda: 0.0)
    for _ in range(FAILURES * 2):
        breaker.tell(is_well=False)
        breaker.tell(is_well=True)
    assert breaker.admit()
