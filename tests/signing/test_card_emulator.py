"""The emulated cards over HTTP: who holds one, what its keys sign, and what it refuses."""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from app.adapters.emulators.chips import NewChip, NoChip, WrongSecret
from signing.certificates import load
from signing.egress import Egress
from signing.examination import Policy
from signing.profiles import Role
from signing.sealing import seal
from signing.signers.card import CardService
from signing.signers.signer import checked
from signing.verify import verify
from tests.signing.centre import files
from tests.signing.emulated import CARD, PHONE, Emulated, emulated

DIGEST = hashlib.sha256(b"a declaration").digest()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Emulated]:
    with emulated(tmp_path) as made:
        yield made


def call(house: Emulated, method: str, path: str, sent: object = None) -> tuple[int, Any]:
    connection = HTTPConnection(house.settings.card_url.split("/")[2])
    connection.request(method, f"/card/cards/{path}", json.dumps(sent).encode(), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content)


def asked(**changed: object) -> dict[str, object]:
    digest = b64encode(DIGEST).decode()
    return {"key": "signing", "pin": CARD.pin2, "hash_name": "sha256", "digest": digest} | changed


def test_card_tells_its_holder_and_its_certificates(house: Emulated) -> None:
    status, said = call(house, "GET", CARD.number)
    assert status == 200
    assert (said["number"], said["holder"]) == (CARD.number, "Aygün Məmmədova")
    assert (said["pin1_tries"], said["pin2_tries"]) == (3, 3)
    (issuer,) = (load(b64decode(one)) for one in said["chain"])
    for text in said["certificates"].values():
        load(b64decode(text)).verify_directly_issued_by(issuer)
    assert said["certificates"].keys() == {"authentication", "signing"}
    assert call(house, "GET", CARD.number)[1] == said


@pytest.mark.parametrize(("key", "pin"), [("authentication", CARD.pin1), ("signing", CARD.pin2)])
@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_either_key_signs_with_its_own_pin(house: Emulated, key: str, pin: str, hash_name: str) -> None:
    digest = hashlib.new(hash_name, b"x").digest()
    sent = asked(key=key, pin=pin, hash_name=hash_name, digest=b64encode(digest).decode())
    status, said = call(house, "POST", f"{CARD.number}/sign", sent)
    assert status == 200
    certificate = load(b64decode(call(house, "GET", CARD.number)[1]["certificates"][key]))
    assert checked(b64decode(said["signature"]), certificate, digest, hash_name)


@pytest.mark.parametrize(
    ("chip", "role"), [(CARD, Role.PERSON), (replace(CARD, number="ES900002", office="01000"), Role.OFFICER)]
)
def test_container_signed_by_card_is_valid(house: Emulated, chip: NewChip, role: Role) -> None:
    house.devices.cards.hand_out([chip])
    url = house.settings.card_url
    key = CardService(url, Egress.to(url)).card(chip.number).key(chip.pin2)
    container = seal(files(), key, house.services)
    report = verify(container.to_bytes(), house.trust, Policy(roles=frozenset({role})))
    assert (report.indication, report.signatures[0].level) == ("TOTAL-PASSED", "B-LT")


def test_three_wrong_pins_lock_and_the_puk_opens(house: Emulated) -> None:
    for left in (2, 1, 0):
        wrong = call(house, "POST", f"{CARD.number}/sign", asked(pin=CARD.pin1))
        assert wrong == (403, {"error": "wrong_pin", "tries": left})
    assert call(house, "POST", f"{CARD.number}/sign", asked()) == (423, {"error": "locked"})
    said = call(house, "GET", CARD.number)[1]
    assert (said["pin1_tries"], said["pin2_tries"]) == (3, 0)
    with pytest.raises(WrongSecret):
        house.devices.cards.unblock(CARD.number, CARD.pin2)
    house.devices.cards.unblock(CARD.number, CARD.puk)
    assert call(house, "POST", f"{CARD.number}/sign", asked())[0] == 200


BAD: dict[str, dict[str, object]] = {
    "unknown key": {"key": "encryption"},
    "pin that is a number": {"pin": 1234},
    "pin without end": {"pin": "1" * 17},
    "weak hash": {"hash_name": "sha1"},
    "digest of another length": {"digest": b64encode(DIGEST[:20]).decode()},
    "digest that is no Base64": {"digest": "???"},
    "digest that is missing": {"digest": None},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_request_is_refused_and_uses_up_no_try(house: Emulated, name: str) -> None:
    assert call(house, "POST", f"{CARD.number}/sign", asked(**BAD[name]))[0] == 400
    assert call(house, "GET", CARD.number)[1]["pin2_tries"] == 3


def test_what_is_no_card_is_not_found(house: Emulated) -> None:
    for number in ("ES000000", PHONE.number.replace("+", "%2B"), "%00"):
        assert call(house, "GET", number)[0] == 404
        assert call(house, "POST", f"{number}/sign", asked())[0] == 404
    with pytest.raises(NoChip):
        house.devices.cards.find(PHONE.number)
