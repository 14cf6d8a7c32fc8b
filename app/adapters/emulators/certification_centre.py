"""The emulated certification centre of a demonstration: where it is, what opens its keys, and its door under /pki/."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import Settings, SettingsError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from signing.authority import Authority


def folder(instance: Path) -> Path:
    return instance / "pki"


def passphrase(settings: Settings) -> str:
    """The one of the settings; otherwise made by itself and kept in the instance folder."""
    import secrets

    from signing import files

    if settings.pki_passphrase:
        return settings.pki_passphrase
    kept = settings.instance / "pki_passphrase"
    if not kept.exists():
        settings.instance.mkdir(parents=True, exist_ok=True)
        files.write_once(kept, secrets.token_urlsafe(32).encode(), files.PRIVATE)
    return kept.read_text("utf-8").strip()


def centre(settings: Settings) -> "Authority":
    from signing.authority import Authority

    refuse_in_production(settings)
    return Authority.open(folder(settings.instance), passphrase(settings))


def found(settings: Settings) -> "Authority":
    """The centre, founded if it is not there yet."""
    from signing.authority import Authority
    from signing.errors import Refused

    refuse_in_production(settings)
    place, secret = folder(settings.instance), passphrase(settings)
    if not place.exists():
        try:
            return Authority.create(place, secret, address=f"{settings.base_url}/pki")
        except Refused:
            if not place.exists():
                raise
            # Another process was first; its centre is the centre.
    return Authority.open(place, secret)


def application(settings: Settings) -> "WSGIApplication":
    """Certificates, revocation list, OCSP and time-stamps, as a real centre would offer them."""
    from signing.responders import pki_application

    found(settings)
    return pki_application(folder(settings.instance), passphrase(settings))


def refuse_in_production(settings: Settings) -> None:
    if not settings.is_demo:
        raise SettingsError("production mode trusts a real certification centre, not the emulated one")
