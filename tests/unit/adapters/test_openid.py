"""What is believed of a provider of OpenID Connect: its discovery document, its keys, its tokens."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from app.adapters.openid.fetched import Fetched
from app.adapters.openid.refusals import UnknownKey
from app.adapters.openid.site import Site, read_site
from app.adapters.openid.tokens import Identity, Issued, check_identity, opened, read_keys
from app.core.errors import DomainError
from signing.egress import Egress
from signing.errors import Refused, Unreachable

ISSUER = "https://e-gov.example"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks",
    "end_session_endpoint": "https://people.example:444/leave?x=1",
}
CLAIMS = {
    "iss": ISSUER,
    "aud": "e-gomruk",
    "sub": "1",
    "iat": SECONDS,
    "exp": SECONDS + 60,
    "nonce": "n",
    "fin": "7ef9g4h",
    "name": " Aysel Məmmədova ",
}
OURS = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})


def site(**changed: object) -> Site:
    return read_site({**DOCUMENT, **changed}, ISSUER, "e-gomruk", "https://portal.example", Egress.to(ISSUER))


def test_addresses_are_those_of_the_document() -> None:
    found = site()
    assert found.callback == "https://portal.example/login/e-gov/callback"
    assert found.origins == (ISSUER, "https://people.example:444")
    assert not found.names_itself
    assert site(authorization_response_iss_parameter_supported=True).names_itself
    assert site(end_session_endpoint=None).sign_out == ""


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "another issuer": ({"issuer": ISSUER + "/"}, "another issuer"),
    "no issuer": ({"issuer": None}, "another issuer"),
    "a token endpoint elsewhere": ({"token_endpoint": "https://elsewhere.example/token"}, "not allowed"),
    "keys elsewhere": ({"jwks_uri": "https://elsewhere.example/jwks"}, "not allowed"),
    "keys without TLS": ({"jwks_uri": "http://e-gov.example/jwks"}, "no good jwks_uri"),
    "people sent without TLS": ({"authorization_endpoint": "http://e-gov.example/"}, "no good authorization_endpoint"),
    "a script": ({"authorization_endpoint": "javascript:alert(1)"}, "no good authorization_endpoint"),
    "a policy smuggled in": ({"authorization_endpoint": "https://a;script-src *"}, "no good authorization_endpoint"),
    "a name before the host": ({"end_session_endpoint": "https://e-gov.example@evil.example/"}, "no good end_session"),
    "a number": ({"token_endpoint": 1}, "no good token_endpoint"),
    "a broken port": ({"token_endpoint": "https://e-gov.example:x/"}, "no good token_endpoint"),
    "no token endpoint": ({"token_endpoint": None}, "no good token_endpoint"),
    "plain challenges": ({"code_challenge_methods_supported": ["plain"]}, "S256"),
    "no codes": ({"response_types_supported": ["id_token"]}, "code"),
    "another way to name us": ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client_secret_basic"),
}


@pytest.mark.parametrize("name", WRONG)
def test_document_that_does_not_fit_is_refused(name: str) -> None:
    changed, why = WRONG[name]
    with pytest.raises((Unreachable, Refused), match=why):
        site(**changed)


def token(claims: Mapping[str, Any], key: ECKey | RSAKey | OctKey = OURS, algorithm: str = "ES256", **head: str) -> str:
    return jwt.encode({"alg": algorithm, "kid": "one", **head}, dict(claims), key, [algorithm])


def identity(**changed: object) -> Identity:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    raw = token(claims)
    found = opened(raw, KeySet([OURS]))
    issued = Issued(ISSUER, "e-gomruk", NOW)
    return check_identity(found, issued, nonce="n", since=None, access_token="access", raw=raw)


def test_person_is_read_from_the_token() -> None:
    found = identity(auth_time=SECONDS - 10, aud=["e-gomruk"], azp="e-gomruk", sid="s")
    assert (found.pin, found.name, found.subject, found.session) == ("7EF9G4H", "Aysel Məmmədova", "1", "s")
    assert found.proven_at == NOW - timedelta(seconds=10)
    assert found.token not in repr(found)


def test_moment_that_lies_ahead_is_now() -> None:
    assert identity(auth_time=SECONDS + 50).proven_at == NOW


CLAIMS_GONE_WRONG: dict[str, tuple[dict[str, object], str]] = {
    "for us and another": ({"aud": ["e-gomruk", "another"], "azp": "e-gomruk"}, "token_aud"),
    "for nobody": ({"aud": None}, "token_aud"),
    "for a number": ({"aud": 7}, "token_aud"),
    "without a nonce": ({"nonce": None}, "token_nonce"),
    "without an issuer": ({"iss": None}, "token_iss"),
    "without an end": ({"exp": None}, "token_exp"),
    "ended a minute ago": ({"exp": SECONDS - 60}, "token_exp"),
    "of no moment": ({"iat": None}, "token_iat"),
    "of no number": ({"iat": "today"}, "token_iat"),
    "of a yes": ({"iat": True}, "token_iat"),
    "of an endless moment": ({"iat": -1e300}, "token_iat"),
    "not a number of a moment": ({"exp": float("nan")}, "token_exp"),
    "six minutes old": ({"iat": SECONDS - 361}, "token_iat"),
    "valid a minute from now": ({"nbf": SECONDS + 61}, "token_nbf"),
    "another access token": ({"at_hash": "AAAA"}, "token_at_hash"),
    "a subject that is none": ({"sub": ""}, "token_sub"),
    "a subject too long": ({"sub": "s" * 256}, "token_sub"),
    "a name that is none": ({"name": ["Aysel"]}, "token_name"),
    "a FİN that is none": ({"fin": "12"}, "no_pin"),
    "a FİN in a list": ({"fin": ["7EF9G4H"]}, "no_pin"),
}


@pytest.mark.parametrize("name", CLAIMS_GONE_WRONG)
def test_claims_that_are_no_proof_are_refused(name: str) -> None:
    changed, code = CLAIMS_GONE_WRONG[name]
    with pytest.raises(DomainError) as caught:
        identity(**changed)
    assert caught.value.code == f"e_gov.{code}"


def test_signature_of_rsa_is_taken_too() -> None:
    key = RSAKey.generate_key(2048, {"kid": "one"})
    keys = read_keys({"keys": [key.as_dict(private=False)]})
    assert opened(token(CLAIMS, key, "RS256"), keys).claims["sub"] == "1"


@pytest.mark.parametrize("algorithm", ["PS256", "RS512", "RS384"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    key = RSAKey.generate_key(2048, {"kid": "one"})
    keys = read_keys({"keys": [key.as_dict(private=False)]})
    with pytest.raises(DomainError, match=r"e_gov\.token_algorithm"):
        opened(token(CLAIMS, key, algorithm), keys)


def test_secret_in_the_set_of_keys_opens_nothing() -> None:
    secret = OctKey.import_key("s" * 32, {"kid": "two"})
    keys = read_keys({"keys": [OURS.as_dict(private=False), secret.as_dict()]})
    with pytest.raises((DomainError, UnknownKey)):
        opened(token(CLAIMS, secret, "HS256", kid="two"), keys)


def test_token_of_another_key_is_refused() -> None:
    other = ECKey.generate_key("P-256", {"kid": "two"})
    with pytest.raises(UnknownKey):
        opened(token(CLAIMS, other, kid="two"), KeySet([OURS]))
    with pytest.raises(DomainError, match=r"e_gov\.token_signature"):
        opened(token(CLAIMS, other), KeySet([OURS]))


def test_changed_letter_is_found() -> None:
    head, body, signature = token(CLAIMS).split(".")
    changed = base64.urlsafe_b64encode(base64.urlsafe_b64decode(body + "==").replace(b'"1"', b'"2"')).rstrip(b"=")
    with pytest.raises(DomainError, match=r"e_gov\.token_signature"):
        opened(f"{head}.{changed.decode()}.{signature}", KeySet([OURS]))


@pytest.mark.parametrize("raw", [None, 7, "", "a", "a.b.c", "e30.e30.e30", "." * 20_000, "[" * 9000 + ".a.b"])
def test_rubbish_is_no_token(raw: object) -> None:
    with pytest.raises((DomainError, UnknownKey)):
        opened(raw, KeySet([OURS]))


@pytest.mark.parametrize(
    "keys",
    [
        None,
        7,
        [],
        [None],
        [{"kty": "EC"}],
        [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}],
        [{**OURS.as_dict(private=False), "use": "enc"}],
        [OctKey.import_key("s" * 32).as_dict()],
    ],
)
def test_set_without_a_good_key_is_none(keys: object) -> None:
    with pytest.raises(Unreachable, match="no good keys"):
        read_keys({"keys": keys})


class Publisher:
    """Counts how often it is asked; fails when it is told to."""

    def __init__(self) -> None:
        self.asked, self.fails, self.ticks = 0, False, 0.0
        self.kept = Fetched(self.fetch, good_for=100, pause=10, ticks=lambda: self.ticks)

    def fetch(self) -> int:
        self.asked += 1
        if self.fails:
            raise Unreachable("away")
        return self.asked


def test_what_was_fetched_is_kept_for_a_while() -> None:
    publisher = Publisher()
    assert [publisher.kept.value(), publisher.kept.value()] == [1, 1]
    publisher.ticks = 100
    assert publisher.kept.value() == 2


def test_failure_is_not_repeated_at_once() -> None:
    publisher = Publisher()
    publisher.fails = True
    for _ in range(3):
        with pytest.raises(Unreachable, match="away"):
            publisher.kept.value()
    assert publisher.asked == 1
    publisher.fails, publisher.ticks = False, 10
    assert publisher.kept.value() == 2


def test_who_misses_something_has_it_fetched_anew_now_and_then() -> None:
    publisher = Publisher()
    publisher.kept.value()
    assert publisher.kept.renewed() == 1
    publisher.ticks = 10
    assert [publisher.kept.renewed(), publisher.kept.renewed()] == [2, 2]


def test_what_is_good_stays_good_when_it_cannot_be_fetched_anew() -> None:
    publisher = Publisher()
    publisher.kept.value()
    publisher.ticks, publisher.fails = 20, True
    with pytest.raises(Unreachable):
        publisher.kept.renewed()
    assert publisher.kept.value() == 1
