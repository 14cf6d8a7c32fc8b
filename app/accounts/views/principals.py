"""«VÖEN/GÖÖEN-i seçin»: for whom one acts, and powers of attorney."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.forms import PowerForm
from app.accounts.rules import SCOPES
from app.accounts.views.entering import renumbered, session_token
from app.core.policy import may
from app.web.context import context
from app.web.forms import Form
from app.web.guards import allow, local_path
from app.web.rendering import render

blueprint = Blueprint("principals", __name__)


@blueprint.get("/principal")
@allow("accounts.choose_principal")
def choose() -> ResponseReturnValue:
    here = context()
    mine = queries.principals_of(here.session, queries.person_of(here), here.clock.now())
    target = local_path(request.args.get("next"))
    return render(
        "accounts/principal.html", principals=mine, chosen=here.actor.representation_id, scopes=SCOPES, next=target
    )


@blueprint.post("/principal")
@allow("accounts.choose_principal")
def chosen() -> ResponseReturnValue:
    command = operations.ChoosePrincipal(session_token(), request.form.get("principal", ""))
    chosen = operations.choose_principal(context(), command)
    return renumbered(chosen.token, local_path(request.args.get("next")))


@blueprint.get("/principal/powers")
@allow("accounts.read_powers")
def powers() -> ResponseReturnValue:
    return _powers_page(PowerForm())


@blueprint.post("/principal/powers")
@allow("accounts.give_power")
def give() -> ResponseReturnValue:
    form = PowerForm()
    if form.validate():
        with form.refusals():
            operations.give_power(context(), form.command())
            return redirect("/principal/powers", 303)
    return _powers_page(form)


def _powers_page(form: Form) -> ResponseReturnValue:
    here = context()
    may_give = may(here.actor, "accounts.give_power")
    return form.page("accounts/powers.html", powers=queries.powers(here), scopes=SCOPES, may_give=may_give)


@blueprint.post("/principal/powers/<public_id>/revoke")
@allow("accounts.revoke_power")
def revoke(public_id: str) -> ResponseReturnValue:
    operations.revoke_power(context(), operations.RevokePower(public_id))
    return redirect("/principal/powers", 303)
