"""What the tests of signatures by phone do to the phone and ask of its service."""

import hashlib
import json
from http.client import HTTPConnection
from typing import Any

from signing.signers.mobile import (
    Complete,
    Kind,
    MobileService,
    Session,
)
from tests.signing.emulated import FIN, PHONE, Emulated

DIGEST = hashlib.sha256(b"a declaration").digest()


POLL_MS = 1000


def begun(
    service: MobileService, kind: Kind = Kind.SIGNATURE, number: str = PHONE.number, person: str = FIN
) -> Session:
    return service.begin(kind, number, person, DIGEST, "sha256", language="az", text="Bəyannaməni imzalayın")


def completed(service: MobileService, session: Session) -> Complete:
    answer = service.poll(session, POLL_MS)
    assert isinstance(answer, Complete)
    return answer


def confirm(house: Emulated, pin: str) -> None:
    ringing = house.devices.phones.ringing(PHONE.number)
    assert ringing
    house.devices.phones.confirm(PHONE.number, ringing.id, pin)


def raw(house: Emulated, method: str, path: str, sent: object = None, kind: str = "application/json") -> Any:
    connection = HTTPConnection(house.settings.card_url.split("/")[2])
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    connection.request(method, path, body, {"Content-Type": kind})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content)
