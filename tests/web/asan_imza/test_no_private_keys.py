"""No private key and no PIN of a person reaches the portal: not its database, not its files, not its logs."""

import logging
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from sqlalchemy import select

from app.accounts.rules import Means
from app.adapters.emulators.chips import NewChip, Use
from app.archive.operations import KeepContainer, keep
from app.archive.rules import Kind
from app.core.context import Context
from app.core.db import Model
from app.core.logs import JsonLines
from signing.container import new_container
from signing.egress import Egress
from signing.sealing import lasting, seal
from signing.signers.card import CardService
from tests.signing.centre import files
from tests.signing.emulated import CARD, FIN, PHONE
from tests.web.asan_imza.everything import Everything, open_own_account
from tests.web.asan_imza.steps import new_browser

OPEN_KEY = re.compile(rb"BEGIN (?:EC |RSA )?PRIVATE KEY")
NUMBER = "26AZ00100123456"


@pytest.fixture
def portal(everything: Everything) -> Flask:
    return everything.portal


@pytest.fixture
def logged() -> Iterator[StringIO]:
    text = StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    handler.setFormatter(JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def test_nothing_of_a_private_key_is_kept_or_logged(everything: Everything, system: Context, logged: StringIO) -> None:
    """After all ways to sign in, and after signatures by card and by phone that the portal keeps."""
    open_own_account(system)
    for means in Means:
        everything.enter(new_browser(everything.portal), means)
    for content in (by_card(everything), by_phone(everything)):
        keep(system, KeepContainer(content, Kind.DECLARATION, NUMBER))
    kept = "\n".join(rows(system))
    assert CARD.number not in logged.getvalue()
    assert FIN in kept
    text = (kept + logged.getvalue()).encode()
    folder = everything.house.settings.instance
    places = {"database and logs": text} | {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    assert len(places) > 10
    forms = [form for key in keys(everything) for form in shapes(key)]
    assert [place for place, content in places.items() if OPEN_KEY.search(content)] == []
    assert [place for place, content in places.items() if any(form in content for form in forms)] == []
    secrets = [secret for chip in (CARD, PHONE) for secret in (chip.pin1, chip.pin2, chip.puk)]
    assert [secret for secret in secrets if re.search(rf"(?<![\w.:-]){secret}(?![\w.:-])", text.decode())] == []


def test_a_key_that_lies_about_would_be_found(everything: Everything) -> None:
    key, *_ = keys(everything)
    for encoding in (Encoding.DER, Encoding.PEM):
        for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
            content = b"x" + key.private_bytes(encoding, form, NoEncryption())
            assert any(shape in content for shape in shapes(key)) or OPEN_KEY.search(content)


def by_card(everything: Everything) -> bytes:
    house = everything.house.emulated
    card = CardService(house.settings.card_url, Egress.to(house.settings.card_url)).card(CARD.number)
    return seal(files(), card.key(CARD.pin2), house.services).to_bytes()


def by_phone(everything: Everything) -> bytes:
    house = everything.house.emulated
    ceremony = house.signer.prepare(PHONE.number, FIN, files(), datetime.now(UTC))
    ceremony = house.signer.ask(ceremony, language="az", text="Bəyannamə")
    everything.house.confirm(pin=PHONE.pin2)
    basic = house.signer.fetch(ceremony, 1000)
    assert basic
    return new_container(files()).with_signature(lasting(basic, house.services)).to_bytes()


def keys(everything: Everything) -> list[EllipticCurvePrivateKey]:
    """Of card and phone, for signing in and for signing, opened with their PINs."""
    devices = everything.house.emulated.devices
    return [
        chips._opened(chip.number, use, pin)
        for chips, chip in ((devices.cards, CARD), (devices.phones.chips, PHONE))
        for use, pin in pins(chip).items()
    ]


def pins(chip: NewChip) -> dict[Use, str]:
    return {Use.AUTHENTICATION: chip.pin1, Use.SIGNING: chip.pin2}


def shapes(key: EllipticCurvePrivateKey) -> Iterator[bytes]:
    """The number itself, which PKCS #8 and SEC 1 hold as it is; in letters; and whole keys in Base64."""
    number = key.private_numbers().private_value
    raw = number.to_bytes(32)
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), str(number).encode(), b64encode(raw))
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        yield b64encode(key.private_bytes(Encoding.DER, form, NoEncryption()))


def rows(system: Context) -> Iterator[str]:
    """All that is in the database, bytes in hexadecimal."""
    for table in Model.metadata.sorted_tables:
        for row in system.session.execute(select(table)):
            yield " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row)
