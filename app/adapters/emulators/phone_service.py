"""The mobile signature service as relying parties know it: the REST protocol of the SK MID family."""

from http import HTTPStatus
from typing import Annotated, Literal

from flask import Blueprint, Response, jsonify, request
from msgspec import Meta, Struct, field

from app.adapters.emulators.chips import NoChip, Use
from app.adapters.emulators.json_door import Refusal, read, same, stamped
from app.adapters.emulators.phones import Ended, NoSession, OutOfOrder, Phones, Question
from app.settings import Settings
from signing.algorithms import hash_named
from signing.base64_text import encoded
from signing.certificates import to_der
from signing.signers.mobile import Kind, Result
from signing.signers.phone_screen import LIMITS, length

SHORTEST_POLL_MS, USUAL_POLL_MS, LONGEST_POLL_MS = 1000, 10_000, 60_000


class Asked(Struct, kw_only=True):
    """Who asks, and about whom."""

    uuid: Annotated[str, Meta(max_length=64)] = field(name="relyingPartyUUID")
    name: Annotated[str, Meta(max_length=100)] = field(name="relyingPartyName")
    phone: Annotated[str, Meta(pattern=r"^\+994[0-9]{9}$")] = field(name="phoneNumber")
    person: Annotated[str, Meta(pattern=r"^[0-9A-Z]{5,20}$")] = field(name="nationalIdentityNumber")


class AskedToSign(Asked, kw_only=True):
    """What the phone is to sign, and what to show."""

    hash: bytes
    hash_type: Literal["SHA256", "SHA384", "SHA512"] = field(name="hashType")
    language: Literal["AZE", "ENG", "RUS"]
    text: str = field(name="displayText", default="")
    form: Literal["GSM-7", "UCS-2"] = field(name="displayTextFormat", default="GSM-7")

    @property
    def hash_name(self) -> str:
        return self.hash_type.lower()


def blueprint(phones: Phones, settings: Settings) -> Blueprint:
    service = Blueprint("phone", __name__, url_prefix="/phone")

    @service.post("/certificate")
    def certificate() -> Response:
        asked = read(Asked)
        _recognise(asked, settings)
        try:
            chip = phones.subscriber(asked.phone, asked.person)
        except NoChip:
            return stamped(result="NOT_FOUND")
        return stamped(result="OK", cert=encoded(to_der(phones.chips.certificate(chip.number, Use.SIGNING))))

    @service.post("/<any(authentication, signature):kind>")
    def begin(kind: str) -> Response:
        asked = read(AskedToSign)
        _recognise(asked, settings)
        if len(asked.hash) != hash_named(asked.hash_name).size:
            raise Refusal(HTTPStatus.BAD_REQUEST, "hash is not as long as hashType says")
        if length(asked.text, asked.form) > LIMITS[asked.form]:
            raise Refusal(HTTPStatus.BAD_REQUEST, "displayText is too long")
        question = Question(Kind(kind), asked.name, asked.text, asked.hash, asked.hash_name)
        return jsonify(sessionID=phones.ask(asked.phone, asked.person, question))

    @service.get("/<any(authentication, signature):kind>/session/<session>")
    def state(kind: str, session: str) -> Response:
        ended = phones.state(Kind(kind), session, _wait_seconds(request.args.get("timeoutMs")))
        if ended is None:
            return jsonify(state="RUNNING")
        return stamped(state="COMPLETE", result=ended.result, **_signed(phones, Kind(kind), ended))

    @service.errorhandler(NoSession)
    def gone(_: NoSession) -> tuple[Response, int]:
        return stamped(error="session is not known"), HTTPStatus.NOT_FOUND

    @service.errorhandler(OutOfOrder)
    def out_of_order(_: OutOfOrder) -> tuple[Response, int]:
        return stamped(error="out of order"), HTTPStatus.INTERNAL_SERVER_ERROR

    return service


def _recognise(asked: Asked, settings: Settings) -> None:
    if not (same(asked.uuid, settings.mobile_signature_uuid) and same(asked.name, settings.mobile_signature_name)):
        raise Refusal(HTTPStatus.UNAUTHORIZED, "relying party is not known")


def _wait_seconds(text: str | None) -> float:
    if text is None:
        return USUAL_POLL_MS / 1000
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(LONGEST_POLL_MS))):
        raise Refusal(HTTPStatus.BAD_REQUEST, "timeoutMs is no number")
    return min(max(int(text), SHORTEST_POLL_MS), LONGEST_POLL_MS) / 1000


def _signed(phones: Phones, kind: Kind, ended: Ended) -> dict[str, object]:
    if ended.result is not Result.OK:
        return {}
    algorithm = f"{ended.hash_name.upper()}WithECEncryption"
    found: dict[str, object] = {"signature": {"value": encoded(ended.value), "algorithm": algorithm}}
    if kind is Kind.AUTHENTICATION:
        found["cert"] = encoded(to_der(phones.chips.certificate(ended.number, Use.AUTHENTICATION)))
    return found
