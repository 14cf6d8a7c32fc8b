"""The contract is signed with a card in the demonstration's reader: gone to once to be read, once for PIN2."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.views.browsers import bound, this_browser
from app.contracts import operations, queries
from app.contracts.views.showing import key_of, word
from app.core.errors import N_, DomainError
from app.web.context import context
from app.web.errors import status_of
from app.web.guards import allow
from app.web.rendering import render
from signing.base64_text import encoded

blueprint = Blueprint("contract_cards", __name__, url_prefix="/contracts/<public_id>/sign/card")
TEXT = N_("e-Gömrük: müqavilənin imzalanması, {number}")


@blueprint.post("")
@allow("contracts.begin_card")
def begin(public_id: str) -> ResponseReturnValue:
    browser = this_browser()
    begun = operations.begin_card(context(), operations.BeginCard(key_of(public_id), browser.token))
    return bound(redirect(_reader(public_id, begun.public_id, "read", "certificate"), 303), browser)  # type: ignore[arg-type]


@blueprint.post("/certificate")
@allow("contracts.read_card")
def read(public_id: str) -> ResponseReturnValue:
    state, certificate, card = (request.form.get(name, "") for name in ("state", "certificate", "card"))
    is_cancelled = "cancelled" in request.form
    command = operations.ReadCard(key_of(public_id), this_browser().token, state, certificate, is_cancelled)
    try:
        operations.read_card(context(), command)
    except DomainError as error:
        return not_signed(error, public_id)
    return redirect(f"/contracts/{public_id}/sign/card/{state}?{urlencode({'card': card})}", 303)


@blueprint.get("/<state>")
@allow("contracts.sign_by_card")
def waiting(public_id: str, state: str) -> ResponseReturnValue:
    """The code first, so that it can be compared with what the reader shows."""
    try:
        found = operations.handover(context(), key_of(public_id), this_browser().token, state)
    except DomainError as error:
        return not_signed(error, public_id)
    sent = {"hash_name": found.hash_name, "digest": encoded(found.digest), "card": request.args.get("card", "")}
    reader = _reader(public_id, state, "use", "answer", **sent)
    return render("signatures/card.html", code=found.code, reader=reader, again=f"/contracts/{public_id}/sign")


@blueprint.post("/answer")
@allow("contracts.sign_by_card")
def answer(public_id: str) -> ResponseReturnValue:
    state, signature = (request.form.get(name, "") for name in ("state", "signature"))
    is_cancelled = "cancelled" in request.form
    is_locked = "locked" in request.form
    command = operations.AnswerCard(key_of(public_id), this_browser().token, state, signature, is_cancelled, is_locked)
    try:
        operations.sign_by_card(context(), command)
    except DomainError as error:
        return not_signed(error, public_id)
    return redirect(f"/contracts/{public_id}", 303)


def not_signed(error: DomainError, public_id: str) -> ResponseReturnValue:
    """Why it came to nothing, and where to begin anew."""
    status, headers = status_of(error)
    again = f"/contracts/{public_id}/sign"
    page = render(
        "signatures/not_signed.html", problems=error.problems, code=error.code, reference=g.reference, again=again
    )
    return page, status, headers


def _reader(public_id: str, state: str, page: str, answer: str, **sent: str) -> str:
    number = queries.get_own(context(), key_of(public_id)).number
    base: str = current_app.extensions["settings"].base_url
    asked = {"key": "signing", "text": word(TEXT).format(number=number), "state": state, **sent}
    asked["return_to"] = f"{base}/contracts/{public_id}/sign/card/{answer}"
    return f"/emulators/card/{page}?{urlencode(asked)}"
