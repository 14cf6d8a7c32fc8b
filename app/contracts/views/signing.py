"""The contract itself: its text, its signature, the first password, renewal and end."""

from flask import Blueprint, current_app, redirect
from flask.typing import ResponseReturnValue

from app.accounts.operations import link_is_dead
from app.accounts.queries import find_link_owner
from app.accounts.rules import LinkUse
from app.accounts.views.proving import has_phones
from app.contracts import operations, queries
from app.contracts.forms import ActivateForm, SignedForm
from app.contracts.machine import Event, can, moved_on
from app.contracts.operations.signing import LARGEST_CONTAINER, signed_container
from app.contracts.queries import Case
from app.contracts.schedule import is_renewable
from app.contracts.views.showing import as_container, key_of
from app.core.clock import baku_date
from app.core.db import db
from app.core.public_ids import digest
from app.web.context import clock, context
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("contract_signing", __name__)


@blueprint.get("/contracts/<public_id>/text")
@allow("contracts.read_own")
def text(public_id: str) -> ResponseReturnValue:
    here = context()
    case = queries.get_own(here, key_of(public_id))
    return render("contracts/text.html", case=case, text=queries.open_contract_text(here, case).decode())


@blueprint.get("/contracts/<public_id>/contract.asice")
@allow("contracts.read_own")
def container(public_id: str) -> ResponseReturnValue:
    """To be signed; once it is signed, with its signature."""
    here, key = context(), key_of(public_id)
    case = queries.get_own(here, key)
    content = signed_container(here, case) if case.container else operations.unsigned_container(here, key)
    return as_container(content, case.number)


@blueprint.get("/contracts/<public_id>/sign")
@allow("contracts.sign")
def how_to_sign(public_id: str) -> ResponseReturnValue:
    return _sign_page(SignedForm(), able(public_id, Event.SIGN))


@blueprint.post("/contracts/<public_id>/sign")
@allow("contracts.sign")
def sign(public_id: str) -> ResponseReturnValue:
    case, form = able(public_id, Event.SIGN), SignedForm()
    if form.validate():
        with form.refusals():
            operations.sign(context(), form.command(key_of(public_id), LARGEST_CONTAINER))
            return redirect(f"/contracts/{public_id}", 303)
    return _sign_page(form, case)


def _sign_page(form: SignedForm, case: Case) -> ResponseReturnValue:
    """A reader is there in a demonstration; elsewhere a card signs by its holder's own tool."""
    has_reader: bool = current_app.extensions["settings"].is_demo
    return form.page("contracts/sign.html", case=case, has_reader=has_reader, has_phones=has_phones())


@blueprint.get("/contracts/<public_id>/renew")
@allow("contracts.renew")
def ask_renewal(public_id: str) -> ResponseReturnValue:
    case, today = able(public_id, Event.RENEW), baku_date(clock().now())
    is_time = case.valid_until is not None and is_renewable(case.valid_until, today)
    return render("contracts/renew.html", case=case, is_time=is_time)


@blueprint.post("/contracts/<public_id>/renew")
@allow("contracts.renew")
def renew(public_id: str) -> ResponseReturnValue:
    operations.renew(context(), operations.Own(key_of(public_id)))
    return redirect(f"/contracts/{public_id}", 303)


@blueprint.get("/contracts/<public_id>/leave")
@allow("contracts.leave")
def ask_end(public_id: str) -> ResponseReturnValue:
    return render("contracts/leave.html", case=able(public_id, Event.LEAVE))


@blueprint.post("/contracts/<public_id>/leave")
@allow("contracts.leave")
def leave(public_id: str) -> ResponseReturnValue:
    """Whoever came by the password of this contract is signed out by it."""
    operations.leave(context(), operations.Own(key_of(public_id)))
    return redirect("/contracts", 303)


def able(public_id: str, event: Event) -> Case:
    case = queries.get_own(context(), key_of(public_id))
    if not can(case.state, event):
        raise moved_on()
    return case


@blueprint.get("/contracts/activate/<token>")
@allow("contracts.activate")
def first_password(token: str) -> ResponseReturnValue:
    return ActivateForm().page("contracts/activate.html", token=token, username=_username(token))


@blueprint.post("/contracts/activate/<token>")
@allow("contracts.activate")
def activate(token: str) -> ResponseReturnValue:
    form, username = ActivateForm(), _username(token)
    if form.validate():
        with form.refusals():
            operations.activate(context(), form.command(token))
            return redirect("/contracts/activated", 303)
    return form.page("contracts/activate.html", token=token, username=username)


def _username(token: str) -> str:
    owner = find_link_owner(db.session(), digest(token), clock().now(), LinkUse.ACTIVATE)
    if owner is None:
        raise link_is_dead()
    return owner.username


@blueprint.get("/contracts/activated")
@allow("contracts.activate")
def activated() -> ResponseReturnValue:
    return render("contracts/activated.html")
