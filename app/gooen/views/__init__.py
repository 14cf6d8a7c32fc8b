"""The pages of the GÖÖEN: for everybody, and for officers."""

from flask import Flask

from app.gooen.views import asking, officers


def init_app(app: Flask) -> None:
    for part in (asking, officers):
        app.register_blueprint(part.blueprint)
