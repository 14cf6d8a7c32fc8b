"""What the pages of the means are asked for, and what they say when somebody could not show who he is."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g, request
from flask.typing import ResponseReturnValue

from app.accounts.rules import Purpose
from app.core.errors import DomainError
from app.web.errors import status_of
from app.web.guards import local_path
from app.web.rendering import render

LONGEST_TARGET = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether to sign in or to prove anew, and the page to go to afterwards."""

    purpose: Purpose
    target: str

    @property
    def is_proof(self) -> bool:
        return self.purpose is Purpose.PROVE

    @property
    def choice(self) -> str:
        """The page on which a means is chosen."""
        return ("/login/prove?" if self.is_proof else "/login?") + urlencode({"next": self.target})

    @property
    def query(self) -> str:
        purpose = {"purpose": str(self.purpose)} if self.is_proof else {}
        return "?" + urlencode({**purpose, "next": self.target})


def asked() -> Asked:
    """From the address of this page."""
    target = local_path(request.args.get("next"))
    is_proof = request.args.get("purpose") == Purpose.PROVE
    return Asked(Purpose.PROVE if is_proof else Purpose.SIGN_IN, target if len(target) <= LONGEST_TARGET else "/")


def not_shown(error: DomainError, means: str, wanted: Asked) -> ResponseReturnValue:
    """Why it came to nothing, and where to begin anew, with this means or another; nobody is signed in by it."""
    status, headers = status_of(error)
    page = render(
        "accounts/not_shown.html",
        problems=error.problems,
        code=error.code,
        reference=g.reference,
        again=means + wanted.query,
        others=wanted.choice,
    )
    return page, status, headers
