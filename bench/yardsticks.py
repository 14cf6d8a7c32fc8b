"""The bare page and the floor page, served exactly as the portal is: no real page can be cheaper than these.

A bare page is an empty view that returns a constant; the floor page adds what every page with a form needs: the
signed session, a form token and one query. Both are made in the size of the page that they stand beside.
"""

import sys
from functools import cache
from wsgiref.types import WSGIApplication

from flask import Flask, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import select

from app.accounts.models import Person
from app.cli.serve import serve_application
from app.core.db import db, engine_options
from app.settings import Settings

PERSON = Person.__table__.c
ONE_ROW = select(PERSON.name).where(PERSON.id == 1)


def create_application(settings: Settings) -> WSGIApplication:
    app = Flask("yardsticks", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        WTF_CSRF_TIME_LIMIT=None,
    )
    db.init_app(app)
    CSRFProtect(app)

    @app.get("/bare/<int:size>")
    def bare(size: int) -> str:
        return constant(size)

    @app.get("/floor/<int:size>")
    def floor(size: int) -> str:
        session.get("seen")
        generate_csrf()
        with db.engine.connect() as connection:
            connection.execute(ONE_ROW).one()
        return constant(size)

    return app


@cache
def constant(size: int) -> str:
    return "x" * size


def main() -> int:
    return serve_application(Settings.from_environment(), create_application, {}, lambda: None)


if __name__ == "__main__":
    sys.exit(main())
