"""«Girişlərim»: where one is signed in, and how to end it."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.views.entering import session_token
from app.core.public_ids import digest
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/sessions")
@allow("accounts.end_session")
def mine() -> ResponseReturnValue:
    here = context()
    opened = queries.open_sessions(here, digest(session_token()))
    return render("accounts/sessions.html", sessions=opened, has_password=here.actor.account_id is not None)


@blueprint.post("/sessions/<public_id>/end")
@allow("accounts.end_session")
def end(public_id: str) -> ResponseReturnValue:
    operations.end_session(context(), operations.EndSession(public_id))
    return redirect("/sessions", 303)


@blueprint.post("/sessions/end-others")
@allow("accounts.end_other_sessions")
def end_others() -> ResponseReturnValue:
    operations.end_other_sessions(context(), operations.EndOtherSessions(session_token()))
    return redirect("/sessions", 303)


@blueprint.get("/sessions/warning")
@allow("accounts.watch_session")
def warning() -> ResponseReturnValue:
    """How long the sign-in lasts still; the part of it that every page shows is in its frame."""
    return render("accounts/warning.html")


@blueprint.post("/sessions/stay")
@allow("accounts.stay")
def stay() -> ResponseReturnValue:
    """That he asks is what keeps him in, see `entering.recognise`."""
    return redirect("/sessions/warning", 303)
