"""Tokens of a provider: whose signature they bear, for whom they are, how old they are, what they say of a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.oauth2.claims import JWTClaims
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import (
    ClaimError,
    ConflictAlgorithmError,
    InvalidKeyIdError,
    JoseError,
    MissingAlgorithmError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet

from app.adapters.openid.refusals import UnknownKey, no_pin, unproven
from app.core.errors import Invalid
from app.core.identifiers import check_pin
from signing.errors import Unreachable

ALGORITHMS = ("ES256", "RS256")
KEY_TYPES = {"EC", "RSA"}
RSA_BITS = 2048
SKEW = timedelta(seconds=60)
OLDEST = timedelta(minutes=5)
LONGEST_TOKEN = 16 * 1024
LONGEST_NAME = 120
LONGEST_ID = 255
PIN_CLAIM = "fin"
BACKCHANNEL = "http://schemas.openid.net/event/backchannel-logout"
BITS_OF_A_LETTER = 6


@dataclass(frozen=True, slots=True)
class Issued:
    """By whom a token must be made and for whom, and the moment at which it is looked at."""

    issuer: str
    client_id: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for. `session` is its own number of his sign-in there."""

    pin: str
    name: str
    subject: str
    session: str
    token: str = field(repr=False)
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Farewell:
    """Who has signed out at the provider: from one of its sessions, or from all."""

    id: str
    subject: str
    session: str
    expires_at: datetime


def read_keys(found: Mapping[str, Any]) -> KeySet:
    """Those that may check a signature; others of the set are passed over."""
    entries = found.get("keys")
    good = [entry for entry in entries if _is_good(entry)] if isinstance(entries, list) else []
    try:
        return KeySet.import_key_set({"keys": good})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Unreachable("the provider publishes no good keys") from error


def _is_good(entry: object) -> bool:
    if not isinstance(entry, dict) or entry.get("kty") not in KEY_TYPES or entry.get("use", "sig") != "sig":
        return False
    return entry["kty"] != "RSA" or len(str(entry.get("n", ""))) * BITS_OF_A_LETTER >= RSA_BITS


def opened(token: object, keys: KeySet) -> jwt.Token:
    """The token, if its signature is that of one of the keys. Raises UnknownKey when it may be that of a newer one."""
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise unproven("form")
    try:
        return jwt.decode(token, keys, ALGORITHMS)
    except InvalidKeyIdError:
        raise UnknownKey from None
    except (UnsupportedAlgorithmError, MissingAlgorithmError, ConflictAlgorithmError):
        raise unproven("algorithm") from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise unproven("signature") from None


def check_identity(
    token: jwt.Token, issued: Issued, *, nonce: str, since: datetime | None, access_token: object, raw: str
) -> Identity:
    """`since`: he must have shown who he is after this moment."""
    params = {"nonce": nonce, "client_id": issued.client_id, "access_token": access_token}
    claims = CodeIDToken(token.claims, token.header, _options(issued), params)
    _validate(claims, issued)
    shown_at = _moment(claims.get("auth_time"))
    if since is not None and (shown_at is None or shown_at < since - SKEW):
        raise unproven("auth_time")
    name, subject = _text(claims, "name", LONGEST_NAME).strip(), _text(claims, "sub", LONGEST_ID)
    if not subject:
        raise unproven("sub")
    proven_at = min(shown_at, issued.now) if shown_at else None
    return Identity(_pin(claims), name, subject, _text(claims, "sid", LONGEST_ID), raw, proven_at)


def check_farewell(token: jwt.Token, issued: Issued) -> Farewell:
    """As OpenID Connect Back-Channel Logout asks it; a token that would also do for a sign-in is refused."""
    claims = JWTClaims(token.claims, token.header, {**_options(issued), "jti": {"essential": True}})
    _validate(claims, issued)
    events, subject, session = claims.get("events"), _text(claims, "sub", LONGEST_ID), _text(claims, "sid", LONGEST_ID)
    if not isinstance(events, dict) or not isinstance(events.get(BACKCHANNEL), dict) or "nonce" in claims:
        raise unproven("events")
    if not subject and not session:
        raise unproven("sub")
    expires_at = _moment(claims["exp"])
    if expires_at is None or expires_at > issued.now + timedelta(days=1):
        raise unproven("exp")
    return Farewell(_text(claims, "jti", LONGEST_ID), subject, session, expires_at)


def _options(issued: Issued) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": issued.issuer},
        "aud": {"essential": True, "value": issued.client_id},
        "iat": {"essential": True},
        "exp": {"essential": True},
    }


def _validate(claims: JWTClaims, issued: Issued) -> None:
    try:
        claims.validate(int(issued.now.timestamp()), int(SKEW.total_seconds()))
    except ClaimError as error:
        raise unproven(error.claim.partition(",")[0]) from None
    except (TypeError, ValueError):
        raise unproven("form") from None
    if claims["aud"] not in (issued.client_id, [issued.client_id]):
        raise unproven("aud")  # Nobody else may hold a token that is good here.
    made_at = _moment(claims["iat"])
    if made_at is None or made_at < issued.now - OLDEST - SKEW:
        raise unproven("iat")


def _pin(claims: Mapping[str, Any]) -> str:
    value = claims.get(PIN_CLAIM)
    if not isinstance(value, str):
        raise no_pin()
    try:
        return check_pin(value)
    except Invalid:
        raise no_pin() from None


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise unproven(name)
    return value
