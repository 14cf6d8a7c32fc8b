"""The pages of the emulated E-Gov identity: showing who one is, agreeing that the portal is told, signing out."""

from flask import Blueprint, Response, current_app, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.adapters.emulators.e_gov.asked import Asked, read_asked
from app.adapters.emulators.e_gov.provider import EGov, SignedIn, WrongPassword, e_gov
from app.adapters.emulators.e_gov.scripts import PASSWORD, SCRIPTS
from app.core.errors import N_, Invalid
from app.emulators.forms import EGovSignInForm
from app.web.context import clock
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import render

blueprint = Blueprint("emulated_e_gov", __name__, url_prefix="/emulators/e-gov")
COOKIE, PATH = "e_gov_emulator", "/emulators/e-gov"
DONE = {
    "keys": N_("Yeni açar yaradıldı. Bundan sonrakı təsdiqlər onunla imzalanır."),
    "left": N_("Sınaq E-Gov portalından çıxdınız."),
}


@blueprint.get("")
@allow("emulators.use")
def home() -> ResponseReturnValue:
    done = DONE.get(request.args.get("done", ""))
    return render(
        "emulators/e_gov.html",
        signed_in=_signed_in(),
        scripts=list(SCRIPTS.values()),
        password=PASSWORD,
        notices=[translate(g.language, done)] if done else [],
    )


@blueprint.post("/keys")
@allow("emulators.use")
def rotate() -> ResponseReturnValue:
    _provider().keys.rotate()
    return redirect(f"{PATH}?done=keys", 303)


@blueprint.post("/leave")
@allow("emulators.use")
def leave() -> ResponseReturnValue:
    if found := _signed_in():
        _provider().end(found.sid)
    return _forgotten(redirect(f"{PATH}?done=left", 303))  # type: ignore[arg-type]


@blueprint.get("/authorize")
@allow("emulators.use")
def ask() -> ResponseReturnValue:
    return _page(EGovSignInForm(), read_asked(request.args, _provider()))


@blueprint.post("/authorize")
@allow("emulators.use")
def answer() -> ResponseReturnValue:
    provider = _provider()
    form, asked, known = EGovSignInForm(), read_asked(request.args, provider), _signed_in()
    if request.form.get("answer") == "deny":
        return redirect(asked.answer(error="access_denied"), 303)
    if known and asked.accepts(known, clock().now()) and request.form.get("answer") == "agree":
        return _granted(asked, known.sid)
    if form.validate():
        with form.refusals():
            return _granted(asked, _entered(provider, form.username.data or "", form.password.data or ""))
    return _page(form, asked)


@blueprint.post("/logout")
@allow("emulators.use")
def end_session() -> ResponseReturnValue:
    """A token that we gave out shows whose session it is; whoever comes without one says so on our own page."""
    provider = _provider()
    claims = provider.keys.claims_of(request.form.get("id_token_hint", ""))
    if claims is None:
        return redirect(PATH, 303)
    provider.end(str(claims.get("sid", "")))
    home = f"{provider.settings.base_url}/"
    back = request.form.get("post_logout_redirect_uri", "")
    return _forgotten(redirect(home if back == home else PATH, 303))  # type: ignore[arg-type]


def _entered(provider: EGov, username: str, password: str) -> str:
    try:
        return provider.sign_in(username.strip(), password)
    except WrongPassword:
        message = N_("İstifadəçi adı və ya şifrə yanlışdır.")
        raise Invalid("emulators.e_gov_password", message, field="username") from None


def _granted(asked: Asked, sid: str) -> Response:
    code = _provider().grant(sid, asked.nonce, asked.challenge)
    sent = make_response(redirect(asked.answer(code=code), 303))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    sent.set_cookie(COOKIE, sid, path=PATH, secure=secure, httponly=True, samesite="Lax")
    return sent


def _page(form: EGovSignInForm, asked: Asked) -> ResponseReturnValue:
    known = _signed_in()
    accepted = known if asked.accepts(known, clock().now()) else None
    again = request.full_path + "&prompt=login"
    return form.page("emulators/e_gov_sign_in.html", here=request.full_path, again=again, known=accepted)


def _provider() -> EGov:
    return e_gov(current_app.extensions["settings"], clock())


def _signed_in() -> SignedIn | None:
    sid = request.cookies.get(COOKIE)
    return _provider().session(sid) if sid else None


def _forgotten(answer: Response) -> Response:
    answer.delete_cookie(COOKIE, path=PATH)
    return answer
