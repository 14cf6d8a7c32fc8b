"""For machines that watch the portal, and for the operator: health, measures, undelivered messages."""

from ipaddress import ip_address, ip_network
from os import environ

from flask import Blueprint, Response, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client import REGISTRY as OWN

from app.core import outbox
from app.operate import operations
from app.operate.queries import readiness
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("operate", __name__)


@blueprint.get("/healthz")
@allow("web.health")
def healthz() -> ResponseReturnValue:
    """This process answers; nothing else is asked."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
@allow("web.health")
def readyz() -> ResponseReturnValue:
    """Requests can be served; what exactly is wrong is for `e-gomruk check`, not for strangers."""
    settings = current_app.extensions["settings"]
    ready = all(finding.good for finding in readiness(context(), settings.instance))
    return Response(
        "ready\n" if ready else "not ready\n", 200 if ready else 503, content_type="text/plain; charset=utf-8"
    )


@blueprint.get("/metrics")
@allow("operate.read_metrics")
def metrics() -> ResponseReturnValue:
    """All worker processes together, where the server gave them a folder to share."""
    if not _may_measure(request.remote_addr or ""):
        abort(404)
    registry: CollectorRegistry = OWN
    if "PROMETHEUS_MULTIPROC_DIR" in environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_measure(address: str) -> bool:
    networks = current_app.extensions["settings"].metrics_from
    return any(ip_address(address) in ip_network(network) for network in networks)


@blueprint.get("/admin/outbox")
@allow("operate.read_outbox")
def undelivered() -> ResponseReturnValue:
    found, now = context(), context().clock.now()
    waiting, late = outbox.waiting(found.session, now)
    return render("operate/outbox.html", letters=outbox.dead_letters(found.session), waiting=waiting, late=int(late))


@blueprint.post("/admin/outbox")
@allow("operate.revive_messages")
def revive() -> ResponseReturnValue:
    chosen = tuple(int(text) for text in request.form.getlist("id") if text.isascii() and text.isdecimal())
    operations.revive_messages(context(), operations.ReviveMessages(chosen))
    return redirect("/admin/outbox", 303)
