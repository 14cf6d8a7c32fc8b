"""Puts the gateway in front of the portal: one WSGI application, which the server runs."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from spyne import ServiceBase

from app.adapters.emulators import certification_centre
from app.adapters.emulators.hub import EXTENSION
from app.factory import TrustedProxies, create_app
from app.settings import Settings
from soap.border_goods import BorderGoodsService
from soap.catalogue import Catalogue
from soap.documents import Documents
from soap.emulated_hub import EmulatedHub
from soap.gateway import PATH, Gateway
from soap.gooen import GooenService
from soap.notifications import Notifications
from soap.uploads import FOLDER, Uploads

SERVICES: tuple[type[ServiceBase], ...] = (
    BorderGoodsService,
    Catalogue,
    Documents,
    GooenService,
    Notifications,
)


def create_application(settings: Settings) -> WSGIApplication:
    return Doors(create_app(settings), settings)


class Doors:
    """The gateway at its one path, below it the addresses of uploads; in a demonstration the certification centre; the
    portal elsewhere.
    """

    def __init__(
        self, flask_app: Flask, settings: Settings, services: tuple[type[ServiceBase], ...] = SERVICES
    ) -> None:
        self.flask_app = flask_app
        gateway = Gateway(flask_app, settings, services)
        flask_app.extensions["soap_operations"] = gateway.operations
        self._gateway = TrustedProxies(gateway, settings.trusted_proxies)
        self._uploads = TrustedProxies(Uploads(flask_app), settings.trusted_proxies)
        if settings.is_demo:
            emulated = EmulatedHub(
                settings, flask_app.extensions["clock"], PATH, tuple(one.name for one in gateway.operations)
            )
            flask_app.extensions[EXTENSION] = emulated
        self._centre = certification_centre.application(settings) if settings.is_demo else None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path == PATH:
            return self._gateway(environ, start_response)
        if path.startswith(FOLDER):
            return self._uploads(environ, start_response)
        if self._centre is not None and path.startswith("/pki/"):
            below = {"SCRIPT_NAME": f"{environ.get('SCRIPT_NAME', '')}/pki", "PATH_INFO": path.removeprefix("/pki")}
            return self._centre(environ | below, start_response)
        return self.flask_app(environ, start_response)
