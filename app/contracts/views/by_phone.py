"""The contract is signed with Asan imza: the number and the ID, the code to compare, the answer of the phone."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.operations import Watched, forgive_prompts
from app.accounts.views.browsers import bound, this_browser
from app.accounts.views.phones import begun, national, status_of, typed
from app.contracts import operations, queries
from app.contracts.forms import PhoneForm
from app.contracts.machine import Event
from app.contracts.queries import Case
from app.contracts.views.showing import key_of, word
from app.contracts.views.signing import able
from app.core.errors import N_, DomainError
from app.web.context import context
from app.web.forms import errors_of
from app.web.guards import allow
from app.web.htmx import by_script, moved, nothing_new
from app.web.i18n import translate
from app.web.rendering import Values, render

blueprint = Blueprint("contract_phones", __name__, url_prefix="/contracts/<public_id>/sign/phone")
ENTRY = "contracts/sign_phone.html"
# As much of it as a phone can show: fifty letters in any language.
ON_PHONE = N_("e-Gömrük: müqavilənin imzası")


@blueprint.get("")
@allow("contracts.begin_phone")
def ask_phone(public_id: str) -> ResponseReturnValue:
    case = able(public_id, Event.SIGN)
    values = Values({"phone": national(case.answers["phone"])})
    return render(ENTRY, case=case, values=values, errors={})


@blueprint.post("")
@allow("contracts.begin_phone")
def begin(public_id: str) -> ResponseReturnValue:
    case, form, browser = able(public_id, Event.SIGN), PhoneForm(), this_browser()
    if form.validate():
        with form.refusals():
            state = _begun(form.command(key_of(public_id), browser.token))
            return bound(redirect(f"/contracts/{public_id}/sign/phone/{state}", 303), browser)  # type: ignore[arg-type]
    return form.page(ENTRY, case=case)


def _begun(command: operations.BeginPhone) -> str:
    state, is_new = begun(
        lambda: operations.begin_phone(context(), command).public_id,
        lambda: operations.standing(context(), command),
    )
    if is_new:
        operations.ring_phone(context(), operations.RingPhone(command.key, command.browser, state, word(ON_PHONE)))
    return state


@blueprint.get("/<state>")
@allow("contracts.sign_by_phone")
def wait(public_id: str, state: str) -> ResponseReturnValue:
    watched = operations.watch(context(), key_of(public_id), this_browser().token, state)
    case = able(public_id, Event.SIGN)
    if not watched.ending:
        return render("contracts/sign_phone_code.html", case=case, watched=watched)
    return render(ENTRY, case=case, values=typed(watched), errors={"": translate(g.language, watched.ending)})


@blueprint.post("/<state>")
@allow("contracts.sign_by_phone")
def go_on(public_id: str, state: str) -> ResponseReturnValue:
    """Asked again and again by a script, or by a person who presses the button."""
    key, browser = key_of(public_id), this_browser().token
    if queries.get_own(context(), key).container:
        return _done(public_id)  # The button was pressed twice.
    watched, case = operations.watch(context(), key, browser, state), able(public_id, Event.SIGN)
    if watched.is_waiting:
        return nothing_new() if by_script() else redirect(request.path, 303)
    try:
        operations.sign_by_phone(context(), operations.SignByPhone(key, browser, state))
    except DomainError as error:
        return _refused(case, watched, error)
    forgive_prompts(context(), watched)
    return _done(public_id)


def _done(public_id: str) -> ResponseReturnValue:
    return moved(redirect(f"/contracts/{public_id}", 303))  # type: ignore[arg-type]


def _refused(case: Case, watched: Watched, error: DomainError) -> ResponseReturnValue:
    """The page to begin anew from, with what was typed."""
    texts = " ".join(errors_of(error, g.language).values())
    return render(ENTRY, case=case, values=typed(watched), errors={"": texts}), status_of(error)
