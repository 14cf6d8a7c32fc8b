"""Signatures by phone: the client against the emulated service over HTTP, the whole way and the PINs."""

from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from app.adapters.emulators.chips import Locked, Use, WrongSecret
from signing.container import new_container
from signing.errors import InvalidSignature, Refused, WrongCertificate
from signing.examination import Policy
from signing.paths import find_path
from signing.profiles import Role
from signing.sealing import lasting
from signing.signers.mobile import (
    Kind,
    Result,
    Running,
    authenticated,
    control_code,
)
from signing.signers.mobile_ceremony import Ceremony
from signing.signers.phone_screen import screen_text
from signing.subjects import fin_of
from signing.uses import Use as Purpose
from signing.verify import verify
from tests.signing.centre import files
from tests.signing.emulated import FIN, PHONE, Emulated
from tests.signing.mobile.phones import DIGEST, POLL_MS, begun, completed, confirm

# The code and the text on the screen


def test_control_code_is_that_of_the_protocol() -> None:
    assert control_code(bytes.fromhex("2f665f6a6999e0ef0752e00ec9f453adf59d8cb6")) == "1462"


@pytest.mark.parametrize(("first", "last", "code"), [(0x00, 0x00, "0000"), (0xFF, 0xFF, "8191"), (0x03, 0x80, "0000")])
def test_control_code_has_four_digits(first: int, last: int, code: str) -> None:
    assert control_code(bytes([first, *range(30), last])) == code


@pytest.mark.parametrize(
    ("text", "form", "shown"),
    [
        ("Sign 26AZ001, [copy]", "GSM-7", "Sign 26AZ001, [copy]"),
        ("Gömrük", "GSM-7", "Gömrük"),
        ("Bəyannamə", "UCS-2", "Bəyannamə"),
        ("ç", "UCS-2", "ç"),
        ("x" * 100, "GSM-7", "x" * 100),
        ("x" * 101, "GSM-7", "x" * 97 + "..."),
        ("[" * 60, "GSM-7", "[" * 48 + "..."),
        ("ə" * 50, "UCS-2", "ə" * 50),
        ("ə" * 51, "UCS-2", "ə" * 49 + "…"),
        ("imza 🖋", "UCS-2", "imza ?"),
        ("", "GSM-7", ""),
    ],
)
def test_text_fits_the_screen_of_a_phone(text: str, form: str, shown: str) -> None:
    assert screen_text(text) == (form, shown)


# The whole way


def test_container_signed_by_phone_is_valid(house: Emulated) -> None:
    payload = files()
    ceremony = house.signer.prepare(PHONE.number, FIN, payload, datetime.now(UTC))
    ceremony = house.signer.ask(ceremony, language="az", text="Bəyannamə")
    assert house.signer.fetch(ceremony, POLL_MS) is None
    ringing = house.devices.phones.ringing(PHONE.number)
    assert ringing
    assert (ringing.use, ringing.control_code) == (Use.SIGNING, ceremony.control_code)
    confirm(house, PHONE.pin2)
    basic = house.signer.fetch(ceremony, POLL_MS)
    assert basic
    container = new_container(payload).with_signature(lasting(basic, house.services))
    report = verify(container.to_bytes(), house.trust, Policy(roles=frozenset({Role.PERSON})))
    assert report.indication == "TOTAL-PASSED"
    assert report.signatures[0].level == "B-LT"
    assert report.signatures[0].signer is not None
    assert report.signatures[0].signer.name == "Aygün Məmmədova"


def test_ceremony_outlives_its_process(house: Emulated) -> None:
    """What is stored between two steps is text and bytes; another process takes it from there."""
    ceremony = house.signer.ask(
        house.signer.prepare(PHONE.number, FIN, files(), datetime.now(UTC)), language="en", text="Sign"
    )
    stored = asdict(ceremony)
    assert {type(value) for value in stored.values()} == {str, bytes}
    confirm(house, PHONE.pin2)
    again = Ceremony(**stored)
    assert again.control_code == ceremony.control_code
    first, second = (house.signer.fetch(again, POLL_MS) for _ in range(2))
    assert first
    assert first == second


