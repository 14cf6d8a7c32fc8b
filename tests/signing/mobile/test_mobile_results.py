"""Every way in which a signature by phone can end, and how long it may take."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.adapters.emulators.chips import WrongSecret
from app.adapters.emulators.phones import NotWaiting
from app.adapters.emulators.scripted_phones import SCRIPTS, SLOW
from signing.errors import InvalidSignature, OutsideValidity, Refused, Unreachable, WrongCertificate
from signing.paths import find_path
from signing.signers.mobile import (
    Complete,
    Kind,
    NotSigned,
    Result,
    Running,
    SessionGone,
    authenticated,
)
from signing.uses import Use as Purpose
from tests.signing.centre import files
from tests.signing.emulated import FIN, PHONE, Emulated, emulated
from tests.signing.mobile.phones import DIGEST, POLL_MS, begun, completed, confirm, raw

# How it can end


REFUSED_BY = {number: script for number, script in SCRIPTS.items() if script.result is not Result.OK}


def test_every_result_has_a_number() -> None:
    assert {script.result for script in SCRIPTS.values()} == set(Result)
    assert {str(result) for result in Result} == {
        *("OK", "TIMEOUT", "NOT_MID_CLIENT", "USER_CANCELLED"),
        *("SIGNATURE_HASH_MISMATCH", "PHONE_ABSENT", "DELIVERY_ERROR", "SIM_ERROR", "PIN_LOCKED"),
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


def test_third_wrong_pin_ends_the_request_and_the_next_one_at_once(house: Emulated) -> None:
    session = begun(house.service)
    for _ in range(2):
        with pytest.raises(WrongSecret):
            confirm(house, "0000")
        assert isinstance(house.service.poll(session, POLL_MS), Running)
    with pytest.raises(WrongSecret):
        confirm(house, "0000")
    assert completed(house.service, session).result is Result.PIN_LOCKED
    assert completed(house.service, begun(house.service)).result is Result.PIN_LOCKED
    assert house.devices.phones.ringing(PHONE.number) is None
    house.devices.phones.chips.unblock(PHONE.number, PHONE.puk)
    session = begun(house.service)
    confirm(house, PHONE.pin2)
    assert completed(house.service, session).result is Result.OK


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
