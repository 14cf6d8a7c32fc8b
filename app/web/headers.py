"""What every answer says to the browser: what it may load, that it may not keep it, that it may not guess."""

from collections.abc import Iterable

from flask import Flask, Response, current_app, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_FIXED = tuple((name, name.lower(), value) for name, value in FIXED.items())


def leading_to(origins: Iterable[str]) -> str:
    """The same for a page whose form ends at another site: browsers hold the redirections after it to this too."""
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", " ".join(["form-action 'self'", *origins]))


def init_app(app: Flask) -> None:
    app.after_request(_add)


def _add(response: Response) -> Response:
    # Each look into the headers goes through all of them, so they are read once and not once for every name.
    given = {name.lower() for name, _ in response.headers}
    for name, lower, value in _FIXED:
        if lower not in given:
            response.headers.add(name, value)
    if current_app.extensions["settings"].is_https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if getattr(request, "htmx", False):
        response.vary.add("HX-Request")
    return response
