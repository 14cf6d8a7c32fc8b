"""What the services of the emulators have in common: JSON comes in, JSON goes out, also where something is refused."""

import hmac
import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

import msgspec
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

Form = TypeVar("Form", bound=msgspec.Struct)

LARGEST_REQUEST = 16 * 1024


class Refusal(Exception):
    """A request that is not carried out: the status and what goes with it."""

    def __init__(self, status: HTTPStatus, error: str, **facts: object) -> None:
        super().__init__(error)
        self.status = status
        self.facts = {"error": error, **facts}


def read(form: type[Form]) -> Form:
    """The request's body. No page of another site can send JSON without being asked whether it may."""
    if request.mimetype != "application/json":
        raise Refusal(HTTPStatus.BAD_REQUEST, "not JSON")
    try:
        return msgspec.json.decode(request.get_data(), type=form)
    except msgspec.DecodeError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, str(error)) from None


def same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def init_app(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.register_error_handler(Refusal, lambda refusal: (jsonify(refusal.facts), refusal.status))
    app.register_error_handler(HTTPException, _http_error)


def stamped(**facts: object) -> Response:
    return jsonify(**facts, time=datetime.now(UTC).isoformat(timespec="seconds"), traceId=uuid.uuid4().hex)


def _http_error(error: HTTPException) -> tuple[Response, int]:
    """No such path, no such method, too much, or a mistake of ours."""
    return jsonify(error=error.name), error.code or HTTPStatus.INTERNAL_SERVER_ERROR
