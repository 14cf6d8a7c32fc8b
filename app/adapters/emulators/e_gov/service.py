"""The emulated provider as portals know it: what it publishes, and tokens for codes."""

import time
from base64 import b64decode
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_plus

from flask import Blueprint, Response, jsonify, request

from app.adapters.emulators.e_gov.asked import CALLBACK
from app.adapters.emulators.e_gov.keys import ALGORITHM
from app.adapters.emulators.e_gov.provider import EGov, WrongCode
from app.adapters.emulators.json_door import Refusal, same

PAGES = "/emulators/e-gov"


def blueprint(provider: EGov, pause: Callable[[float], None] = time.sleep) -> Blueprint:
    service = Blueprint("e_gov", __name__, url_prefix="/e-gov")
    settings = provider.settings

    @service.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        issuer, pages = provider.issuer, settings.base_url + PAGES
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{pages}/authorize",
            end_session_endpoint=f"{pages}/logout",
            token_endpoint=f"{issuer}/token",
            jwks_uri=f"{issuer}/jwks",
            response_types_supported=["code"],
            grant_types_supported=["authorization_code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=[ALGORITHM],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
            code_challenge_methods_supported=["S256"],
            scopes_supported=["openid", "profile", "fin"],
            claims_supported=["sub", "name", "fin", "sid", "auth_time"],
            authorization_response_iss_parameter_supported=True,
            backchannel_logout_supported=True,
            backchannel_logout_session_supported=True,
        )

    @service.get("/jwks")
    def jwks() -> Response:
        return jsonify(keys=provider.keys.published())

    @service.post("/token")
    def token() -> Response:
        _recognise(provider)
        sent = request.form
        if sent.get("grant_type") != "authorization_code" or sent.get("redirect_uri") != settings.base_url + CALLBACK:
            raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_request")
        try:
            script, answer = provider.redeem(sent.get("code", ""), sent.get("code_verifier", ""))
        except WrongCode:
            raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_grant") from None
        if script.delay:
            pause(script.delay.total_seconds())
        if script.status != HTTPStatus.OK:
            raise Refusal(HTTPStatus(script.status), "server_error")
        if script.body:
            return Response(script.body, mimetype="application/json")
        return jsonify(answer)

    return service


def _recognise(provider: EGov) -> None:
    """The portal says who it is by name and secret, each encoded before they are put together (RFC 6749, 2.3.1)."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    try:
        name, _, secret = b64decode(value, validate=True).decode("ascii").partition(":")
    except ValueError:
        name = secret = ""
    known = (provider.settings.oidc_client_id, provider.settings.oidc_client_secret)
    is_known = same(unquote_plus(name), known[0]) & same(unquote_plus(secret), known[1])
    if kind.lower() != "basic" or not is_known:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "invalid_client")