def test_phone_that_was_not_asked_cannot_have_answered(house: Emulated) -> None:
    ceremony = house.signer.prepare(PHONE.number, FIN, files(), datetime.now(UTC))
    with pytest.raises(Refused):
        house.signer.fetch(ceremony, POLL_MS)


def test_value_over_other_files_is_refused(house: Emulated) -> None:
    one, other = (
        house.signer.prepare(PHONE.number, FIN, files(marker), datetime.now(UTC)) for marker in ("26AZ1", "26AZ2")
    )
    asked = house.signer.ask(one, language="az", text="")
    confirm(house, PHONE.pin2)
    with pytest.raises(InvalidSignature):
        house.signer.fetch(replace(other, session=asked.session), POLL_MS)


def test_person_proves_who_he_is(house: Emulated) -> None:
    session = begun(house.service, Kind.AUTHENTICATION)
    confirm(house, PHONE.pin1)
    certificate = authenticated(completed(house.service, session), DIGEST, "sha256", FIN)
    now = datetime.now(UTC)
    path = find_path(certificate, (house.authority.issuing,), house.trust, now, Purpose.AUTHENTICATION)
    assert path.role is Role.AUTHENTICATION


def test_proof_is_for_one_digest_and_one_person(house: Emulated) -> None:
    session = begun(house.service, Kind.AUTHENTICATION)
    confirm(house, PHONE.pin1)
    answer = completed(house.service, session)
    with pytest.raises(InvalidSignature):
        authenticated(answer, DIGEST[::-1], "sha256", FIN)
    with pytest.raises(WrongCertificate):
        authenticated(answer, DIGEST, "sha256", "6CD8E3F")
    signing = house.service.certificate(PHONE.number, FIN)
    with pytest.raises(WrongCertificate):
        authenticated(replace(answer, certificate=signing), DIGEST, "sha256", FIN)


def test_user_id_names_the_person_too(house: Emulated) -> None:
    session = begun(house.service, Kind.AUTHENTICATION, person=PHONE.user_id)
    confirm(house, PHONE.pin1)
    certificate = authenticated(completed(house.service, session), DIGEST, "sha256", FIN)
    assert fin_of(certificate) == FIN


# PINs


@pytest.mark.parametrize(
    ("kind", "wrong", "right"), [(Kind.AUTHENTICATION, "12345", "1234"), (Kind.SIGNATURE, "1234", "12345")]
)
def test_pin_of_the_other_key_opens_nothing(house: Emulated, kind: Kind, wrong: str, right: str) -> None:
    session = begun(house.service, kind)
    with pytest.raises(WrongSecret) as refused:
        confirm(house, wrong)
    assert refused.value.tries == 2
    assert isinstance(house.service.poll(session, POLL_MS), Running)
    confirm(house, right)
    assert completed(house.service, session).result is Result.OK


def test_third_wrong_pin_locks_it_and_nothing_else(house: Emulated) -> None:
    begun(house.service, Kind.SIGNATURE)
    for left in (2, 1, 0):
        with pytest.raises(WrongSecret) as refused:
            confirm(house, "99999")
        assert refused.value.tries == left
    assert house.devices.phones.ringing(PHONE.number) is None  # Whoever asked is told that the PIN is locked.
    with pytest.raises(Locked):
        house.devices.phones.chips.sign(PHONE.number, Use.SIGNING, PHONE.pin2, bytes(32), "sha256")
    tries = house.devices.phones.chips.find(PHONE.number).tries
    assert tries == {Use.AUTHENTICATION: 3, Use.SIGNING: 0}


def test_right_pin_gives_all_tries_back(house: Emulated) -> None:
    for _ in range(3):
        begun(house.service)
        for _ in range(2):
            with pytest.raises(WrongSecret):
                confirm(house, "99999")
        confirm(house, PHONE.pin2)
    assert house.devices.phones.chips.find(PHONE.number).tries[Use.SIGNING] == 3
