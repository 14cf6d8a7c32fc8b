"""A card in the demonstration's reader: the number to sign goes there, and what it signed comes back."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import operations
from app.accounts.rules import Purpose
from app.accounts.views.asking import Asked, asked, not_shown
from app.accounts.views.browsers import bound, this_browser
from app.accounts.views.entering import admitted
from app.core.errors import N_, DomainError
from app.web.context import context
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import render
from signing.base64_text import encoded

blueprint = Blueprint("cards", __name__, url_prefix="/login/e-signature")
ANEW = "/login/e-signature"
TEXTS = {
    Purpose.SIGN_IN: N_("e-Gömrük portalına giriş"),
    Purpose.PROVE: N_("e-Gömrük portalında şəxsiyyətin yenidən təsdiqi"),
}


@blueprint.post("")
@allow("accounts.begin_card")
def begin() -> ResponseReturnValue:
    wanted, browser = asked(), this_browser()
    begun = operations.begin_card(context(), operations.BeginCard(browser.token, wanted.purpose, wanted.target))
    return bound(redirect(f"{ANEW}/{begun.public_id}{wanted.query}", 303), browser)  # type: ignore[arg-type]


@blueprint.get("/<public_id>")
@allow("accounts.begin_card")
def waiting(public_id: str) -> ResponseReturnValue:
    """The code first, so that it can be compared with what the reader shows."""
    try:
        found = operations.handover(context(), this_browser().token, public_id)
    except DomainError as error:
        return not_shown(error, ANEW, asked())
    wanted = Asked(found.purpose, found.target)
    sent = {
        "key": "authentication",
        "hash_name": operations.HASH_NAME,
        "digest": encoded(found.digest),
        "text": translate(g.language, TEXTS[found.purpose]),
        "return_to": f"{current_app.extensions['settings'].base_url}{ANEW}/answer{wanted.query}",
        "state": public_id,
    }
    reader = f"/emulators/card/use?{urlencode(sent)}"
    return render("accounts/card.html", code=found.code, reader=reader, asked=wanted)


@blueprint.post("/answer")
@allow("accounts.answer_card")
def answer() -> ResponseReturnValue:
    state, certificate, signature = (request.form.get(name, "") for name in ("state", "certificate", "signature"))
    is_cancelled = "cancelled" in request.form
    is_locked = "locked" in request.form
    command = operations.AnswerCard(this_browser(), state, certificate, signature, is_cancelled, is_locked)
    try:
        answered = operations.answer_card(context(), command)
    except DomainError as error:
        return not_shown(error, ANEW, asked())
    return admitted(answered.signed_in, answered.purpose, answered.target)
