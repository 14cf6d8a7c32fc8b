"""Tells the portal who has signed out at the emulated provider (OpenID Connect Back-Channel Logout)."""

import logging
from urllib.parse import urlencode

from app.adapters.emulators.e_gov.provider import EGov, e_gov
from app.settings import Settings

PATH = "/login/e-gov/backchannel-logout"
FORM = "application/x-www-form-urlencoded"
log = logging.getLogger(__name__)


def tell_the_portal(settings: Settings, provider: EGov | None = None) -> int:
    """Once for each session: a portal that does not answer ends its own sessions in its own time."""
    from signing.egress import Egress
    from signing.errors import SigningError

    url = settings.base_url + PATH
    egress = Egress.to(url)

    def tell(token: str) -> None:
        try:
            egress.exchange("POST", url, urlencode({"logout_token": token}).encode(), FORM)
        except SigningError as error:
            log.warning("portal not told of a log-out", extra={"code": str(error)})

    return (provider or e_gov(settings)).tell_of_ends(tell)
