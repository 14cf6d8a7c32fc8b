"""The pages of contracts: the applicant's, those of the signature and the first password, the officers'."""

from flask import Flask

from app.contracts.views import applying, by_card, by_phone, deciding, officers, papers, signing


def init_app(app: Flask) -> None:
    for part in (applying, papers, signing, by_phone, officers, deciding):
        app.register_blueprint(part.blueprint)
    if app.extensions["settings"].is_demo:
        app.register_blueprint(by_card.blueprint)
