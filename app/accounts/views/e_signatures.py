"""Elektron imza: how one gets it, and by which way one comes in with it."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from app.accounts.views.asking import asked
from app.settings import Settings
from app.web.guards import allow
from app.web.rendering import render

blueprint = Blueprint("e_signatures", __name__)


@blueprint.get("/login/e-signature")
@allow("accounts.sign_in")
def choose() -> ResponseReturnValue:
    return render("accounts/e_signature.html", asked=asked(), certificate_url=_settings().certificate_url)


def has_e_signature() -> bool:
    """In a demonstration by an emulated card; elsewhere only where a proxy asks for the certificate."""
    settings = _settings()
    return settings.is_demo or bool(settings.certificate_url)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
