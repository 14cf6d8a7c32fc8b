"""What is said when the provider does not answer, or answers what cannot be believed; codes tell operators more."""

import logging

from app.core.errors import N_, DomainError, NotAllowed, Unavailable

RETRY_SECONDS = 10
AWAY = N_("E-Gov portalı cavab vermir. Bir azdan yenidən cəhd edin və ya başqa vasitə ilə daxil olun.")
UNPROVEN = N_("E-Gov portalının cavabı təsdiqlənmədi, ona görə də portala daxil olmadınız. Yenidən başlayın.")
NOT_GIVEN = N_("E-Gov portalı girişi təsdiq etmədi, ona görə də portala daxil olmadınız. Yenidən başlayın.")
NO_PIN = N_("E-Gov hesabınız FİN-inizi bildirmədi, onsuz portala daxil olmaq olmur. Başqa vasitə ilə daxil olun.")
log = logging.getLogger(__name__)


class UnknownKey(Exception):
    """The token names a key that the provider had not published when it was last asked."""


def away(error: Exception) -> DomainError:
    """Why is for the operator; the message of the error names a host and no person."""
    log.warning("identity provider away", extra={"code": str(error)})
    return Unavailable("e_gov.away", AWAY, retry_after=RETRY_SECONDS)


def unproven(what: str) -> DomainError:
    """`what` is wrong with the answer: `nonce`, `aud`, `signature` …"""
    return NotAllowed(f"e_gov.token_{what}", UNPROVEN)


def not_given(code: str = "e_gov.not_given") -> DomainError:
    return NotAllowed(code, NOT_GIVEN)


def no_pin() -> DomainError:
    return NotAllowed("e_gov.no_pin", NO_PIN)
