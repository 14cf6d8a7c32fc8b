"""The process of the emulators: those of the portal, and beside them the registers of the state."""

from app.adapters.emulators import application
from app.core import logs
from app.settings import Settings
from soap.registers.services import registers


def main() -> None:
    logs.set_up()
    settings = Settings.from_environment()
    application.serve(settings, {"/registers": registers(settings)})


if __name__ == "__main__":
    main()
