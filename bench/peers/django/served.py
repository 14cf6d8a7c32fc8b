"""Serves Django's pages with the portal's own server, in the same set-up as the portal."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3])]

from app.cli.serve import serve_application  # noqa: E402
from app.settings import Settings  # noqa: E402


def create_application(_):
    from pages import application

    return application


if __name__ == "__main__":
    sys.exit(serve_application(Settings.from_environment(), create_application, {}, lambda: None))
