"""The one page that is asked for with a certificate in the connection; a proxy passes on which one it was."""

from urllib.parse import unquote

from flask import Blueprint, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from app.accounts import operations
from app.accounts.views.asking import asked, not_shown
from app.accounts.views.browsers import this_browser
from app.accounts.views.entering import admitted
from app.core.errors import DomainError
from app.web.context import context
from app.web.guards import allow
from app.web.headers import CONTENT_SECURITY_POLICY
from app.web.rendering import render

blueprint = Blueprint("certificates", __name__)
ANEW = "/login/e-signature"
PATH = f"{ANEW}/certificate"


@blueprint.get(PATH)
@allow("accounts.sign_in_by_certificate")
def look() -> ResponseReturnValue:
    try:
        name = operations.named_in(_certificate())
    except DomainError as error:
        return not_shown(error, ANEW, asked())
    return _leading_back(
        make_response(render("accounts/certificate.html", name=name, asked=asked(), again=ANEW + asked().query))
    )


@blueprint.post(PATH)
@allow("accounts.sign_in_by_certificate")
def sign_in() -> ResponseReturnValue:
    wanted = asked()
    command = operations.SignInByCertificate(this_browser(), wanted.purpose, _certificate())
    try:
        signed_in = operations.sign_in_by_certificate(context(), command)
    except DomainError as error:
        return not_shown(error, ANEW, asked())
    return admitted(signed_in, wanted.purpose, _portal() + wanted.target)


def _certificate() -> str:
    """Any other peer's header was taken away before the request came here."""
    return unquote(request.headers.get("X-Client-Certificate", ""))


def _leading_back(page: Response) -> Response:
    """This page stands at another port; what it sends ends at the portal's own address."""
    own = "form-action 'self'"
    page.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(own, f"{own} {_portal()}")
    return page


def _portal() -> str:
    address: str = current_app.extensions["settings"].base_url
    return address
