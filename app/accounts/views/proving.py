"""Showing anew who one is, where something asks for more than the sign-in was worth."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.accounts.rules import Purpose
from app.accounts.views.asking import Asked, asked
from app.accounts.views.e_signatures import has_e_signature
from app.core.errors import N_
from app.web.context import ports
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("proving", __name__)


@dataclass(frozen=True, slots=True)
class Strong:
    """A means that shows surely who somebody is, and its page."""

    title: str
    path: str
    is_there: Callable[[], bool]


def has_e_gov() -> bool:
    return ports().e_gov is not None


def has_phones() -> bool:
    return ports().phones is not None


STRONG = (
    Strong(N_("Elektron imza ilə təsdiq et"), "/login/e-signature", has_e_signature),
    Strong(N_("Asan imza ilə təsdiq et"), "/login/asan-imza", has_phones),
    Strong(N_("E-Gov identity ilə təsdiq et"), "/login/e-gov", has_e_gov),
)


@blueprint.get("/login/prove")
@allow("accounts.prove")
def choose() -> ResponseReturnValue:
    wanted = Asked(Purpose.PROVE, asked().target)
    found = [(means.title, means.path + wanted.query) for means in STRONG if means.is_there()]
    return render("accounts/prove.html", means=found)


@blueprint.get("/login/proven")
@allow("accounts.prove")
def done() -> ResponseReturnValue:
    """For the window that was opened beside a page which waits to be sent."""
    return render("accounts/proven.html")
