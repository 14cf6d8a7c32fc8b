"""Signatures by phone: the client against the emulated service over HTTP, every way in which it can end."""

import hashlib
import json
import stat
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.adapters.emulators.chips import Locked, Use, WrongSecret
from app.adapters.emulators.devices import devices
from app.adapters.emulators.phones import NotWaiting
from app.adapters.emulators.scripted_phones import SCRIPTS, SLOW
from app.settings import Settings
from signing.container import new_container
from signing.egress import Egress
from signing.errors import InvalidSignature, OutsideValidity, Refused, SigningError, Unreachable, WrongCertificate
from signing.examination import Policy
from signing.paths import find_path
from signing.profiles import Role
from signing.sealing import lasting
from signing.signers.mobile import (
    Complete,
    Kind,
    MobileService,
    NotSigned,
    Result,
    Running,
    Session,
    SessionGone,
    authenticated,
    control_code,
)
from signing.signers.mobile_ceremony import Ceremony, MobileSigner
from signing.signers.phone_screen import screen_text
from signing.signers.signer import checked
from signing.subjects import fin_of
from signing.uses import Use as Purpose
from signing.verify import verify
from tests.signing.centre import files
from tests.signing.emulated import FIN, PHONE, Emulated, emulated, emulators_process, served

DIGEST = hashlib.sha256(b"a declaration").digest()
POLL_MS = 1000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Emulated]:
    with emulated(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    """For the tests that leave it as it was."""
    with emulated(tmp_path_factory.mktemp("standing")) as made:
        yield made


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
    with pytest.raises(Locked):
        confirm(house, PHONE.pin2)
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


# How it can end


REFUSED_BY = {number: script for number, script in SCRIPTS.items() if script.result is not Result.OK}


def test_every_result_has_a_number() -> None:
    assert {script.result for script in SCRIPTS.values()} == set(Result)
    assert {str(result) for result in Result} == {
        *("OK", "TIMEOUT", "NOT_MID_CLIENT", "USER_CANCELLED"),
        *("SIGNATURE_HASH_MISMATCH", "PHONE_ABSENT", "DELIVERY_ERROR", "SIM_ERROR"),
    }


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("number", REFUSED_BY)
def test_refusal_of_a_phone_says_why(standing: Emulated, number: str, kind: Kind) -> None:
    script = SCRIPTS[number]
    answer = completed(standing.service, begun(standing.service, kind, number, script.fin))
    assert answer == Complete(script.result)
    with pytest.raises(NotSigned) as refused:
        authenticated(answer, DIGEST, "sha256", script.fin)
    assert refused.value.result is script.result


def scripted(house: Emulated, number: str) -> bytes | None:
    """The whole way with a number that answers by itself."""
    ceremony = house.signer.prepare(number, SCRIPTS[number].fin, files(), datetime.now(UTC))
    return house.signer.fetch(house.signer.ask(ceremony, language="az", text=""), POLL_MS)


def test_good_number_signs(house: Emulated) -> None:
    assert scripted(house, "+994509990001")


def test_refusal_ends_the_ceremony(house: Emulated) -> None:
    with pytest.raises(NotSigned) as refused:
        scripted(house, "+994509990004")
    assert refused.value.result is Result.USER_CANCELLED


def test_number_without_a_certificate_is_no_client(house: Emulated) -> None:
    for number, fin in (("+994509990003", "TEST003"), ("+994501112233", FIN), (PHONE.number, "6CD8E3F")):
        with pytest.raises(NotSigned) as refused:
            house.service.certificate(number, fin)
        assert refused.value.result is Result.NOT_MID_CLIENT
        answer = completed(house.service, begun(house.service, number=number, person=fin))
        assert answer.result is Result.NOT_MID_CLIENT


def test_slow_number_answers_later(house: Emulated) -> None:
    session = begun(house.service, number="+994509990011", person="TEST011")
    assert isinstance(house.service.poll(session, POLL_MS), Running)
    house.clock.advance(SLOW)
    assert completed(house.service, session).result is Result.OK


def test_wrong_signature_value_is_refused(house: Emulated) -> None:
    with pytest.raises(InvalidSignature):
        scripted(house, "+994509990012")
    session = begun(house.service, Kind.AUTHENTICATION, "+994509990012", "TEST012")
    with pytest.raises(InvalidSignature):
        authenticated(completed(house.service, session), DIGEST, "sha256", "TEST012")


def test_certificate_of_another_person_is_refused(house: Emulated) -> None:
    with pytest.raises(WrongCertificate):
        scripted(house, "+994509990013")
    session = begun(house.service, Kind.AUTHENTICATION, "+994509990013", "TEST013")
    with pytest.raises(WrongCertificate):
        authenticated(completed(house.service, session), DIGEST, "sha256", "TEST013")


def test_expired_certificate_has_no_path(house: Emulated) -> None:
    session = begun(house.service, Kind.AUTHENTICATION, "+994509990014", "TEST014")
    certificate = authenticated(completed(house.service, session), DIGEST, "sha256", "TEST014")
    later = datetime.now(UTC) + timedelta(minutes=1)
    with pytest.raises(OutsideValidity):
        find_path(certificate, (house.authority.issuing,), house.trust, later, Purpose.AUTHENTICATION)


def test_service_out_of_order_is_unreachable(house: Emulated) -> None:
    with pytest.raises(Unreachable):
        scripted(house, "+994509990015")


def test_person_may_cancel(house: Emulated) -> None:
    session = begun(house.service)
    ringing = house.devices.phones.ringing(PHONE.number)
    assert ringing
    house.devices.phones.cancel(PHONE.number, ringing.id)
    assert completed(house.service, session).result is Result.USER_CANCELLED
    with pytest.raises(NotWaiting):
        house.devices.phones.confirm(PHONE.number, ringing.id, PHONE.pin2)


# Time


def test_phone_rings_for_two_minutes(house: Emulated) -> None:
    session = begun(house.service)
    house.clock.advance(timedelta(seconds=119))
    assert house.devices.phones.ringing(PHONE.number)
    house.clock.advance(timedelta(seconds=1))
    assert house.devices.phones.ringing(PHONE.number) is None
    with pytest.raises(NotWaiting):
        house.devices.phones.confirm(PHONE.number, session.id, PHONE.pin2)
    assert completed(house.service, session).result is Result.TIMEOUT


def test_session_is_forgotten_after_five_minutes(house: Emulated) -> None:
    session = begun(house.service)
    confirm(house, PHONE.pin2)
    house.clock.advance(timedelta(minutes=5) - timedelta(seconds=1))
    assert completed(house.service, session).result is Result.OK
    house.clock.advance(timedelta(seconds=1))
    with pytest.raises(SessionGone):
        house.service.poll(session, POLL_MS)


def test_poll_lasts_as_long_as_asked_within_bounds(house: Emulated) -> None:
    session, lasted = begun(house.service), []
    for text in ("?timeoutMs=3000", "?timeoutMs=1", "?timeoutMs=99999", ""):
        began = house.clock.now()
        status, said = raw(house, "GET", f"/phone/signature/session/{session.id}{text}")
        assert (status, said) == (200, {"state": "RUNNING"})
        lasted.append(round((house.clock.now() - began).total_seconds(), 1))
    assert lasted == [3.0, 1.0, 60.0, 10.0]


def test_client_waits_no_longer_than_its_requests_may(house: Emulated) -> None:
    session, began = begun(house.service), house.clock.now()
    house.service_with(3.0).poll(session, 60_000)
    assert round((house.clock.now() - began).total_seconds(), 1) == 2.0
    with pytest.raises(Refused):
        house.service_with(1.5)


def test_second_poll_takes_the_place_of_the_first(tmp_path: Path) -> None:
    """While the first one waits, a second one comes; the first is let go at once, and the second waits on."""
    seen: list[Any] = []

    def meanwhile(clock: Any) -> None:
        if not seen:
            seen.append("the second begins")
            seen.append(house.service.poll(session, POLL_MS))
        else:
            clock.advance(timedelta(seconds=1))

    with emulated(tmp_path, meanwhile) as house:
        session, began = begun(house.service), house.clock.now()
        assert house.devices.phones.state(session.kind, session.id, 60) is None
        assert isinstance(seen[1], Running)
        assert house.clock.now() - began == timedelta(seconds=1)


# Refusals of the service


@pytest.mark.parametrize("changed", [{"mobile_signature_uuid": "f" * 36}, {"mobile_signature_name": "e-gomruk"}])
def test_stranger_is_not_served(standing: Emulated, changed: dict[str, str]) -> None:
    stranger = standing.service_with(5.0, **changed)
    for ask in (lambda: stranger.certificate(PHONE.number, FIN), lambda: begun(stranger)):
        with pytest.raises(Refused, match="401"):
            ask()


def test_unknown_session_is_gone(standing: Emulated) -> None:
    with pytest.raises(SessionGone):
        standing.service.poll(Session(Kind.SIGNATURE, "00000000-0000-0000-0000-000000000000"), POLL_MS)
    other = begun(standing.service, Kind.AUTHENTICATION)
    with pytest.raises(SessionGone):
        standing.service.poll(Session(Kind.SIGNATURE, other.id), POLL_MS)


def test_digest_of_another_length_is_not_sent(standing: Emulated) -> None:
    with pytest.raises(Refused):
        standing.service.begin(Kind.SIGNATURE, PHONE.number, FIN, DIGEST, "sha384", language="az", text="")


def raw(house: Emulated, method: str, path: str, sent: object = None, kind: str = "application/json") -> Any:
    connection = HTTPConnection(house.settings.card_url.split("/")[2])
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    connection.request(method, path, body, {"Content-Type": kind})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, json.loads(content)


def asked(house: Emulated, **changed: object) -> dict[str, object]:
    good = {
        "relyingPartyUUID": house.settings.mobile_signature_uuid,
        "relyingPartyName": house.settings.mobile_signature_name,
        "phoneNumber": PHONE.number,
        "nationalIdentityNumber": FIN,
        "hash": b64encode(DIGEST).decode(),
        "hashType": "SHA256",
        "language": "AZE",
        "displayText": "Bəyannamə",
        "displayTextFormat": "UCS-2",
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


BAD: dict[str, dict[str, object]] = {
    "no phone": {"phoneNumber": None},
    "phone of another shape": {"phoneNumber": "0502223344"},
    "phone of another land": {"phoneNumber": "+37200000766"},
    "no person": {"nationalIdentityNumber": None},
    "person with a space": {"nationalIdentityNumber": "5ABC 1DE"},
    "number in place of text": {"nationalIdentityNumber": 5},
    "no hash": {"hash": None},
    "hash that is no Base64": {"hash": "???"},
    "hash that is too short": {"hash": b64encode(DIGEST[:-1]).decode()},
    "hash of another type": {"hashType": "SHA512"},
    "weak hash": {"hashType": "SHA1"},
    "unknown language": {"language": "XXX"},
    "text that is too long": {"displayText": "ə" * 51},
    "unknown form of text": {"displayTextFormat": "UTF-8"},
    "no relying party": {"relyingPartyUUID": None},
}


@pytest.mark.parametrize("path", ["/phone/signature", "/phone/authentication"])
@pytest.mark.parametrize("name", BAD)
def test_bad_field_is_refused(standing: Emulated, name: str, path: str) -> None:
    assert raw(standing, "POST", path, asked(standing))[0] == 200
    status, said = raw(standing, "POST", path, asked(standing, **BAD[name]))
    assert status == 400
    assert said["error"]


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"{", "application/json"),
        (b"[" * 15_000, "application/json"),
        (b"[]", "application/json"),
        (b"{}", "text/plain"),
        (b"\xff", "application/json"),
    ],
)
def test_request_that_is_no_json_is_refused(standing: Emulated, sent: bytes, kind: str) -> None:
    assert raw(standing, "POST", "/phone/certificate", sent, kind)[0] == 400


