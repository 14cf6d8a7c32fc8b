"""Signing in with Asan imza: the number and the ID, the code to compare, the answer of the phone."""

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.forms import AsanImzaForm
from app.accounts.views.asking import asked
from app.accounts.views.browsers import bound, this_browser
from app.accounts.views.entering import admitted
from app.accounts.views.phones import begun, national, status_of, typed
from app.core.errors import N_, DomainError
from app.web.context import context
from app.web.forms import errors_of
from app.web.guards import allow
from app.web.htmx import by_script, moved, nothing_new
from app.web.i18n import translate
from app.web.rendering import Values, render

blueprint = Blueprint("asan_imza", __name__)
ENTRY = "accounts/asan_imza.html"
# As much of it as a phone can show: fifty letters in any language.
ON_PHONE = {False: N_("e-Gömrük: portala giriş"), True: N_("e-Gömrük: şəxsiyyətin təkrar təsdiqi")}


@blueprint.get("/login/asan-imza")
@allow("accounts.begin_asan_imza")
def ask_phone() -> ResponseReturnValue:
    """Whoever proves anew finds his number filled in."""
    operations.phones_of(context())
    known = queries.phone_of(context()) if _proves() else ""
    return render(ENTRY, values=Values({"phone": national(known)}), proves=_proves(), next=_target())


@blueprint.post("/login/asan-imza")
@allow("accounts.begin_asan_imza")
def begin() -> ResponseReturnValue:
    form, browser = AsanImzaForm(), this_browser()
    if form.validate():
        with form.refusals():
            return _waiting(_begun(form.command(browser, _target(), proves=_proves())), browser)
    return form.page(ENTRY, proves=_proves(), next=_target())


def _begun(command: operations.BeginAsanImza) -> str:
    public_id, is_new = begun(
        lambda: operations.begin_asan_imza(context(), command).public_id,
        lambda: operations.standing(context(), command),
    )
    if is_new:
        text = translate(g.language, ON_PHONE[command.proves])
        operations.ring_phone(context(), operations.RingPhone(public_id, command.browser, text))
    return public_id


@blueprint.get("/login/asan-imza/<public_id>")
@allow("accounts.finish_asan_imza")
def wait(public_id: str) -> ResponseReturnValue:
    watched = operations.watch(context(), this_browser(), public_id)
    if not watched.ending:
        return render("accounts/asan_imza_code.html", watched=watched)
    return render(ENTRY, values=typed(watched), errors={"": translate(g.language, watched.ending)}, **_again(watched))


@blueprint.post("/login/asan-imza/<public_id>")
@allow("accounts.finish_asan_imza")
def go_on(public_id: str) -> ResponseReturnValue:
    """Asked again and again by a script, or by a person who presses the button."""
    browser = this_browser()
    watched = operations.watch(context(), browser, public_id)
    if watched.is_waiting:
        return nothing_new() if by_script() else redirect(request.path, 303)
    try:
        signed_in = operations.finish_asan_imza(context(), operations.FinishAsanImza(public_id, browser))
    except DomainError as error:
        return _refused(watched, error)
    operations.forgive_prompts(context(), watched)
    return moved(admitted(signed_in, watched.purpose, watched.target))


def _refused(watched: operations.Watched, error: DomainError) -> ResponseReturnValue:
    """The page to begin anew from, with what was typed."""
    page = render(ENTRY, values=typed(watched), errors=errors_of(error, g.language), **_again(watched))
    return page, status_of(error)


def _again(watched: operations.Watched) -> dict[str, object]:
    return {"proves": watched.proves, "next": watched.target}


def _waiting(public_id: str, browser: operations.Browser) -> Response:
    return bound(redirect(f"/login/asan-imza/{public_id}", 303), browser)  # type: ignore[arg-type]


def _proves() -> bool:
    return asked().is_proof and not g.actor.is_anonymous


def _target() -> str:
    return asked().target
