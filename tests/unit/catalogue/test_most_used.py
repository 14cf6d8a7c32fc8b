"""What is used most is counted anew after a minute, and asked of the database no sooner."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.catalogue import queries
from app.catalogue.queries import MOST_USED_KEPT, MostUsed

NOON = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the database will say, one answer after the other."""
    answers = [["gooen"], ["tariff", "gooen"]]
    monkeypatch.setattr(queries, "most_used", lambda *_: answers.pop(0))
    return answers


def slugs(kept: MostUsed, now: datetime) -> list[str]:
    return [service.slug for service in kept.services(Session, now)]


def test_answer_is_kept_for_a_minute(counted: list[list[str]]) -> None:
    kept = MostUsed()
    assert slugs(kept, NOON) == ["gooen"]
    assert slugs(kept, NOON + MOST_USED_KEPT - timedelta(seconds=1)) == ["gooen"]
    assert len(counted) == 1


@pytest.mark.parametrize("later", [MOST_USED_KEPT, -MOST_USED_KEPT])
def test_answer_is_asked_for_anew_after_a_minute_or_when_the_clock_was_put_back(
    counted: list[list[str]], later: timedelta
) -> None:
    kept = MostUsed()
    slugs(kept, NOON)
    assert slugs(kept, NOON + later) == ["tariff", "gooen"]
    assert counted == []