def test_request_that_is_too_large_is_refused(standing: Emulated) -> None:
    assert raw(standing, "POST", "/phone/certificate", b" " * 17_000)[0] == 413


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/phone/certificate"),
        ("GET", "/phone/signature"),
        ("DELETE", "/phone/signature/session/x"),
        ("POST", "/phone/signature/session/x"),
    ],
)
def test_wrong_method_is_refused(standing: Emulated, method: str, path: str) -> None:
    status, said = raw(standing, method, path, asked(standing))
    assert (status, said["error"]) == (405, "Method Not Allowed")


@pytest.mark.parametrize("text", ["abc", "-1", "1e3", "٣", "999999"])
def test_waiting_time_that_is_none_is_refused(standing: Emulated, text: str) -> None:
    session = begun(standing.service)
    assert raw(standing, "GET", f"/phone/signature/session/{session.id}?timeoutMs={quote(text)}")[0] == 400


# A service that misbehaves


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<html>",
    "a list": b"[]",
    "a heap": b"[" * 100_000,
    "no field": b"{}",
    "null": b'{"sessionID": null, "state": null, "result": null, "cert": null}',
    "numbers": b'{"sessionID": 7, "state": 7, "result": 7, "cert": 7}',
    "a way out": b'{"sessionID": "../../x", "state": "COMPLETE", "result": "OK", "signature": {"value": "AA=="}}',
    "unknown result": b'{"sessionID": "", "state": "COMPLETE", "result": "MAYBE"}',
    "no certificate": b'{"sessionID": "a b", "state": "COMPLETE", "result": "OK", "signature": {"value": "AA=="}}',
    "no value": b'{"sessionID": "\\u00e9", "state": "COMPLETE", "result": "OK", "signature": {}, "cert": "AA=="}',
    "value that is no Base64": b'{"state": "COMPLETE", "result": "OK", "signature": {"value": "A"}, "cert": "AA=="}',
    "signature that is a list": b'{"state": "COMPLETE", "result": "OK", "signature": [], "cert": "AA=="}',
    "no certificate at all": b'{"result": "OK", "state": "COMPLETE", "signature": {"value": "AA=="}, "cert": "AA"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_improper_answer_is_told_in_one_line(name: str) -> None:
    def program(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return [HOSTILE[name]]

    with served(program) as place:
        service = MobileService(f"http://{place}", "uuid", "name", Egress.to(f"http://{place}"))
        for ask in (
            lambda: service.certificate(PHONE.number, FIN),
            lambda: begun(service),
            lambda: service.poll(Session(Kind.AUTHENTICATION, "x"), POLL_MS),
        ):
            with pytest.raises(Unreachable) as refused:
                ask()
            assert "\n" not in str(refused.value)


@pytest.mark.parametrize("status", ["302 Found", "418 Teapot", "429 Too Many Requests", "503 Service Unavailable"])
def test_strange_status_is_unreachable(status: str) -> None:
    def program(_environ: object, start_response: Callable[..., object]) -> list[bytes]:
        start_response(status, [("Content-Type", "application/json"), ("Location", "http://127.0.0.1:9/")])
        return [b"{}"]

    with served(program) as place:
        service = MobileService(f"http://{place}", "uuid", "name", Egress.to(f"http://{place}"))
        with pytest.raises(Unreachable):
            begun(service)


def test_service_at_a_place_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(Refused):
        MobileService("http://127.0.0.1:9/phone", "uuid", "name", Egress(frozenset({"127.0.0.1:8"})))


def test_service_that_is_away_is_unreachable() -> None:
    service = MobileService("http://127.0.0.1:9/phone", "uuid", "name", Egress(frozenset({"127.0.0.1:9"})))
    with pytest.raises(SigningError) as refused:
        MobileSigner(service, ()).prepare(PHONE.number, FIN, files(), datetime.now(UTC))
    assert isinstance(refused.value, Unreachable)


# Several processes


def test_two_processes_share_the_phones(tmp_path: Path) -> None:
    """One serves the relying party, who waits; in the other one the holder types his PIN."""
    with emulators_process(tmp_path) as settings:
        found = devices(settings)
        found.phones.chips.hand_out([PHONE])
        us = settings.mobile_signature_uuid, settings.mobile_signature_name
        url = settings.mobile_signature_url
        service = MobileService(url, *us, Egress.to(url, timeout=30.0))
        session = begun(service)
        with ThreadPoolExecutor(1) as elsewhere:
            answer = elsewhere.submit(service.poll, session, 20_000)
            found.phones.confirm(PHONE.number, session.id, PHONE.pin2)
            assert answer.result().result is Result.OK  # type: ignore[union-attr]
        value = completed(service, session).value
        assert checked(value, service.certificate(PHONE.number, FIN), DIGEST, "sha256")


def test_guesses_at_once_are_counted_one_by_one(tmp_path: Path) -> None:
    with emulated(tmp_path) as house:
        begun(house.service)

        def guess(number: int) -> type[Exception]:
            with pytest.raises((WrongSecret, Locked)) as refused:
                confirm(house, f"9{number:04}")
            return refused.type

        with ThreadPoolExecutor(8) as crowd:
            refusals = Counter(crowd.map(guess, range(24)))
        assert refusals == {WrongSecret: 3, Locked: 21}


def test_chips_are_handed_out_once_by_many(tmp_path: Path) -> None:
    settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(tmp_path)})
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _: devices(settings).phones.chips.hand_out([PHONE]), range(8)))
    chips = devices(settings).phones.chips
    assert [chip.number for chip in chips.listed()] == [PHONE.number]
    assert chips.sign(PHONE.number, Use.SIGNING, PHONE.pin2, DIGEST, "sha256")


def test_file_of_the_emulators_holds_no_secret(house: Emulated) -> None:
    confirmed = begun(house.service)
    confirm(house, PHONE.pin2)
    assert completed(house.service, confirmed).value
    kept = b"".join(path.read_bytes() for path in house.settings.instance.glob("emulators.sqlite*"))
    assert PHONE.number.encode() in kept
    assert [secret for secret in (PHONE.pin1, PHONE.pin2, PHONE.puk) if secret.encode() in kept] == []
    assert stat.S_IMODE((house.settings.instance / "emulators.sqlite").stat().st_mode) == 0o600
