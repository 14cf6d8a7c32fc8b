"""Customs offices with their names from day to day."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from app.administration.forms import ClosingForm, NewOfficeForm, OfficeForm
from app.core.clock import baku_date
from app.core.db import db
from app.core.errors import N_, NotFound
from app.reference import operations, queries
from app.reference.queries import OfficeTerm
from app.web.context import context
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("offices", __name__)


@blueprint.get("/admin/offices")
@allow("administration.look")
def listed() -> ResponseReturnValue:
    terms = queries.office_terms(db.session())
    newest = {term.code: term for term in terms}
    return render("administration/offices.html", terms=terms, newest=newest, today=baku_date(context().clock.now()))


@blueprint.get("/admin/offices/new")
@allow("administration.look")
def ask_new() -> ResponseReturnValue:
    return NewOfficeForm().page("administration/office_new.html")


@blueprint.post("/admin/offices/new")
@allow("reference.open_office")
def new() -> ResponseReturnValue:
    form = NewOfficeForm()
    if form.validate():
        with form.refusals():
            operations.open_office(context(), form.command())
            return redirect("/admin/offices", 303)
    return form.page("administration/office_new.html")


@blueprint.get("/admin/offices/<code>/rename")
@allow("administration.look")
def ask_name(code: str) -> ResponseReturnValue:
    last = _last(code)
    values = Values({"name_az": last.name_az, "name_en": last.name_en, "name_ru": last.name_ru})
    return render("administration/office_rename.html", office=last, values=values, errors={})


@blueprint.post("/admin/offices/<code>/rename")
@allow("reference.rename_office")
def rename(code: str) -> ResponseReturnValue:
    form = OfficeForm()
    if form.validate():
        with form.refusals():
            operations.rename_office(context(), form.renaming(code))
            return redirect("/admin/offices", 303)
    return form.page("administration/office_rename.html", office=_last(code))


@blueprint.get("/admin/offices/<code>/close")
@allow("administration.look")
def ask_last_day(code: str) -> ResponseReturnValue:
    return ClosingForm().page("administration/office_close.html", office=_last(code))


@blueprint.post("/admin/offices/<code>/close")
@allow("reference.close_office")
def close(code: str) -> ResponseReturnValue:
    form = ClosingForm()
    if form.validate():
        with form.refusals():
            operations.close_office(context(), form.command(code))
            return redirect("/admin/offices", 303)
    return form.page("administration/office_close.html", office=_last(code))


def _last(code: str) -> OfficeTerm:
    terms = queries.office_terms(db.session(), code)
    if not terms:
        raise NotFound("reference.office", N_("Belə gömrük orqanı yoxdur."))
    return terms[-1]
