"""The pages of accounts: getting in by each means, for whom one acts, which sessions are open."""

from flask import Flask

from app.accounts.views import (
    asan_imza,
    cards,
    certificates,
    contact,
    e_gov,
    e_signatures,
    entering,
    passwords,
    principals,
    proving,
    sessions,
)

MEANS = (asan_imza, certificates, e_gov, e_signatures, passwords)
PARTS = (entering, *MEANS, contact, principals, proving, sessions)


def init_app(app: Flask) -> None:
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    if app.extensions["settings"].is_demo:
        app.register_blueprint(cards.blueprint)
    app.before_request(entering.recognise)
