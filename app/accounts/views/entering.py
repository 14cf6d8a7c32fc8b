"""Who it is that asks; the choice of means; getting in and getting out."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.rules import MEANS_NAMES, WARNED_BEFORE, Purpose, ends_at
from app.accounts.views.e_signatures import has_e_signature
from app.core.db import db
from app.core.policy import may
from app.core.public_ids import digest
from app.web.context import clock, context, ports
from app.web.guards import allow, local_path
from app.web.i18n import LANGUAGES
from app.web.rendering import render

blueprint = Blueprint("accounts", __name__)
AFTER_SIGN_OUT = '"cache", "cookies", "storage"'


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who reads the page, as its frame shows him."""

    name: str
    principal: str
    roles: frozenset[str]
    chooses: bool  # Whether there are pages for him on which to choose a principal
    is_told: bool  # and to read notices, of which so many are
    unread: int
    ends_at: datetime  # When he is out if he does nothing any more,
    seconds: int  # how long that is from now,
    warned_in: int  # how long until he is asked whether he is still there,
    can_stay: bool  # and whether that would help.


def recognise() -> None:
    """Who holds the number that the browser sent; a number that is not good any more is as none."""
    g.viewer = None
    token = request.cookies.get(current_app.config["SIGN_IN_COOKIE_NAME"])
    if not token or request.endpoint == "static":
        return
    now = clock().now()
    with db.engine.connect().execution_options(one_read=True) as connection:
        found = queries.find_session(connection, digest(token), now)
    if found is None:
        return
    # The page asks for its warning by itself: nobody has done anything.
    is_noted = request.endpoint != "sessions.warning" and operations.is_noted_again(found.last_seen_at, now)
    _act_as(found, now if is_noted else found.last_seen_at, now)
    if is_noted:
        operations.keep_alive(context(), token)


def _act_as(found: queries.LiveSession, last_seen: datetime, now: datetime) -> None:
    actor = g.actor = found.actor
    end = ends_at(found.terms, found.began_at, last_seen)
    left = int((end - now).total_seconds())
    g.viewer = Viewer(
        name=actor.name,
        principal=found.principal,
        roles=frozenset(str(role) for role in actor.roles),
        chooses=may(actor, "accounts.choose_principal"),
        is_told=may(actor, "notifications.read"),
        unread=found.unread,
        ends_at=end,
        seconds=left,
        warned_in=max(left - int(WARNED_BEFORE.total_seconds()), 0),
        can_stay=end < found.began_at + found.terms.absolute,
    )


def session_token() -> str:
    """The number of this browser's session; only views that need a sign-in ask for it."""
    return request.cookies[current_app.config["SIGN_IN_COOKIE_NAME"]]


@blueprint.get("/login")
@allow("accounts.sign_in")
def choose_means() -> ResponseReturnValue:
    return render(
        "accounts/login.html",
        next=local_path(request.args.get("next")),
        closed=[MEANS_NAMES[means] for means in queries.barred_means(db.session())],
        has_e_signature=has_e_signature(),
        has_e_gov=ports().e_gov is not None,
        has_phones=ports().phones is not None,
    )


def enter(signed_in: operations.SignedIn, target: str) -> Response:
    """Into the portal: to a new password where the first one must go, else to where he wanted to be.

    Whose sign-in had only ended in this browser goes on with his form token: pages that wait in other windows, with
    what he typed, can be sent at once. Anybody else begins with a new one.
    """
    target = "/login/password/change" if signed_in.must_change else target
    before = request.cookies.get(current_app.config["SIGN_IN_COOKIE_NAME"], "")
    if queries.are_of_one_person(db.session(), digest(before), digest(signed_in.token)):
        return _carrying(signed_in.token, target)
    return renumbered(signed_in.token, target)


def admitted(signed_in: operations.SignedIn, purpose: Purpose, target: str) -> Response:
    """Whoever proved anew is who he was: the forms that he has open in other windows can still be sent."""
    return _carrying(signed_in.token, target) if purpose is Purpose.PROVE else enter(signed_in, target)


def renumbered(token: str, target: str) -> Response:
    """A new number and a new form token: nothing that was known before is good after it."""
    session.clear()
    return _carrying(token, target)


def _carrying(token: str, target: str) -> Response:
    answer = redirect(target, 303)
    answer.set_cookie(
        current_app.config["SIGN_IN_COOKIE_NAME"],
        token,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return answer  # type: ignore[return-value]


def agent() -> str:
    return request.user_agent.string


@blueprint.post("/logout")
@allow("accounts.sign_out")
def sign_out() -> ResponseReturnValue:
    signed_out = operations.sign_out(context(), operations.SignOut(session_token()))
    target = f"/logout/e-gov/{signed_out.farewell}" if signed_out.farewell else "/"
    session.clear()
    name = current_app.config["SIGN_IN_COOKIE_NAME"]
    # All that the browser holds of us is wiped, the chosen language too; the address carries it over.
    answer = redirect(target if g.language == LANGUAGES[0] else f"{target}?lang={g.language}", 303)
    answer.delete_cookie(name, path="/", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]), httponly=True)
    answer.headers["Clear-Site-Data"] = AFTER_SIGN_OUT
    return answer
