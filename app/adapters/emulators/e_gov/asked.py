"""What a portal asks of the emulated provider by way of a browser: checked as strictly as a real one would."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from app.adapters.emulators.e_gov.provider import EGov, SignedIn
from app.core.errors import N_, Invalid, NotFound

CALLBACK = "/login/e-gov/callback"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST = 500
FOREIGN = N_("Sorğu bu portalda qeydiyyatdan keçmiş ünvandan deyil.")


@dataclass(frozen=True, slots=True)
class Asked:
    state: str
    nonce: str
    challenge: str
    is_anew: bool
    oldest: timedelta | None
    home: str
    issuer: str

    def accepts(self, session: SignedIn | None, now: datetime) -> bool:
        """Whether this sign-in is good enough, or he has to show anew who he is."""
        if session is None or self.is_anew:
            return False
        return self.oldest is None or now - session.at <= self.oldest

    def answer(self, **facts: str) -> str:
        """The address to which the browser goes with the answer."""
        return f"{self.home}{CALLBACK}?{urlencode({**facts, 'state': self.state, 'iss': self.issuer})}"


def read_asked(sent: Mapping[str, str], provider: EGov) -> Asked:
    """Whoever is not known, or wants the answer elsewhere, gets none."""
    home = provider.settings.base_url
    if sent.get("client_id") != provider.settings.oidc_client_id or sent.get("redirect_uri") != home + CALLBACK:
        raise NotFound("emulators.e_gov_foreign", FOREIGN)
    state, nonce, challenge = (sent.get(name, "") for name in ("state", "nonce", "code_challenge"))
    oldest = sent.get("max_age", "")
    is_sound = (
        sent.get("response_type") == "code"
        and "openid" in sent.get("scope", "").split()
        and sent.get("code_challenge_method") == "S256"
        and CHALLENGE.fullmatch(challenge)
        and 0 < len(nonce) <= LONGEST
        and 0 < len(state) <= LONGEST
        and (not oldest or (oldest.isascii() and oldest.isdecimal() and len(oldest) <= len("86400")))
    )
    if not is_sound:
        raise Invalid("emulators.e_gov_request", N_("E-Gov portalına göndərilən sorğu düzgün deyil."))
    anew = sent.get("prompt") == "login"
    return Asked(
        state, nonce, challenge, anew, timedelta(seconds=int(oldest)) if oldest else None, home, provider.issuer
    )
