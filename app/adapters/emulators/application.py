"""The services that the emulators offer to programs, in a process of their own: long waits hold up no page."""

import logging
import threading
from collections.abc import Mapping
from wsgiref.types import WSGIApplication

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from app.adapters.emulators import card_service, json_door, phone_service
from app.adapters.emulators.devices import Devices, devices
from app.adapters.emulators.e_gov import service as e_gov_service
from app.adapters.emulators.e_gov.farewells import tell_the_portal
from app.adapters.emulators.e_gov.provider import EGov, e_gov
from app.core.stopping import until_asked
from app.settings import Settings

ADDRESS = "127.0.0.1"
SECONDS_BETWEEN_FAREWELLS = 1.0
log = logging.getLogger(__name__)


class Silent(WSGIRequestHandler):
    """What is asked of an emulator is nobody's business; the portal counts its own requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...


def application(settings: Settings, found: Devices | None = None, provider: EGov | None = None) -> Flask:
    """Raises SettingsError in production mode."""
    found = found or devices(settings)
    app = Flask("app.adapters.emulators", static_folder=None, template_folder=None)
    json_door.init_app(app)
    app.register_blueprint(phone_service.blueprint(found.phones, settings))
    app.register_blueprint(card_service.blueprint(found.cards))
    app.register_blueprint(e_gov_service.blueprint(provider or e_gov(settings)))
    return app


def serve(settings: Settings, beside: Mapping[str, WSGIApplication]) -> None:
    """Until asked to stop; `beside` are the services that are no part of `app`, by the beginnings of their paths."""
    doors = DispatcherMiddleware(application(settings), dict(beside))
    server = make_server(ADDRESS, settings.emulators_port, doors, threaded=True, request_handler=Silent)
    stop = until_asked()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    while not stop.wait(SECONDS_BETWEEN_FAREWELLS):
        tell_the_portal(settings)
