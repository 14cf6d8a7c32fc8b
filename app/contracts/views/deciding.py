"""What an officer does with an application: each act a button or a page of its own."""

from collections.abc import Callable

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.contracts import operations, queries
from app.contracts.forms import DecisionForm, ReasonForm, ReturnForm, SignatureForm
from app.contracts.machine import Event, can, moved_on
from app.contracts.queries import Case
from app.contracts.views.showing import shown
from app.core.context import Context
from app.documents.views import ACCEPT
from app.web.context import context
from app.web.forms import Form
from app.web.guards import allow
from app.web.rendering import Values

blueprint = Blueprint("contract_decisions", __name__, url_prefix="/officer/contracts/<public_id>")
FAULT = "fault-"


def _decided(public_id: str, decide: Callable[[Context, operations.Decide], object]) -> ResponseReturnValue:
    decide(context(), DecisionForm().command(public_id))
    return redirect(f"/officer/contracts/{public_id}", 303)


@blueprint.post("/check")
@allow("contracts.check_papers")
def check(public_id: str) -> ResponseReturnValue:
    return _decided(public_id, operations.check_papers)


@blueprint.post("/approve")
@allow("contracts.approve")
def approve(public_id: str) -> ResponseReturnValue:
    return _decided(public_id, operations.approve)


@blueprint.post("/issue")
@allow("contracts.issue")
def issue(public_id: str) -> ResponseReturnValue:
    return _decided(public_id, operations.issue)


@blueprint.post("/reissue")
@allow("contracts.reissue")
def reissue(public_id: str) -> ResponseReturnValue:
    return _decided(public_id, operations.reissue)


@blueprint.get("/return")
@allow("contracts.return_application")
def faults(public_id: str) -> ResponseReturnValue:
    return _page(ReturnForm(), "contracts/return.html", _able(public_id, Event.RETURN))


@blueprint.post("/return")
@allow("contracts.return_application")
def return_application(public_id: str) -> ResponseReturnValue:
    case, form = _able(public_id, Event.RETURN), ReturnForm()
    sent = {name.removeprefix(FAULT): text for name, text in request.form.items() if name.startswith(FAULT)}
    if form.validate():
        with form.refusals():
            operations.return_application(context(), form.returned(public_id, sent))
            return redirect(f"/officer/contracts/{public_id}", 303)
    typed = Values({f"{FAULT}{name}": text for name, text in sent.items()})
    return _page(form, "contracts/return.html", case, typed=typed)


@blueprint.get("/refuse")
@allow("contracts.refuse")
def grounds(public_id: str) -> ResponseReturnValue:
    return _page(ReasonForm(), "contracts/refuse.html", _able(public_id, Event.REFUSE))


@blueprint.post("/refuse")
@allow("contracts.refuse")
def refuse(public_id: str) -> ResponseReturnValue:
    case, form = _able(public_id, Event.REFUSE), ReasonForm()
    if form.validate():
        with form.refusals():
            operations.refuse(context(), form.refusal_of(public_id))
            return redirect(f"/officer/contracts/{public_id}", 303)
    return _page(form, "contracts/refuse.html", case)


@blueprint.get("/signature")
@allow("contracts.record_signature")
def paper_signature(public_id: str) -> ResponseReturnValue:
    return _page(SignatureForm(), "contracts/signature.html", _able(public_id, Event.RECORD))


@blueprint.post("/signature")
@allow("contracts.record_signature")
def record_signature(public_id: str) -> ResponseReturnValue:
    case, form = _able(public_id, Event.RECORD), SignatureForm()
    if form.validate():
        with form.refusals():
            operations.record_signature(context(), form.record_of(public_id))
            return redirect(f"/officer/contracts/{public_id}", 303)
    return _page(form, "contracts/signature.html", case)


@blueprint.get("/end")
@allow("contracts.end")
def grounds_of_end(public_id: str) -> ResponseReturnValue:
    return _page(ReasonForm(), "contracts/end.html", _able(public_id, Event.END))


@blueprint.post("/end")
@allow("contracts.end")
def end(public_id: str) -> ResponseReturnValue:
    case, form = _able(public_id, Event.END), ReasonForm()
    if form.validate():
        with form.refusals():
            operations.end(context(), form.end_of(public_id))
            return redirect(f"/officer/contracts/{public_id}", 303)
    return _page(form, "contracts/end.html", case)


def _page(form: Form, template: str, case: Case, **more: object) -> ResponseReturnValue:
    """The version of the page that was first seen stays, so that a stale decision is not carried out."""
    version = request.form.get("version", "") or case.version
    return form.page(template, version=version, accept=ACCEPT, **({"typed": Values({})} | shown(case) | more))


def _able(public_id: str, event: Event) -> Case:
    case = queries.get_case(context(), public_id)
    if not can(case.state, event):
        raise moved_on()
    return case
