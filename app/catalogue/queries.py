"""What the catalogue's pages show beside its texts: how often services are used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from sqlalchemy.orm import Session

from app.catalogue.rules import Service, load_services
from app.core.clock import baku_date
from app.core.errors import N_, NotFound
from app.core.service_counts import most_used

MOST_USED = 3
MOST_USED_SPAN = timedelta(days=30)
MOST_USED_KEPT = timedelta(minutes=1)


@cache
def _services_by_slug() -> Mapping[str, Service]:
    return {service.slug: service for service in load_services()}


def get_service(slug: str) -> Service:
    found = _services_by_slug().get(slug)
    if found is None:
        raise NotFound("catalogue.unknown", N_("Belə xidmət yoxdur."))
    return found


def list_by_slug(slugs: Iterable[str]) -> list[Service]:
    """Those services, in that order; one named twice or no service any more is left out."""
    known = _services_by_slug()
    return [known[slug] for slug in dict.fromkeys(slugs) if slug in known]


def list_most_used(session: Session, now: datetime) -> Sequence[Service]:
    since, among = baku_date(now - MOST_USED_SPAN), sorted(_services_by_slug())
    return list_by_slug(most_used(session, MOST_USED, since, among))


class MostUsed:
    """Those services as one process knows them, a minute old at most: the front page needs no query for them."""

    def __init__(self) -> None:
        self._counted_at = datetime.min.replace(tzinfo=UTC)
        self._services: Sequence[Service] = ()

    def services(self, session: Callable[[], Session], now: datetime) -> Sequence[Service]:
        if abs(now - self._counted_at) >= MOST_USED_KEPT:
            self._services = list_most_used(session(), now)
            self._counted_at = now
        return self._services
