"""The portal with its gateway as it is always served, and the trial operation beside those of the contract."""

import sys

from app.cli.serve import serve_application
from app.core import logs
from app.factory import create_app
from app.settings import Settings
from soap.wsgi import SERVICES, Doors
from tests.soap.freight import Freight

if __name__ == "__main__":
    logs.set_up()
    settings = Settings.from_environment()
    doors = Doors(create_app(settings), settings, (*SERVICES, Freight))
    sys.exit(serve_application(settings, lambda _: doors, {}, lambda: print("ready", flush=True)))
