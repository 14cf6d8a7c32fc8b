"""The pages of source 1: who asks, is it he, the number, its print; or what is wrong in his data."""

from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.views.browsers import bound, this_browser
from app.core.errors import N_, Invalid, NotFound
from app.documents.rules import FORMATS
from app.gooen import operations, queries
from app.gooen.forms import CorrectionForm, FollowForm, LookUpForm
from app.gooen.queries import FoundEnquiry
from app.gooen.rules import STAGES, WRONGS, check_address, check_correction_code, follow_limits
from app.picture_codes.views import shown
from app.reference.rules import HOME_COUNTRY
from app.web.attachments import attached
from app.web.context import context
from app.web.forms import Form, errors_of
from app.web.guards import allow
from app.web.rendering import Values, render
from signing.pdf.verification_code import code as qr_code

blueprint = Blueprint("gooen", __name__)
ACCEPT = ",".join(extension for form in FORMATS.values() for extension in form.extensions)
BLANK = Values(citizenship=HOME_COUNTRY, kind="pin")


@blueprint.get("/gooen")
@allow("gooen.look_up")
def ask() -> ResponseReturnValue:
    browser = this_browser()
    page = render("gooen/form.html", values=BLANK, errors={}, **_asked(browser.token))
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
    return form.page("gooen/form.html", **_asked(browser.token))


def _asked(browser: str) -> dict[str, object]:
    return {**shown(browser), "asks_birth_date": context().ports.asks_birth_date}


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


@blueprint.get("/gooen/<public_id>/code.svg")
@allow("gooen.read")
def code(public_id: str) -> ResponseReturnValue:
    """The QR code of the print: it leads to where anybody checks the number."""
    here = context()
    number = _found(public_id).number or ""
    return Response(qr_code(check_address(here.ports.base_url, number)), mimetype="image/svg+xml")


@blueprint.get("/gooen/<public_id>/pdf")
@allow("gooen.read")
def pdf(public_id: str) -> ResponseReturnValue:
    """The paper of the number, sealed."""
    found = _found(public_id)
    if found.pdf_sha256 is None:
        raise NotFound("gooen.no_pdf", N_("PDF hələ hazır deyil və ya hazırda verilmir. Səhifəni çap edin."))
    return attached(context().ports.blobs.open(found.pdf_sha256), "application/pdf", f"GOOEN-{found.number}.pdf")


@blueprint.get("/gooen/<public_id>/no")
@allow("gooen.report_error")
def ask_what_is_wrong(public_id: str) -> ResponseReturnValue:
    return CorrectionForm().page("gooen/wrong.html", enquiry=_found(public_id), accept=ACCEPT)


@blueprint.post("/gooen/<public_id>/no")
@allow("gooen.report_error")
def report(public_id: str) -> ResponseReturnValue:
    form, browser = CorrectionForm(), this_browser()
    if form.validate():
        with form.refusals():
            reported = operations.report_error(context(), form.command(public_id, browser.token))
            return redirect(f"/gooen/corrections/{reported.code}?sent=1", 303)
    return form.page("gooen/wrong.html", enquiry=_found(public_id), accept=ACCEPT)


@blueprint.get("/gooen/corrections")
@allow("gooen.follow")
def follow() -> ResponseReturnValue:
    form = FollowForm(formdata=request.args)
    if code := (form.code.data or "").strip():
        return redirect(f"/gooen/corrections/{quote(check_correction_code(code))}", 303)
    return render("gooen/follow.html", values=Values(), errors={})


@blueprint.get("/gooen/corrections/<code>")
@allow("gooen.follow")
def correction(code: str) -> ResponseReturnValue:
    here = context()
    here.ports.limits.hit(follow_limits(here.address), here.clock.now())
    found = queries.find_correction(here, code)
    return render("gooen/correction.html", found=found, stages=STAGES, wrongs=WRONGS, sent="sent" in request.args)


@blueprint.get("/gooen/check")
@allow("gooen.check_number")
def check() -> ResponseReturnValue:
    """The address under the QR code; asked for by GET, so that it can be sent on."""
    number = request.args.get("number", "")[:40]
    shown: dict[str, object] = {"values": Values(number=number), "errors": {}, "checked": None}
    if number:
        try:
            shown["checked"] = queries.check_number(context(), number)
        except Invalid as error:
            shown["errors"] = errors_of(error, g.language)
    return render("gooen/check.html", **shown)


def _found(public_id: str) -> FoundEnquiry:
    return queries.find_enquiry(context(), this_browser().token, public_id)
