"""The provider that the settings name: asked for its addresses, its keys, and for the token behind a code."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from app.adapters.openid.fetched import Fetched
from app.adapters.openid.refusals import UnknownKey, away, not_given, unproven
from app.adapters.openid.site import DISCOVERY, Site, read_site
from app.settings import Settings

if TYPE_CHECKING:
    from joserfc.jwk import KeySet
    from joserfc.jwt import Token

    from app.adapters.openid.tokens import Farewell, Identity
    from signing.egress import Egress

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
HOUR, MINUTES = 3600.0, 600.0
PAUSE = 10.0  # Between two fetches of the same thing; longer than the patience of one.
PATIENCE = 5.0


@dataclass(frozen=True)
class OpenIdProvider:
    """Nothing is opened or asked before somebody signs in by it."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    home: str
    patience: float = PATIENCE
    ticks: Callable[[], float] = time.monotonic

    def site(self) -> Site:
        with _refusals():
            return self._site.value()

    def identify(
        self, code: str, *, issuer: str | None, nonce: str, verifier: str, now: datetime, since: datetime | None
    ) -> "Identity":
        """Who stands behind a code that a browser brought from `issuer`, if the answer said whose it is."""
        from app.adapters.openid.tokens import Issued, check_identity

        site = self.site()
        if issuer != self.issuer and (issuer is not None or site.names_itself):
            raise unproven("issuer")
        with _refusals():
            answer = self._redeem(site, code, verifier)
            raw = answer.get("id_token")
            token = self._opened(raw)
        issued, access_token = Issued(self.issuer, self.client_id, now), answer.get("access_token")
        return check_identity(token, issued, nonce=nonce, since=since, access_token=access_token, raw=str(raw))

    def farewell(self, token: str, now: datetime) -> "Farewell":
        """What a message says that came from the provider itself, and not by a browser."""
        from app.adapters.openid.tokens import Issued, check_farewell

        with _refusals():
            found = self._opened(token)
        return check_farewell(found, Issued(self.issuer, self.client_id, now))

    def _redeem(self, site: Site, code: str, verifier: str) -> dict[str, Any]:
        from authlib.oauth2.auth import ClientAuth
        from authlib.oauth2.rfc6749.parameters import prepare_token_request

        body: str = prepare_token_request(
            "authorization_code", redirect_uri=site.callback, code=code, code_verifier=verifier
        )
        # RFC 6749 wants both encoded before they are put together; the library leaves that to its caller.
        client = ClientAuth(quote_plus(self.client_id), quote_plus(self.secret), "client_secret_basic")
        _, headers, _ = client.prepare("POST", site.token, {}, body)
        answer = self._egress.exchange(
            "POST", site.token, body.encode(), FORM, JSON, authorization=headers["Authorization"]
        )
        if answer.status == HTTPStatus.OK:
            return answer.fields()
        from signing.errors import Unreachable

        if answer.fields().get("error") == "invalid_grant":
            raise not_given()
        raise Unreachable(f"the provider answered {answer.status} to a code")

    def _opened(self, token: object) -> "Token":
        """A key that is not known yet may be a new one; the provider is asked again, once."""
        from app.adapters.openid.tokens import opened

        try:
            return opened(token, self._keys.value())
        except UnknownKey:
            pass
        try:
            return opened(token, self._keys.renewed())
        except UnknownKey:
            raise unproven("key") from None

    @cached_property
    def _egress(self) -> "Egress":
        from signing.egress import Egress

        return Egress.to(self.issuer, timeout=self.patience)

    @cached_property
    def _site(self) -> Fetched[Site]:
        return Fetched(self._fetch_site, good_for=HOUR, pause=PAUSE, ticks=self.ticks)

    @cached_property
    def _keys(self) -> "Fetched[KeySet]":
        return Fetched(self._fetch_keys, good_for=MINUTES, pause=PAUSE, ticks=self.ticks)

    def _fetch_site(self) -> Site:
        found = self._fetch(self.issuer.rstrip("/") + DISCOVERY)
        return read_site(found, self.issuer, self.client_id, self.home, self._egress)

    def _fetch_keys(self) -> "KeySet":
        from app.adapters.openid.tokens import read_keys

        return read_keys(self._fetch(self._site.value().keys))

    def _fetch(self, url: str) -> dict[str, Any]:
        from signing.errors import Unreachable

        answer = self._egress.exchange("GET", url)
        if answer.status != HTTPStatus.OK:
            raise Unreachable(f"the provider answered {answer.status}")
        return answer.fields()


@contextmanager
def _refusals() -> Iterator[None]:
    from signing.errors import Refused, Unreachable

    try:
        yield
    except (Refused, Unreachable) as error:
        raise away(error) from None


def provider(settings: Settings) -> OpenIdProvider | None:
    """None where the settings name no issuer."""
    if not settings.oidc_issuer:
        return None
    return OpenIdProvider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.base_url)
