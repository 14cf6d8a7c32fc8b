"""Limits on attempts, counted for all processes together; who is counted is stored only as a keyed hash."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec
from sqlalchemy import String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Model, Prepared, write_transaction
from app.core.errors import N_, RateLimited


@dataclass(frozen=True, slots=True)
class Limit:
    """`maximum` attempts of one subject in `per`, which begins with the first of them.

    With `longest_pause` each further one waits twice as long instead, until there was none for `per`.
    """

    name: str
    subject: str
    maximum: int
    per: timedelta
    longest_pause: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    since: datetime
    last: datetime
    hits: int


def decide(limit: Limit, tally: Tally | None, now: datetime) -> tuple[Tally, timedelta]:
    """The tally after this attempt, and how long the subject must wait (nothing: the attempt is let in)."""
    # A tally from far ahead was made by a clock that went wrong; it must not lock anybody out until that day comes.
    if tally is None or tally.last > now + limit.per or _is_over(limit, tally, now):
        return Tally(now, now, 1), timedelta(0)
    if wait := _wait(limit, tally, now):
        # A refused attempt is not counted, so that a stranger's guesses cannot lock anybody out for good.
        return tally, wait
    # Processes ask in another order than they read the clock, so that `now` may lie a little before the last attempt.
    return Tally(tally.since, max(tally.last, now), tally.hits + 1), timedelta(0)


def _is_over(limit: Limit, tally: Tally, now: datetime) -> bool:
    return now >= (tally.since if limit.longest_pause is None else tally.last) + limit.per


def _wait(limit: Limit, tally: Tally, now: datetime) -> timedelta:
    doublings = tally.hits - limit.maximum
    if doublings < 0:
        return timedelta(0)
    if limit.longest_pause is None:
        return tally.since + limit.per - now
    pause = min(timedelta(seconds=2 ** min(doublings, 20)), limit.longest_pause)
    return max(tally.last + pause - now, timedelta(0))


class Limits(Protocol):
    def hit(self, limits: Sequence[Limit], now: datetime) -> None:
        """Counts one attempt under each limit, or raises RateLimited and counts nothing."""

    def check(self, limits: Sequence[Limit], now: datetime) -> None:
        """Raises RateLimited where one more attempt would be refused; counts nothing."""

    def forgive(self, limits: Sequence[Limit]) -> None:
        """Forgets the attempts of these subjects: they have shown who they are."""


class RateTally(Model):
    __tablename__ = "rate_tally"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    last: Mapped[datetime]
    hits: Mapped[int]


_MAKE = Prepared(lambda insert: insert(RateTally).on_conflict_do_nothing(index_elements=["key"]))
_HOLD = Prepared(
    lambda _: (
        select(RateTally.key, RateTally.since, RateTally.last, RateTally.hits)
        .where(RateTally.key.in_(bindparam("keys", expanding=True)))
        .order_by(RateTally.key)
        .with_for_update()
    )
)
_COUNT = Prepared(
    lambda _: (
        update(RateTally)
        .where(RateTally.key == bindparam("of_key"))
        .values(since=bindparam("since"), last=bindparam("last"), hits=bindparam("hits"))
    )
)


def hashed(limit: Limit, secret: str) -> str:
    return hmac.new(secret.encode(), f"{limit.name}\n{limit.subject}".encode(), hashlib.sha256).hexdigest()


def refuse(wait: timedelta) -> RateLimited:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    message = N_("Cəhdlərin sayı həddi aşdı. {retry_after} saniyədən sonra yenidən cəhd edin.")
    return RateLimited("limits.reached", message, retry_after=seconds)


def _refuse_any(tallies: Sequence[tuple[Limit, Tally | None]], now: datetime) -> None:
    waits = [decide(limit, tally, now)[1] for limit, tally in tallies]
    if longest := max(waits, default=timedelta(0)):
        raise refuse(longest)


@dataclass(frozen=True, slots=True)
class DatabaseLimits:
    """The default store: one row for each subject, in the database that all processes share."""

    session: Callable[[], Session]
    secret: str

    def hit(self, limits: Sequence[Limit], now: datetime) -> None:
        session = self.session()
        by_key = dict(sorted((hashed(limit, self.secret), limit) for limit in limits))
        with write_transaction(session, durable=False):
            tallies = self._held(session, list(by_key), now)
            decided = {key: decide(limit, tallies[key], now) for key, limit in by_key.items()}
            if longest := max((wait for _, wait in decided.values()), default=timedelta(0)):
                raise refuse(longest)
            _COUNT(session, [{"of_key": key, **asdict(tally)} for key, (tally, _) in decided.items()])

    def check(self, limits: Sequence[Limit], now: datetime) -> None:
        by_key = {hashed(limit, self.secret): limit for limit in limits}
        columns = RateTally.key, RateTally.since, RateTally.last, RateTally.hits
        rows = self.session().execute(select(*columns).where(RateTally.key.in_(sorted(by_key))))
        _refuse_any([(by_key[row.key], Tally(row.since, row.last, row.hits)) for row in rows], now)

    @staticmethod
    def _held(session: Session, keys: list[str], now: datetime) -> dict[str, Tally]:
        """The tallies, held until the commit; those not there yet are made first, for only a row can be held."""
        _MAKE(session, [{"key": key, "since": now, "last": now, "hits": 0} for key in keys])
        return {row.key: Tally(row.since, row.last, row.hits) for row in _HOLD(session, {"keys": keys})}

    def forgive(self, limits: Sequence[Limit]) -> None:
        session = self.session()
        with write_transaction(session, durable=False):
            session.execute(
                delete(RateTally).where(RateTally.key.in_(sorted(hashed(limit, self.secret) for limit in limits)))
            )


class RedisLimits:
    """For many machines: the same tallies in Redis, changed by optimistic transactions."""

    def __init__(self, url: str, secret: str) -> None:
        import redis

        self._redis = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        self._secret = secret

    def hit(self, limits: Sequence[Limit], now: datetime) -> None:
        keys = {f"e-gomruk:limit:{hashed(limit, self._secret)}": limit for limit in limits}

        def count(pipe: "redis.client.Pipeline") -> None:  # type: ignore[name-defined]  # noqa: F821
            decided = {key: decide(limit, self._tally(pipe.get(key)), now) for key, limit in keys.items()}
            if longest := max((wait for _, wait in decided.values()), default=timedelta(0)):
                raise refuse(longest)
            pipe.multi()
            for key, (tally, _) in decided.items():
                pipe.set(key, msgspec.json.encode(tally), ex=keys[key].per)

        self._redis.transaction(count, *keys)

    def check(self, limits: Sequence[Limit], now: datetime) -> None:
        keys = [f"e-gomruk:limit:{hashed(limit, self._secret)}" for limit in limits]
        stored: Any = self._redis.mget(keys)  # Its type leaves open whether answers are decoded; ours are not.
        _refuse_any(list(zip(limits, map(self._tally, stored), strict=True)), now)

    def forgive(self, limits: Sequence[Limit]) -> None:
        self._redis.delete(*(f"e-gomruk:limit:{hashed(limit, self._secret)}" for limit in limits))

    @staticmethod
    def _tally(stored: bytes | None) -> Tally | None:
        return None if stored is None else msgspec.json.decode(stored, type=Tally)
