"""The pages under /admin/systems: who calls the gateway, by which certificates, for what."""

from flask import Blueprint, current_app, redirect
from flask.typing import ResponseReturnValue

from app.core.clock import baku_date
from app.core.db import db
from app.core.errors import N_, NotFound
from app.reference.queries import list_offices
from app.systems import operations, queries
from app.systems.forms import CertificateForm, NewSystemForm, SystemForm, offered
from app.systems.rules import FAULT_CODES, KINDS
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("systems", __name__)
PAGE = "/admin/systems"


@blueprint.get(PAGE)
@allow("systems.look")
def listed() -> ResponseReturnValue:
    return render("systems/list.html", systems=queries.list_systems(db.session()), kinds=KINDS)


@blueprint.get(f"{PAGE}/new")
@allow("systems.look")
def ask_new() -> ResponseReturnValue:
    return _new_page(NewSystemForm())


def _new_page(form: NewSystemForm) -> ResponseReturnValue:
    here = context()
    offices = list_offices(here.session, baku_date(here.clock.now()))
    choices = [(office.code, f"{office.code} {office.name(here.language)}") for office in offices]
    return form.page("systems/new.html", offered=offered(), offices=choices)


@blueprint.post(f"{PAGE}/new")
@allow("systems.register_system")
def new() -> ResponseReturnValue:
    form = NewSystemForm()
    if form.validate():
        with form.refusals():
            command = form.command()
            operations.register_system(context(), command)
            return redirect(f"{PAGE}/{command.code}", 303)
    return _new_page(form)


@blueprint.get(f"{PAGE}/<code>")
@allow("systems.look")
def one(code: str) -> ResponseReturnValue:
    return CertificateForm().page("systems/system.html", **_about(code))


@blueprint.post(f"{PAGE}/<code>")
@allow("systems.add_certificate")
def add_certificate(code: str) -> ResponseReturnValue:
    form = CertificateForm()
    if form.validate():
        with form.refusals():
            operations.add_certificate(context(), form.command(code))
            return redirect(f"{PAGE}/{code}", 303)
    return form.page("systems/system.html", **_about(code))


@blueprint.get(f"{PAGE}/<code>/change")
@allow("systems.look")
def ask_change(code: str) -> ResponseReturnValue:
    system, _ = queries.registered(db.session(), code)
    until = f"{system.valid_until:%d.%m.%Y}" if system.valid_until else ""
    values = Values({"operations": system.operations.split(), "valid_until": until})
    return render("systems/change.html", system=system, offered=offered(), values=values, errors={})


@blueprint.post(f"{PAGE}/<code>/change")
@allow("systems.change_system")
def change(code: str) -> ResponseReturnValue:
    form = SystemForm()
    if form.validate():
        with form.refusals():
            operations.change_system(context(), form.change(code))
            return redirect(f"{PAGE}/{code}", 303)
    system, _ = queries.registered(db.session(), code)
    return form.page("systems/change.html", system=system, offered=offered())


@blueprint.post(f"{PAGE}/<code>/certificates/<sha256>/revoke")
@allow("systems.revoke_certificate")
def revoke(code: str, sha256: str) -> ResponseReturnValue:
    operations.revoke_certificate(context(), operations.RevokeCertificate(code, sha256))
    return redirect(f"{PAGE}/{code}", 303)


@blueprint.get(f"{PAGE}/<code>/close")
@allow("systems.look")
def ask_to_close(code: str) -> ResponseReturnValue:
    system, _ = queries.registered(db.session(), code)
    return render("systems/close.html", system=system)


@blueprint.post(f"{PAGE}/<code>/close")
@allow("systems.close_system")
def close(code: str) -> ResponseReturnValue:
    operations.close_system(context(), operations.CloseSystem(code))
    return redirect(PAGE, 303)


def _about(code: str) -> dict[str, object]:
    system, certificates = queries.registered(db.session(), code)
    return {"system": system, "certificates": certificates, "kind": KINDS[system.kind]}


@blueprint.get("/soap/v1/docs")
@allow("catalogue.read")
def contract() -> ResponseReturnValue:
    """The contract for those who write the programs that call; the gateway tells what it offers."""
    address = f"{context().ports.base_url}/soap/v1"
    offered_now = current_app.extensions["soap_operations"]
    return render("systems/contract.html", operations=offered_now, address=address, codes=FAULT_CODES)


@blueprint.get("/soap/v1/docs/<operation>")
@allow("catalogue.read")
def operation(operation: str) -> ResponseReturnValue:
    """One operation with what goes in and what comes out, and a message that may be sent as it stands."""
    one = next((one for one in current_app.extensions["soap_operations"] if one.name == operation), None)
    if one is None:
        raise NotFound("systems.no_operation", N_("Xidmətdə belə bir əməliyyat yoxdur."))
    return render("systems/operation.html", one=one)
