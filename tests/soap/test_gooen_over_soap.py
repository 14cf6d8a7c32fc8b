"""GÖÖEN over SOAP: the same look-up, the same number and the same refusals as on the pages."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from app.adapters.emulators.registers.moods import Mood, Moods, Register
from app.core.audit import AuditEntry
from app.gooen.models import Gooen
from app.settings import Settings
from soap.versions import NAMESPACE
from tests.conftest import settings_for
from tests.registers import registers_of, settings_with_registers
from tests.soap.callers import detail_of
from tests.soap.registered import NUMBER, PIN, Gateway, request_header
from tests.soap.signed import envelope
from tests.soap.test_documents_over_soap import said


@pytest.fixture
def settings(database: Any, tmp_path: Any) -> Settings:
    return settings_with_registers(settings_for(database, tmp_path))


@pytest.fixture(autouse=True)
def registers(settings: Settings) -> Iterator[Moods]:
    with registers_of(settings) as found:
        yield found


def look_up(number: str, paper: str = "pin", citizenship: str = "AZ", born: str = "") -> str:
    inner = f"<citizenship>{citizenship}</citizenship><paper>{paper}</paper><number>{number}</number>"
    inner += f"<born>{born}</born>" if born else ""
    return f'<LookupPerson xmlns="{NAMESPACE}">{inner}</LookupPerson>'


def issue(lookup: str) -> str:
    return f'<IssueGooen xmlns="{NAMESPACE}"><lookup>{lookup}</lookup></IssueGooen>'


def sent(gateway: Gateway, body: str, message_id: str, person: str = PIN) -> Any:
    return gateway.call(gateway.signed(body, request_header(person, NUMBER if person else "", message_id)))


def test_citizen_sees_his_own_data_and_gets_his_number(gateway: Gateway) -> None:
    found = sent(gateway, look_up(PIN), "m-1")
    assert said(found, "surname") == ["Məmmədova"]
    (lookup,) = said(found, "lookup")
    first, again = sent(gateway, issue(str(lookup)), "m-2"), sent(gateway, issue(str(lookup)), "m-2")
    assert (said(first, "isNew"), said(again, "replayed")) == (["true"], ["true"])
    (number,) = said(first, "number")
    assert said(again, "number") == [number]
    later = sent(gateway, issue(str(lookup)), "m-3")
    assert (said(later, "isNew"), said(later, "number")) == (["false"], [number])
    gateway.context.session.rollback()
    assert gateway.context.session.scalars(select(Gooen.number)).all() == [number]
    checked = gateway.call(gateway.signed(f'<CheckGooen xmlns="{NAMESPACE}"><number>{number}</number></CheckGooen>'))
    assert said(checked, "isIssued") == ["true"]


def test_another_person_is_masked_and_only_who_asked_confirms(gateway: Gateway) -> None:
    found = sent(gateway, look_up("AB12CD3"), "m-1")
    assert (said(found, "surname"), said(found, "pin"), said(found, "issuer")) == (
        ["XXXXXXXXXX"],
        ["XXXXXXX"],
        ["ASAN3"],
    )
    (lookup,) = said(found, "lookup")
    own = sent(gateway, issue(str(lookup)), "m-2", person="")
    assert detail_of(own)["rule"] == ["gooen.enquiry"]


@pytest.mark.parametrize(
    ("body", "rule", "field"),
    [
        (look_up("AB12CD"), "pin.length", ["number"]),
        (look_up("ZZ99ZZ9"), "gooen.unknown", ["number"]),
        (look_up("U23456789", "passport"), "gooen.paper", ["kind"]),
        (look_up("9900000141"), "gooen.is_voen", ["number"]),
    ],
)
def test_refusals_are_those_of_the_page(gateway: Gateway, body: str, rule: str, field: list[str]) -> None:
    detail = detail_of(sent(gateway, body, "m-1"))
    assert (detail["code"], detail["rule"], detail["field"]) == (["Client.Validation"], [rule], field)


def test_birth_date_is_held_against_the_register(gateway: Gateway) -> None:
    assert said(sent(gateway, look_up("AB12CD3", born="1996-01-02"), "m-1"), "issuer") == ["ASAN3"]
    detail = detail_of(sent(gateway, look_up("AB12CD3", born="1996-01-03"), "m-2"))
    assert (detail["rule"], detail["field"]) == (["gooen.birth_date"], ["born"])


def test_register_that_is_away_is_said_to_be_so(gateway: Gateway, registers: Moods) -> None:
    registers.order(Register.POPULATION, Mood.DOWN)
    answer = sent(gateway, look_up(PIN), "m-1")
    assert (detail_of(answer)["code"], answer.headers["Retry-After"]) == (["Server.Unavailable"], "20")
    gateway.context.session.rollback()
    (entry,) = gateway.context.session.scalars(select(AuditEntry).where(AuditEntry.operation == "gooen.look_up"))
    assert entry.code == "registers.away"


def test_mistake_is_reported_with_a_number(gateway: Gateway) -> None:
    (lookup,) = said(sent(gateway, look_up(PIN), "m-1"), "lookup")
    inner = f"<lookup>{lookup}</lookup><wrong>surname</wrong><right>Əhmədova</right>"
    body = f'<ReportPersonDataError xmlns="{NAMESPACE}">{inner}</ReportPersonDataError>'
    (code,) = said(sent(gateway, body, "m-2"), "code")
    assert len(str(code)) == 14
    assert said(sent(gateway, body, "m-3"), "code") == [code]


def test_nobody_asks_without_being_known(gateway: Gateway) -> None:
    answer = gateway.call(etree.tostring(envelope(look_up(PIN), request_header(message_id="m-1"))))
    assert detail_of(answer)["code"] == ["Client.NotAllowed"]
