"""A mobile signature service, spoken to as the SK MID family of REST protocols asks: the key is in somebody's phone."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.algorithms import hash_named
from signing.base64_text import decoded, encoded
from signing.certificates import load
from signing.egress import Egress
from signing.errors import Indeterminate, Malformed, Refused, Unreachable, WrongCertificate
from signing.signers.phone_screen import LANGUAGES, screen_text
from signing.signers.signer import checked
from signing.subjects import attribute, natural_person_id
from signing.uses import Use, check_use

Read = TypeVar("Read")

SESSION_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
SHORTEST_POLL_MS = 1000
# The service answers a poll a little later than asked; what is left of the patience of requests is for that.
POLL_MARGIN_MS = 1000
# Something is wrong with us and not with the service: what we asked, who we are, where we asked. What it says about
# it to developers is not passed on.
_REFUSALS = dict.fromkeys((400, 401, 404, 405), Refused)


class Kind(StrEnum):
    """What the phone is asked for: who its holder is (PIN1), or his signature (PIN2)."""

    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"


class Result(StrEnum):
    """How a request to a phone can end, in the words of the protocol.

    The last one is not in SK's document: a service that knows that the PIN was locked can say so with it.
    """

    OK = "OK"
    TIMEOUT = "TIMEOUT"
    NOT_MID_CLIENT = "NOT_MID_CLIENT"
    USER_CANCELLED = "USER_CANCELLED"
    SIGNATURE_HASH_MISMATCH = "SIGNATURE_HASH_MISMATCH"
    PHONE_ABSENT = "PHONE_ABSENT"
    DELIVERY_ERROR = "DELIVERY_ERROR"
    SIM_ERROR = "SIM_ERROR"
    PIN_LOCKED = "PIN_LOCKED"


class NotSigned(Indeterminate):
    """The phone gave no signature; the result says why."""

    def __init__(self, result: Result) -> None:
        super().__init__(f"the phone gave no signature: {result}")
        self.result = result


class SessionGone(Indeterminate):
    """The service has forgotten what it was asked: sessions last some minutes."""


@dataclass(frozen=True, slots=True)
class Session:
    """A request that a phone was sent, by which its answer is fetched."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Running:
    """The phone has not answered yet."""


@dataclass(frozen=True, slots=True)
class Complete:
    """How it ended; a value only if it ended well, a certificate only if the phone was asked who its holder is."""

    result: Result
    value: bytes = b""
    certificate: x509.Certificate | None = None


@dataclass(frozen=True, slots=True)
class MobileService:
    """The service at an address, which knows us by a number and a name."""

    url: str
    relying_party_uuid: str
    relying_party_name: str
    egress: Egress

    def __post_init__(self) -> None:
        self.egress.place(self.url)
        if self._longest_poll_ms < SHORTEST_POLL_MS:
            raise Refused("the mobile service needs more time to answer than requests are given")

    def certificate(self, phone: str, person: str) -> x509.Certificate:
        """The certificate with which the holder of the phone signs; the person is named by his FIN."""
        return _owned(self.holder(phone, person), person)

    def holder(self, phone: str, person: str) -> x509.Certificate:
        """The same where the person may be named by a number that only the service knows: who it is, it says."""
        said = self._said("POST", "certificate", self._addressed(phone, person))
        if said.get("result") == "NOT_FOUND":
            raise NotSigned(Result.NOT_MID_CLIENT)
        if said.get("result") != Result.OK:
            raise Unreachable("the mobile service gave no proper answer: result")
        certificate = _read(said, "cert", _certificate)
        check_use(certificate, Use.SIGNATURE)
        return certificate

    def begin(
        self, kind: Kind, phone: str, person: str, digest: bytes, hash_name: str, *, language: str, text: str
    ) -> Session:
        """Makes the phone ring; the text is shown on it, cut to what a phone can show."""
        if len(digest) != hash_named(hash_name).size:
            raise Refused(f"a digest of {len(digest)} bytes is not one of {hash_name}")
        form, shown = screen_text(text)
        what = {"hash": encoded(digest), "hashType": hash_name.upper(), "language": LANGUAGES[language]}
        asked = {**self._addressed(phone, person), **what, "displayText": shown, "displayTextFormat": form}
        return Session(kind, _read(self._said("POST", kind, asked), "sessionID", _session_id))

    def poll(self, session: Session, timeout_ms: int) -> Running | Complete:
        """Waits for the phone, for as long as is asked and as requests may last."""
        wait = max(SHORTEST_POLL_MS, min(timeout_ms, self._longest_poll_ms))
        query = urlencode({"timeoutMs": wait})
        said = self._said("GET", f"{session.kind}/session/{session.id}?{query}")
        if said.get("state") == "RUNNING":
            return Running()
        if said.get("state") != "COMPLETE":
            raise Unreachable("the mobile service gave no proper answer: state")
        result = _read(said, "result", Result)
        if result is not Result.OK:
            return Complete(result)
        value = _read(_read(said, "signature", _object), "value", decoded)
        tells_who = session.kind is Kind.AUTHENTICATION
        return Complete(result, value, _read(said, "cert", _certificate) if tells_who else None)

    def _addressed(self, phone: str, person: str) -> dict[str, str]:
        us = {"relyingPartyUUID": self.relying_party_uuid, "relyingPartyName": self.relying_party_name}
        return {**us, "phoneNumber": phone, "nationalIdentityNumber": person}

    def _said(self, method: str, path: str, asked: Mapping[str, str] | None = None) -> dict[str, Any]:
        body = None if asked is None else json.dumps(asked).encode()
        answer = self.egress.exchange(method, f"{self.url.rstrip('/')}/{path}", body)
        if answer.status == HTTPStatus.NOT_FOUND and asked is None:
            raise SessionGone("the mobile service does not know this session any more")
        if answer.status != HTTPStatus.OK:
            raise _REFUSALS.get(answer.status, Unreachable)(f"the mobile service answered {answer.status}")
        return answer.fields()

    @property
    def _longest_poll_ms(self) -> int:
        return int(self.egress.timeout * 1000) - POLL_MARGIN_MS


def control_code(digest: bytes) -> str:
    """Four digits by which the holder knows that the phone signs what the screen shows: 6 bits first, 7 bits last."""
    return f"{(digest[0] & 0xFC) << 5 | digest[-1] & 0x7F:04}"


def authenticated(answer: Complete, digest: bytes, hash_name: str, person: str) -> x509.Certificate:
    """The certificate of the person asked for, whose key has signed this very digest. Believe it only with a path."""
    if answer.certificate is None:
        raise NotSigned(answer.result)
    check_use(_owned(answer.certificate, person), Use.AUTHENTICATION)
    checked(answer.value, answer.certificate, digest, hash_name)
    return answer.certificate


def _owned(certificate: x509.Certificate, person: str) -> x509.Certificate:
    if attribute(certificate.subject, NameOID.SERIAL_NUMBER) != natural_person_id(person):
        raise WrongCertificate("the certificate is another person's")
    return certificate


def _read(said: Mapping[str, Any], name: str, read: Callable[[Any], Read]) -> Read:
    """A field of an answer, read as it must be."""
    try:
        return read(said[name])
    except (KeyError, TypeError, ValueError, Malformed):
        raise Unreachable(f"the mobile service gave no proper answer: {name}") from None


def _certificate(text: str) -> x509.Certificate:
    return load(decoded(text))


def _session_id(text: str) -> str:
    """It becomes a part of an address."""
    if not SESSION_ID.fullmatch(text):
        raise ValueError(text)
    return text


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return value
