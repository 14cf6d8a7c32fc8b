"""A person's card in a reader that a service stands before: the PIN goes there over HTTP, a value comes back."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any

from cryptography import x509

from signing.base64_text import decoded, encoded
from signing.certificates import load
from signing.egress import Answer, Egress
from signing.errors import Malformed, Refused, Unreachable
from signing.signers.signer import LockedPin, WrongPin, chain_of, checked
from signing.uses import Use, check_use

NUMBER = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
MAX_AUTHORITIES = 8


class Key(StrEnum):
    """The two keys of a card: PIN1 opens the first, PIN2 the second."""

    AUTHENTICATION = "authentication"
    SIGNING = "signing"


USES = {Key.AUTHENTICATION: Use.AUTHENTICATION, Key.SIGNING: Use.SIGNATURE}


@dataclass(frozen=True)
class CardService:
    """Where cards are reached: an address that the configuration names."""

    url: str
    egress: Egress

    def __post_init__(self) -> None:
        parts = self.egress.place(self.url)
        if parts.scheme != "https" and not _is_this_machine(parts.hostname or ""):
            raise Refused(f"a PIN goes to {parts.hostname} over https only")

    def card(self, number: str) -> "Card":
        """What can be read without a PIN. Raises Refused for no such card, WrongCertificate for one that misleads."""
        answer = self.asked("GET", number)
        if answer.status != HTTPStatus.OK:
            raise Unreachable(f"the card service answered {answer.status}")
        card = _read(self, answer.fields())
        if card.number != number:
            raise Unreachable("the card service answered about another card")
        for key, use in USES.items():
            check_use(card.certificates[key], use)
        return card

    def asked(self, method: str, number: str, path: str = "", body: bytes | None = None) -> Answer:
        if not NUMBER.fullmatch(number):
            raise Refused("a card's number has letters, digits and hyphens")
        answer = self.egress.exchange(method, f"{self.url.rstrip('/')}/cards/{number}{path}", body)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Refused(f"there is no card {number}")
        return answer


@dataclass(frozen=True)
class Card:
    number: str
    certificates: Mapping[Key, x509.Certificate]
    authorities: Sequence[x509.Certificate]
    _service: CardService

    def key(self, pin: str, key: Key = Key.SIGNING) -> "CardKey":
        """Whether the PIN is right shows when the key signs."""
        certificate = self.certificates[key]
        return CardKey(certificate, chain_of(certificate, self.authorities), self, key, pin)

    def value(self, key: Key, pin: str, digest: bytes, hash_name: str) -> bytes:
        asked = {"key": key, "pin": pin, "hash_name": hash_name, "digest": encoded(digest)}
        answer = self._service.asked("POST", self.number, "/sign", json.dumps(asked).encode())
        if answer.status == HTTPStatus.LOCKED:
            raise LockedPin("the PIN is locked")
        if answer.status == HTTPStatus.FORBIDDEN:
            raise _wrong_pin(answer.fields())
        if answer.status != HTTPStatus.OK:
            raise Unreachable(f"the card service answered {answer.status}")
        return checked(_bytes(answer.fields().get("signature")), self.certificates[key], digest, hash_name)


@dataclass(frozen=True)
class CardKey:
    """A key with its certificate and the PIN that opens it; a `Signer`."""

    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    _card: Card
    _key: Key
    _pin: str = field(repr=False)

    def sign(self, digest: bytes, hash_name: str) -> bytes:
        """Raises WrongPin with the tries that are left, or LockedPin."""
        return self._card.value(self._key, self._pin, digest, hash_name)


def _read(service: CardService, said: Mapping[str, Any]) -> Card:
    own, above = said.get("certificates"), said.get("chain")
    if not isinstance(own, dict) or not isinstance(above, list) or len(above) > MAX_AUTHORITIES:
        raise Unreachable("the card service's answer is not the content of a card")
    certificates = {key: _certificate(own.get(key)) for key in Key}
    return Card(str(said.get("number")), certificates, tuple(map(_certificate, above)), service)


def _certificate(text: object) -> x509.Certificate:
    try:
        return load(_bytes(text))
    except Malformed as error:
        raise Unreachable(f"the card service gave a certificate that cannot be read: {error}") from None


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise Unreachable("the card service's answer lacks a value")
    try:
        return decoded(text)
    except Malformed as error:
        raise Unreachable(f"the card service's answer cannot be read: {error}") from None


def _wrong_pin(said: Mapping[str, Any]) -> Refused:
    tries = said.get("tries")
    if said.get("error") != "wrong_pin" or not isinstance(tries, int):
        return Refused("the card service does not allow it")
    return WrongPin(f"the PIN is wrong; tries left: {tries}", tries)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
