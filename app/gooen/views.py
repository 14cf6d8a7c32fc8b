"""The pages of source 1: who asks, is it he, the number, its print."""

from flask import Blueprint, make_response, redirect
from flask.typing import ResponseReturnValue

from app.accounts.views.browsers import bound, this_browser
from app.gooen import operations, queries
from app.gooen.forms import LookUpForm
from app.gooen.queries import FoundEnquiry
from app.picture_codes.views import shown
from app.reference.rules import HOME_COUNTRY
from app.web.context import context
from app.web.forms import Form
from app.web.guards import allow
from app.web.rendering import Values, render

blueprint = Blueprint("gooen", __name__)
BLANK = Values(citizenship=HOME_COUNTRY, kind="pin")


@blueprint.get("/gooen")
@allow("gooen.look_up")
def ask() -> ResponseReturnValue:
    browser = this_browser()
    page = render("gooen/form.html", values=BLANK, errors={}, **shown(browser.token))
    return bound(make_response(page), browser)


@blueprint.post("/gooen")
@allow("gooen.look_up")
def look_up() -> ResponseReturnValue:
    form, browser = LookUpForm(), this_browser()
    if form.validate():
        with form.refusals():
            found = operations.look_up(context(), form.command(browser.token))
            return redirect(f"/gooen/{found.public_id}", 303)
    form.code.raw_data = []  # Of the picture before.
    return form.page("gooen/form.html", **shown(browser.token))


@blueprint.get("/gooen/<public_id>")
@allow("gooen.read")
def enquiry(public_id: str) -> ResponseReturnValue:
    found = _found(public_id)
    return render("gooen/number.html" if found.number else "gooen/card.html", enquiry=found)


@blueprint.post("/gooen/<public_id>")
@allow("gooen.confirm")
def confirm(public_id: str) -> ResponseReturnValue:
    form = Form()
    if form.validate():
        with form.refusals():
            operations.confirm(context(), operations.Confirm(public_id, this_browser().token))
            return redirect(f"/gooen/{public_id}", 303)
    found = _found(public_id)
    return form.page("gooen/card.html", enquiry=found)


@blueprint.get("/gooen/<public_id>/print")
@allow("gooen.read")
def printed(public_id: str) -> ResponseReturnValue:
    found = _found(public_id)
    if found.number is None:
        return redirect(f"/gooen/{public_id}", 303)
    return render("gooen/print.html", enquiry=found)


def _found(public_id: str) -> FoundEnquiry:
    return queries.find_enquiry(context(), this_browser().token, public_id)
