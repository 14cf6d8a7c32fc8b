"""Where a provider is found, as its discovery document says; believed only as far as it fits the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from signing.egress import Egress

DISCOVERY = "/.well-known/openid-configuration"
CALLBACK = "/login/e-gov/callback"
SCOPE = "openid profile fin"
METHOD = "S256"


@dataclass(frozen=True, slots=True)
class Site:
    """The provider's addresses, and who we are to it."""

    issuer: str
    authorisation: str
    token: str
    keys: str
    sign_out: str  # Empty where one cannot sign out there.
    names_itself: bool  # Each answer says whose it is (RFC 9207).
    client_id: str
    home: str

    @property
    def callback(self) -> str:
        return self.home + CALLBACK

    @property
    def origins(self) -> tuple[str, ...]:
        """Where the forms of our pages lead in the end."""
        return tuple(dict.fromkeys(_origin(url) for url in (self.authorisation, self.sign_out) if url))

    def sign_in_address(self, *, state: str, nonce: str, verifier: str, language: str, anew: bool) -> str:
        """`anew`: he has to show who he is although the provider knows him already."""
        from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        fresh = {"prompt": "login", "max_age": "0"} if anew else {}
        address: str = prepare_grant_uri(
            self.authorisation,
            self.client_id,
            "code",
            redirect_uri=self.callback,
            scope=SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method=METHOD,
            ui_locales=language,
            **fresh,
        )
        return address


def read_site(found: Mapping[str, Any], issuer: str, client_id: str, home: str, egress: "Egress") -> Site:
    """Raises Unreachable where the document is not that of this issuer or leaves out what we need."""
    from signing.errors import Unreachable

    if found.get("issuer") != issuer:
        raise Unreachable("the discovery document is that of another issuer")
    for name, needed in {
        "code_challenge_methods_supported": METHOD,
        "response_types_supported": "code",
        "token_endpoint_auth_methods_supported": "client_secret_basic",
    }.items():
        if name in found and needed not in _listed(found[name]):
            raise Unreachable(f"the provider does not know {needed}")
    for_people = _address(found, "authorization_endpoint", issuer)
    for_us = _address(found, "token_endpoint", issuer), _address(found, "jwks_uri", issuer)
    for url in for_us:
        egress.place(url)
    sign_out = _address(found, "end_session_endpoint", issuer) if found.get("end_session_endpoint") else ""
    names_itself = found.get("authorization_response_iss_parameter_supported") is True
    return Site(issuer, for_people, *for_us, sign_out, names_itself, client_id, home)


def _address(found: Mapping[str, Any], name: str, issuer: str) -> str:
    """Never less guarded than the issuer itself; without anything that would spoil a header of ours."""
    from signing.errors import Unreachable

    url = found.get(name)
    if not isinstance(url, str) or not _is_sound(url, issuer):
        raise Unreachable(f"the discovery document has no good {name}")
    return url


def _is_sound(url: str, issuer: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(
            url.isascii()
            and url.isprintable()
            and parts.scheme in {"https", urlsplit(issuer).scheme}
            and parts.hostname
            and not set(parts.netloc) & set(" ;,'\"@*")
            and not parts.fragment
            and parts.port != 0
        )
    except ValueError:  # From a port or a bracket that is none.
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
