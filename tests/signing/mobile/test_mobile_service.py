"""What the service of the phones refuses, what its client refuses of it, and several processes at once."""

import stat
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from app.adapters.emulators.chips import Locked, Use, WrongSecret
from app.adapters.emulators.devices import devices
from app.adapters.emulators.phones import NotWaiting
from app.settings import Settings
from signing.egress import Egress
from signing.errors import Refused, SigningError, Unreachable
from signing.signers.mobile import (
    Kind,
    MobileService,
    Result,
    Session,
    SessionGone,
)
from signing.signers.mobile_ceremony import MobileSigner
from signing.signers.signer import checked
from tests.signing.centre import files
from tests.signing.emulated import FIN, PHONE, Emulated, emulated, emulators_process, served
from tests.signing.mobile.phones import DIGEST, POLL_MS, begun, completed, confirm, raw

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
        phones = house.devices.phones
        ringing = phones.ringing(PHONE.number)
        assert ringing

        def guess(number: int) -> type[Exception]:
            with pytest.raises((WrongSecret, Locked, NotWaiting)) as refused:
                phones.confirm(PHONE.number, ringing.id, f"9{number:04}")
            return refused.type

        with ThreadPoolExecutor(8) as crowd:
            refusals = Counter(crowd.map(guess, range(24)))
        # The third one ends the request; whoever comes later finds the PIN locked or nobody waiting.
        assert refusals.pop(WrongSecret) == 3
        assert refusals.total() == 21


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
