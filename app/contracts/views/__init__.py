"""The pages of contracts: the applicant's, those of the signature and the first password, the officers'."""

from flask import Flask

from app.contracts.views import applying, deciding, officers, papers, signing


def init_app(app: Flask) -> None:
    for part in (applying, papers, signing, officers, deciding):
        app.register_blueprint(part.blueprint)
