"""Signing in by the E-Gov identity, and signing out of it."""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts import operations, queries
from app.accounts.views.asking import Asked, asked, not_shown
from app.accounts.views.browsers import bound, this_browser
from app.accounts.views.entering import admitted
from app.core.db import db
from app.core.errors import N_, DomainError, Invalid, NotFound, RateLimited, Unavailable
from app.core.public_ids import digest
from app.web.context import clock, context, ports
from app.web.errors import status_of
from app.web.guards import allow
from app.web.headers import leading_to
from app.web.rendering import render

blueprint = Blueprint("e_gov", __name__)
PATH = "/login/e-gov"
NO_ANSWER = N_("Bu səhifə yalnız E-Gov portalından qayıdanda açılır. Girişə yenidən başlayın.")
NO_FAREWELL = N_("Bu çıxış səhifəsinin vaxtı bitib. Portaldan artıq çıxmısınız.")


@blueprint.get("/login/e-gov")
@allow("accounts.begin_e_gov")
def begin() -> ResponseReturnValue:
    base_url: str = current_app.extensions["settings"].base_url
    if request.host != urlsplit(base_url).netloc:
        # The provider sends people to that address alone, and what binds them to their browser stays with the host.
        return redirect(base_url + request.full_path.rstrip("?"), 303)
    provider, is_away = ports().e_gov, False
    origins: tuple[str, ...] = ()
    try:
        origins = tuple(provider.site().origins) if provider else ()
    except Unavailable:
        is_away = True
    page = render(
        "accounts/e_gov.html",
        asked=asked(),
        is_set_up=provider is not None,
        is_away=is_away,
    )
    return _leading_to(page, origins)


@blueprint.post("/login/e-gov")
@allow("accounts.begin_e_gov")
def send_away() -> ResponseReturnValue:
    browser, wanted = this_browser(), asked()
    try:
        sent = operations.begin_e_gov(context(), operations.BeginEGov(browser, wanted.target, wanted.is_proof))
    except DomainError as error:
        return not_shown(error, PATH, wanted)
    return bound(redirect(sent.address, 303), browser)  # type: ignore[arg-type]


@blueprint.get("/login/e-gov/callback")
@allow("accounts.enter_by_e_gov")
def enter() -> ResponseReturnValue:
    state, code, error = _one("state"), _one("code"), _one("error")
    if not state or not (code or error):
        return not_shown(Invalid("e_gov.no_answer", NO_ANSWER), PATH, asked())
    browser = this_browser()
    answer = operations.EGovAnswer(browser, state, code, request.args.get("iss"), error)
    try:
        entered = operations.enter_by_e_gov(context(), answer)
    except DomainError as refused:
        return not_shown(refused, PATH, Asked(*operations.asked_for(context(), browser.token, state)))
    return admitted(entered.signed_in, entered.purpose, entered.target)


@blueprint.post("/login/e-gov/backchannel-logout")
@allow("accounts.end_e_gov_sessions")
def end_sessions() -> ResponseReturnValue:
    """For the provider itself, which is told in its own words."""
    command = operations.EndEGovSessions(request.form.get("logout_token", ""))
    try:
        operations.end_e_gov_sessions(context(), command)
    except (RateLimited, Unavailable) as error:
        status, headers = status_of(error)
        return jsonify(error="temporarily_unavailable"), status, headers
    except DomainError as error:
        return jsonify(error="invalid_request", error_description=error.code), HTTPStatus.BAD_REQUEST
    return jsonify({})


@blueprint.get("/logout/e-gov/<token>")
@allow("accounts.begin_e_gov")
def leave(token: str) -> ResponseReturnValue:
    """Out of the portal already: he may sign out at the provider too, from where he comes back to our front page."""
    id_token = queries.find_left_session(db.session(), digest(token), clock().now())
    provider = ports().e_gov
    if id_token is None or provider is None:
        raise NotFound("e_gov.no_farewell", NO_FAREWELL)
    address, client_id = "", ""
    origins: tuple[str, ...] = ()
    try:
        site = provider.site()
        address, client_id, origins = site.sign_out, site.client_id, tuple(site.origins)
    except Unavailable:
        pass  # The page says that he has to do it there himself.
    home = current_app.extensions["settings"].base_url + "/"
    sent = [("id_token_hint", id_token), ("client_id", client_id), ("post_logout_redirect_uri", home)]
    page = render("accounts/e_gov_leave.html", address=address, sent=[*sent, ("ui_locales", g.language)])
    return _leading_to(page, origins)


def _one(name: str) -> str:
    """A value that came once; what came twice was put together by somebody else."""
    found = request.args.getlist(name)
    return found[0] if len(found) == 1 else ""


def _leading_to(page: str, origins: Iterable[str]) -> Response:
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = leading_to(origins)
    return answer
