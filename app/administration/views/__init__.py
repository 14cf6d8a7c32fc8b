"""The pages under /admin: people and their rights, proposals, closed access, offices, holidays."""

from flask import Flask

from app.administration.views import access, calendar, offices, overview, people, proposals


def init_app(app: Flask) -> None:
    for part in (overview, people, proposals, access, offices, calendar):
        app.register_blueprint(part.blueprint)
