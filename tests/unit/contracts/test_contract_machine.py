"""The life of a contract: whatever is tried in whatever order, only what the table allows happens."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contracts.machine import (
    EVENT_WORDS,
    FINAL,
    IN_FORCE,
    IN_HAND,
    MOVES,
    OPEN,
    WAITING,
    WORDS,
    By,
    Event,
    State,
    can,
    drawing,
    move_of,
)
from app.contracts.mails import MAILS
from app.core.errors import Conflict
from app.notifications.rules import KINDS
from app.settings import ROOT

EVENTS = st.lists(st.sampled_from(list(Event)), max_size=60)


def lived(events: list[Event]) -> list[tuple[State, Event, State]]:
    """What of this came about, from a draft on."""
    state, steps = State.DRAFT, []
    for event in events:
        if (state, event) not in MOVES:
            with pytest.raises(Conflict):
                move_of(state, event)
            continue
        after = move_of(state, event).after
        steps.append((state, event, after))
        state = after
    return steps


@given(EVENTS)
def test_nobody_gets_a_user_name_without_every_step_before_it(events: list[Event]) -> None:
    steps = lived(events)
    done = [event for _, event, _ in steps]
    for place, event in enumerate(done):
        before = done[:place]
        if event is Event.ACTIVATE:
            assert Event.ISSUE in before
        if event is Event.ISSUE:
            assert before[-1] in {Event.SIGN, Event.RECORD}
            assert before[-2] is Event.APPROVE
            assert before[-3] is Event.CHECK
            assert before[-4] is Event.SEND


@given(EVENTS)
def test_what_is_over_stays_over(events: list[Event]) -> None:
    steps = lived(events)
    assert all(before not in FINAL for before, _, _ in steps)


@given(EVENTS)
def test_the_portal_alone_never_gives_anything(events: list[Event]) -> None:
    for before, event, after in lived(events):
        if MOVES[before, event].by is By.PORTAL:
            assert after in {State.LAPSED, State.EXPIRED}


@given(EVENTS)
def test_a_sent_application_is_changed_only_after_it_was_returned(events: list[Event]) -> None:
    for before, event, after in lived(events):
        assert after not in OPEN or event is Event.RETURN
        assert before in OPEN or event is not Event.SEND


def test_every_state_is_reached_and_every_open_one_left() -> None:
    reached = {State.DRAFT} | {move.after for move in MOVES.values()}
    assert reached == set(State)
    assert {State.REFUSED, State.WITHDRAWN, State.LAPSED, State.EXPIRED, State.ENDED} == FINAL


def test_only_a_second_officer_issues_and_only_who_has_had_it_counts() -> None:
    second = {event for (_, event), move in MOVES.items() if move.by is By.SECOND}
    assert Event.ISSUE in second
    assert set(IN_HAND) == {Event.RETURN, Event.CHECK, Event.APPROVE, Event.REFUSE, Event.RECORD}


def test_the_committee_has_a_term_exactly_where_it_has_to_act() -> None:
    for state in WAITING:
        assert any(MOVES[state, event].by in {By.OFFICER, By.SECOND} for event in can(state))
    assert set(IN_FORCE) == {State.CREDENTIALS_ISSUED, State.ACTIVATED}


def test_everything_has_its_words() -> None:
    assert WORDS.keys() == set(State)
    assert EVENT_WORDS.keys() == set(Event)
    assert {move.tells for move in MOVES.values() if move.tells} <= KINDS.keys() & MAILS.keys()
    assert max(Counter(WORDS.values()).values()) == 1


def test_no_subject_of_a_mail_has_a_place_for_a_fact() -> None:
    assert [kind.subject for kind in MAILS.values() if re.search(r"[{}]", kind.subject)] == []


def test_the_picture_in_the_documentation_is_that_of_the_table() -> None:
    assert f"```mermaid\n{drawing()}\n```" in (ROOT / "docs" / "contracts.md").read_text("utf-8")
