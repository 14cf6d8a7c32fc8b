"""One line and one measure for each request: which route, which answer, how long; never a value."""

import logging
import time
from functools import cache

from flask import Flask, Response, g, request
from prometheus_client import Histogram

log = logging.getLogger("app.access")

# Its count is the number of requests.
SECONDS = Histogram(
    "egomruk_request_seconds",
    "Requests and their time by route and status.",
    ("route", "status"),
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
)


def init_app(app: Flask) -> None:
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    known = g.__dict__
    took = time.perf_counter() - known.get("began", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "-"
    _measure(route, response.status_code).observe(took)
    facts = {
        "reference": known.get("reference", "-"),
        "actor": known["actor"].reference if "actor" in known else "-",
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(took * 1000, 1),
    }
    log.info("request", extra=facts)
    return response


@cache
def _measure(route: str, status: int) -> Histogram:
    """Looking it up by its labels costs more than counting."""
    return SECONDS.labels(route, status)
