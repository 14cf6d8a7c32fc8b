"""Proposals: what waits for a second administrator, what became of the others, and the decision."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.administration import operations
from app.administration.forms import RejectForm
from app.administration.rules import STATES, State
from app.administration.views import words
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("proposals", __name__)


@blueprint.get("/admin/proposals")
@allow("administration.read_proposals")
def listed() -> ResponseReturnValue:
    here, are_open = context(), "decided" not in request.args
    found = operations.read_proposals(here, operations.ReadProposals(are_open))
    now = here.clock.now()
    rows = [(words.change_of(one), words.subject_of(one), STATES[one.state(now)], one) for one in found]
    current = "/admin/proposals" if are_open else "/admin/proposals?decided=1"
    return render("administration/proposals.html", rows=rows, current=current, are_open=are_open)


@blueprint.get("/admin/proposals/<public_id>")
@allow("administration.read_proposal")
def one(public_id: str) -> ResponseReturnValue:
    return _page(RejectForm(), public_id)


@blueprint.post("/admin/proposals/<public_id>/confirm")
@allow("administration.confirm")
def confirm(public_id: str) -> ResponseReturnValue:
    operations.confirm(context(), operations.Confirm(public_id))
    return redirect(f"/admin/proposals/{public_id}", 303)


@blueprint.post("/admin/proposals/<public_id>/reject")
@allow("administration.reject")
def reject(public_id: str) -> ResponseReturnValue:
    form = RejectForm()
    if form.validate():
        with form.refusals():
            operations.reject(context(), form.command(public_id))
            return redirect(f"/admin/proposals/{public_id}", 303)
    return _page(form, public_id)


@blueprint.post("/admin/proposals/<public_id>/withdraw")
@allow("administration.withdraw")
def withdraw(public_id: str) -> ResponseReturnValue:
    operations.withdraw(context(), operations.Withdraw(public_id))
    return redirect(f"/admin/proposals/{public_id}", 303)


def _page(form: RejectForm, public_id: str) -> ResponseReturnValue:
    here = context()
    found = operations.read_proposal(here, operations.ReadProposal(public_id))
    state, me = found.state(here.clock.now()), here.actor.person_id
    word, tone = STATES[state]
    return form.page(
        "administration/proposal.html",
        proposal=found,
        change=words.change_of(found),
        subject=words.subject_of(found),
        state_word=word,
        state_tone=tone,
        is_mine=state is State.OPEN and found.proposed_by == me,
        is_to_decide=state is State.OPEN and me not in {found.proposed_by, found.person_id},
        concerns_me=state is State.OPEN and found.person_id == me,
    )
