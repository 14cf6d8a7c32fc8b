"""The cards as a program beside a reader knows them: who holds a card, and a signature against its PIN."""

from http import HTTPStatus
from typing import Annotated, Literal

from flask import Blueprint, Response, jsonify
from msgspec import Meta, Struct

from app.adapters.emulators.chips import Chips, Locked, NoChip, Use, WrongSecret
from app.adapters.emulators.json_door import Refusal, read
from signing.algorithms import hash_named
from signing.base64_text import encoded
from signing.certificates import to_der


class AskedToSign(Struct):
    key: Use
    pin: Annotated[str, Meta(max_length=16)]
    hash_name: Literal["sha256", "sha384", "sha512"]
    digest: bytes


def blueprint(cards: Chips) -> Blueprint:
    service = Blueprint("card", __name__, url_prefix="/card")

    @service.get("/cards/<number>")
    def card(number: str) -> Response:
        found = cards.find(number)
        return jsonify(
            number=found.number,
            holder=found.holder,
            certificates={use: encoded(to_der(cards.certificate(number, use))) for use in Use},
            chain=[encoded(to_der(cards.centre.issuing))],
            pin1_tries=found.tries[Use.AUTHENTICATION],
            pin2_tries=found.tries[Use.SIGNING],
        )

    @service.post("/cards/<number>/sign")
    def sign(number: str) -> Response:
        asked = read(AskedToSign)
        if len(asked.digest) != hash_named(asked.hash_name).size:
            raise Refusal(HTTPStatus.BAD_REQUEST, "wrong_digest")
        return jsonify(signature=encoded(cards.sign(number, asked.key, asked.pin, asked.digest, asked.hash_name)))

    @service.errorhandler(NoChip)
    def unknown(_: NoChip) -> tuple[Response, int]:
        return jsonify(error="unknown_card"), HTTPStatus.NOT_FOUND

    @service.errorhandler(WrongSecret)
    def wrong(error: WrongSecret) -> tuple[Response, int]:
        return jsonify(error="wrong_pin", tries=error.tries), HTTPStatus.FORBIDDEN

    @service.errorhandler(Locked)
    def locked(_: Locked) -> tuple[Response, int]:
        return jsonify(error="locked"), HTTPStatus.LOCKED

    return service
