"""The pages of goods at the border: for their consignees, and for the offices on either side."""

from flask import Flask

from app.border_goods.views import consignees, officers


def init_app(app: Flask) -> None:
    for part in (consignees, officers):
        app.register_blueprint(part.blueprint)
