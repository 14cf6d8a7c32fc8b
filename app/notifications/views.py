"""The inbox: what one was told, the newest first."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from app.notifications import operations, queries
from app.web.context import context
from app.web.guards import allow, local_path
from app.web.i18n import translate
from app.web.rendering import render

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
@allow("notifications.read")
def listed() -> ResponseReturnValue:
    only_unread = "unread" in request.args
    found = queries.inbox(context(), request.args.get("older", "")[:32], only_unread=only_unread)
    rows = [
        (translate(g.language, one.words.subject), translate(g.language, one.words.text, **one.facts), one)
        for one in found.notices
    ]
    current = "/notifications?unread=1" if only_unread else "/notifications"
    more = f"{current}{'&' if only_unread else '?'}older={found.older}" if found.older else ""
    return render("notifications/inbox.html", rows=rows, more=more, current=current, only_unread=only_unread)


@blueprint.post("/notifications/<public_id>/read")
@allow("notifications.mark_read")
def read(public_id: str) -> ResponseReturnValue:
    marked = operations.mark_read(context(), operations.MarkRead(public_id))
    return redirect(local_path(marked.link) if marked.link else "/notifications", 303)


@blueprint.post("/notifications/read-all")
@allow("notifications.mark_all_read")
def read_all() -> ResponseReturnValue:
    operations.mark_all_read(context(), operations.MarkAllRead())
    return redirect("/notifications", 303)
