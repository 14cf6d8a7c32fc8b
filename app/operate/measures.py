"""What the worker measures for /metrics now and then, because it costs a look into the database."""

from prometheus_client import Gauge

from app.archive.queries import archive_state
from app.core.context import Context

ENDANGERED = Gauge(
    "egomruk_kept_containers_endangered",
    "Kept containers near the end of their time-stamps: renewal has failed for weeks.",
    multiprocess_mode="mostrecent",
)
LOST = Gauge(
    "egomruk_kept_containers_lost", "Kept containers that were not renewed in time.", multiprocess_mode="mostrecent"
)
WAITING = Gauge(
    "egomruk_register_entries_waiting", "Decisions that wait for the register.", multiprocess_mode="mostrecent"
)


def measure(context: Context) -> None:
    state = archive_state(context.session, context.clock.now())
    context.session.rollback()
    ENDANGERED.set(state.endangered)
    LOST.set(state.lost)
    WAITING.set(state.waiting)
