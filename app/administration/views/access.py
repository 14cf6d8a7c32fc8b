"""Closed access: what is closed now, closing at once, proposing to open again."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.rules import MEANS_NAMES, Barred
from app.administration import operations, queries
from app.administration.forms import CloseForm, ReasonForm
from app.administration.views import words
from app.core.db import db
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("access", __name__)


@blueprint.get("/admin/access")
@allow("administration.read_bars")
def closed() -> ResponseReturnValue:
    bars = operations.read_bars(context(), operations.ReadBars())
    rows = [(words.KINDS[bar.kind], words.barred_subject(bar), bar) for bar in bars]
    return render("administration/access.html", rows=rows)


@blueprint.get("/admin/access/close")
@allow("administration.look")
def ask_to_close() -> ResponseReturnValue:
    """A person or a device comes with the address, from the page of that person; a means is chosen here."""
    kind, subject = request.args.get("kind", ""), request.args.get("subject", "")[:200]
    known = kind in tuple(Barred)
    values = Values({"kind": kind if known else "", "subject": subject if known else ""})
    return render("administration/close.html", values=values, errors={}, means=MEANS_NAMES)


@blueprint.post("/admin/access/close")
@allow("administration.close_access")
def close() -> ResponseReturnValue:
    form = CloseForm()
    if form.validate():
        with form.refusals():
            operations.close_access(context(), form.command())
            return redirect("/admin/access", 303)
    return form.page("administration/close.html", means=MEANS_NAMES)


@blueprint.get("/admin/access/<public_id>/reopen")
@allow("administration.read_bars")
def ask_to_reopen(public_id: str) -> ResponseReturnValue:
    return _reopening(ReasonForm(), public_id)


@blueprint.post("/admin/access/<public_id>/reopen")
@allow("administration.propose_reopening")
def reopen(public_id: str) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        with form.refusals():
            proposed = operations.propose_reopening(context(), form.reopening(public_id))
            return redirect(f"/admin/proposals/{proposed.public_id}", 303)
    return _reopening(form, public_id)


def _reopening(form: ReasonForm, public_id: str) -> ResponseReturnValue:
    bar = queries.find_bar(db.session(), public_id)
    subject = words.barred_subject(bar)
    return form.page("administration/reopen.html", bar=bar, kind=words.KINDS[bar.kind], subject=subject)
