"""The outer door: every route names the action of the policy table that it needs, and is shut without one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from app.core.errors import N_, NotAllowed
from app.core.policy import authorise, lacks_proof, may

View = TypeVar("View", bound=Callable[..., object])
SAFE = {"GET", "HEAD", "OPTIONS"}
FAR = {"cross-site", "same-site"}
NEVER_ECHOED = ("password", "pin", "puk")
UNTYPED = {"csrf_token", "form_id"}
SENT_FROM_ELSEWHERE = N_("Sorğu bu portalın səhifəsindən göndərilməyib, ona görə də yerinə yetirilmədi.")


def allow(action: str) -> Callable[[View], View]:
    """Stands under the route: this view is for whoever may do `action`."""

    def mark(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    app.before_request(_guard)


def action_of(endpoint: str) -> str | None:
    return getattr(current_app.view_functions[endpoint], "action", None)


def _guard() -> Response | None:
    if request.endpoint is None:
        return None  # Nothing is routed here; Flask answers 404 or 405.
    _refuse_other_sites()
    action = action_of(request.endpoint)
    if action is None:
        raise RuntimeError(f"the route {request.endpoint} names no action")
    if g.actor.is_anonymous and not may(g.actor, action) and not typed():
        return to_sign_in()
    if request.method == "GET" and lacks_proof(g.actor, action):
        return _away(f"/login/prove?{urlencode({'next': this_page()})}")
    authorise(g.actor, action)
    return None


def _refuse_other_sites() -> None:
    """A browser that says that another site sent this is believed, also when the token is right."""
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") in FAR:
        raise NotAllowed("request.far", SENT_FROM_ELSEWHERE)


def to_sign_in() -> Response:
    """To the sign-in page and back; a fragment's request moves the whole page, not its part."""
    target = "/login"
    if request.method == "GET":
        target += "?" + urlencode({"next": this_page()})
    return _away(target)


def this_page() -> str:
    return request.full_path.rstrip("?")


def _away(target: str) -> Response:
    if getattr(request, "htmx", False):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)


def local_path(target: str | None) -> str:
    """Where to go after signing in: only to a page of ours that can be asked for by address."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return "/"
    if "\\" in target or any(ord(letter) <= 0x20 or ord(letter) == 0x7F for letter in target):  # noqa: PLR2004
        return "/"
    adapter = current_app.url_map.bind("localhost")
    try:
        adapter.match(target.partition("?")[0], method="GET")
    except RequestRedirect:
        return "/"
    except (NotFound, MethodNotAllowed, HTTPException):
        return "/"
    return target


def came_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this request."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    address: str = current_app.extensions["settings"].base_url
    return request.headers.get("Origin", "") == address


@dataclass(frozen=True, slots=True)
class Typed:
    """One answer that was sent; a secret one is asked for again and never shown."""

    name: str
    text: str
    is_secret: bool


def typed() -> list[Typed]:
    """What was sent, so that it can be sent again; for a request that its token, or its browser, says to be ours."""
    if request.method != "POST":
        return []
    sent = [(name, text) for name, text in request.form.items(multi=True) if name not in UNTYPED]
    secret = {name for name, _ in sent if any(part in name for part in NEVER_ECHOED)}
    return [Typed(name, "" if name in secret else text, name in secret) for name, text in sent]
