"""How often each service was asked and what became of it (regulations 3.4.1 and 3.5.1)."""

import secrets
from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.clock import baku_date
from app.core.db import Model, Prepared, write_transaction

SHARDS = 8  # Several rows for one count, so that busy writers do not queue up for a single one.


class Outcome(StrEnum):
    OPENED = "opened"
    COMPLETED = "completed"
    REFUSED = "refused"
    FAILED = "failed"


class ServiceCount(Model):
    __tablename__ = "service_count"
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    service: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(10), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    requests: Mapped[int]


KEY = ("counted_on", "service", "channel", "outcome", "shard")
_ADD = Prepared(
    lambda insert: insert(ServiceCount).on_conflict_do_update(
        index_elements=KEY, set_={"requests": ServiceCount.requests + 1}
    )
)


def count(session: Session, service: str, channel: str, outcome: Outcome, at: datetime) -> None:
    """Adds one, inside the transaction that is under way."""
    key: dict[str, object] = {
        "service": service,
        "counted_on": baku_date(at),
        "channel": str(channel),
        "outcome": str(outcome),
        "shard": secrets.randbelow(SHARDS),
    }
    _ADD(session, key | {"requests": 1})


def count_opening(session: Session, service: str, channel: str, at: datetime) -> None:
    """A look at a service's page: counted, but not worth a disk's answer."""
    with write_transaction(session, durable=False):
        count(session, service, channel, Outcome.OPENED, at)


def most_used(session: Session, number: int, since: date, among: Collection[str]) -> list[str]:
    """Those of these services that were asked for most since that day, busiest first."""
    total = func.sum(ServiceCount.requests)
    statement = (
        select(ServiceCount.service)
        .where(ServiceCount.counted_on >= since, ServiceCount.service.in_(among))
        .group_by(ServiceCount.service)
        .order_by(total.desc(), ServiceCount.service)
        .limit(number)
    )
    return list(session.scalars(statement))
