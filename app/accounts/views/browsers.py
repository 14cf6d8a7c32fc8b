"""What binds a ceremony to the browser that began it: a random number in a cookie of its own."""

import secrets

from flask import Response, current_app, request

from app.accounts.operations import Browser


def this_browser() -> Browser:
    """With a new number, if it has none yet; whoever begins a ceremony answers with `bound`."""
    token = request.cookies.get(_cookie()) or secrets.token_urlsafe(32)
    session = request.cookies.get(current_app.config["SIGN_IN_COOKIE_NAME"], "")
    return Browser(token, request.user_agent.string, session)


def bound(answer: Response, browser: Browser) -> Response:
    """Lax, so that it comes along when another site sends the person back here."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(_cookie(), browser.token, secure=secure, httponly=True, samesite="Lax", path="/")
    return answer


def _cookie() -> str:
    name: str = current_app.config["BROWSER_COOKIE_NAME"]
    return name
