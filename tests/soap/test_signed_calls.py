"""Who calls and for whom: systems by their signatures, persons by their names, and what every forgery is told."""

import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree
from sqlalchemy import select, update

from app.accounts.models import Person
from app.core.db import write_transaction
from app.systems.models import CallingSystem
from app.systems.operations import (
    AddCertificate,
    CloseSystem,
    RegisterSystem,
    RevokeCertificate,
    add_certificate,
    close_system,
    register_system,
    revoke_certificate,
)
from app.systems.rules import Kind
from soap import security
from soap.versions import NAMESPACE, Version
from tests.soap.callers import detail_of
from tests.soap.registered import NUMBER, PIN, WHOAMI, Gateway, refused, request_header, who
from tests.soap.signed import System, envelope

DS = f"{{{security.DS}}}"


def test_system_is_known_by_its_signature(gateway: Gateway, version: Version) -> None:
    assert who(gateway.call(gateway.signed(version=version), version)) == "system:e-gov"


def test_person_acts_with_his_own_rights(gateway: Gateway) -> None:
    public_id = gateway.context.session.scalars(select(Person.public_id)).one()
    assert who(gateway.call(gateway.signed(header=request_header(PIN, NUMBER)))) == f"person:{public_id}"


def test_another_principal_is_refused(gateway: Gateway) -> None:
    assert refused(gateway.call(gateway.signed(header=request_header(PIN, "9900000301")))) == "access.principal"


def test_person_without_access_is_refused(gateway: Gateway) -> None:
    assert refused(gateway.call(gateway.signed(header=request_header("1AA1AAA")))) == "access.person_unknown"
    with write_transaction(gateway.context.session):
        gateway.context.session.execute(update(Person).values(disabled_at=gateway.clock.now()))
    assert refused(gateway.call(gateway.signed(header=request_header(PIN)))) == "access.person_unknown"


def test_without_identity_nobody_is_named(gateway: Gateway) -> None:
    message = etree.tostring(envelope(WHOAMI, request_header(PIN)))
    assert refused(gateway.call(message)) == "systems.anonymous"
    assert who(gateway.call(etree.tostring(envelope(WHOAMI)))) == "anonymous"


def test_name_beside_the_signature_is_not_believed(gateway: Gateway) -> None:
    """Whoever holds the message on its way could write another name into it."""
    for header in (request_header(PIN), request_header(message_id="m-1")):
        message = gateway.hub.sign(envelope(WHOAMI, header), gateway.clock.now(), unsigned=["RequestHeader"])
        answer = gateway.call(message)
        assert (refused(answer), detail_of(answer)["field"]) == ("security.unsigned_header", ["RequestHeader"])


def test_operation_that_is_not_the_systems_is_refused(gateway: Gateway) -> None:
    body = f'<ListServices xmlns="{NAMESPACE}"/>'
    assert refused(gateway.call(gateway.signed(body))) == "systems.operation"


def test_bank_speaks_for_nobody(gateway: Gateway, stranger: System) -> None:
    register_system(gateway.context, RegisterSystem("bank", "Bank", Kind.BANK, ("Whoami",)))
    add_certificate(gateway.context, AddCertificate("bank", stranger.certificate))
    at = gateway.clock.now()
    assert who(gateway.call(stranger.sign(envelope(WHOAMI), at))) == "system:bank"
    named = stranger.sign(envelope(WHOAMI, request_header(PIN)), at)
    assert refused(gateway.call(named)) == "systems.own_name"


def test_unknown_certificate_is_refused(gateway: Gateway, stranger: System) -> None:
    assert refused(gateway.call(stranger.sign(envelope(WHOAMI), gateway.clock.now()))) == "systems.unknown"


def test_revoked_certificate_and_closed_system_are_out_at_once(gateway: Gateway, stranger: System) -> None:
    add_certificate(gateway.context, AddCertificate("e-gov", stranger.certificate))
    revoke_certificate(gateway.context, RevokeCertificate("e-gov", gateway.fingerprint))
    assert refused(gateway.call(gateway.signed())) == "systems.revoked"
    assert who(gateway.call(stranger.sign(envelope(WHOAMI), gateway.clock.now()))) == "system:e-gov"
    close_system(gateway.context, CloseSystem("e-gov"))
    assert refused(gateway.call(stranger.sign(envelope(WHOAMI), gateway.clock.now()))) == "systems.closed"


def test_system_ends_with_its_last_day(gateway: Gateway) -> None:
    with write_transaction(gateway.context.session):
        last = gateway.clock.now().date()
        gateway.context.session.execute(update(CallingSystem).values(valid_until=last))
    assert who(gateway.call(gateway.signed())) == "system:e-gov"
    gateway.clock.advance(timedelta(days=1))
    assert refused(gateway.call(gateway.signed())) == "systems.ended"


def test_signed_message_is_taken_once(gateway: Gateway) -> None:
    message = gateway.signed()
    assert who(gateway.call(message)) == "system:e-gov"
    assert refused(gateway.call(message)) == "security.replayed"


@pytest.mark.parametrize("minutes", [-6, 6])
def test_time_that_is_not_now_is_refused(gateway: Gateway, minutes: int) -> None:
    at = gateway.clock.now() + timedelta(minutes=minutes)
    assert refused(gateway.call(gateway.hub.sign(envelope(WHOAMI), at))) == "security.signature"


def test_end_that_the_sender_set_is_kept(gateway: Gateway) -> None:
    message = gateway.hub.sign(envelope(WHOAMI), gateway.clock.now(), life=timedelta(minutes=1))
    gateway.clock.advance(timedelta(minutes=1))
    assert refused(gateway.call(message)) == "security.signature"


@pytest.mark.parametrize("method", ["sha-1", "weak digest"])
def test_weak_algorithms_are_refused(gateway: Gateway, stranger: System, method: str) -> None:
    add_certificate(gateway.context, AddCertificate("e-gov", stranger.certificate))
    weak = replace(stranger, method=method)
    assert refused(gateway.call(weak.sign(envelope(WHOAMI), gateway.clock.now()))) == "security.signature"


def _wrap(root: etree._Element, keep_id: bool = True) -> None:
    """The signed body goes under the header, another takes its place."""
    header, body = root
    moved = copy.deepcopy(body)
    body[0].tag = f"{{{NAMESPACE}}}Ping"
    if not keep_id:
        del body.attrib[security.ID]
    etree.SubElement(header, "{urn:attack}Wrapper").append(moved)


def _other_id(root: etree._Element) -> None:
    _wrap(root)
    root[1].set(security.ID, "another")


def _two_signatures(root: etree._Element) -> None:
    security_header = root[0][0]
    security_header.append(copy.deepcopy(next(root.iter(f"{DS}Signature"))))


def _two_headers(root: etree._Element) -> None:
    root[0].append(copy.deepcopy(root[0][0]))


def _xslt(root: etree._Element) -> None:
    next(root.iter(f"{DS}Transform")).set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")


def _without_time(root: etree._Element) -> None:
    next(root.iter(f"{{{security.WSU}}}Timestamp")).tag = f"{{{security.WSU}}}Other"


def _later(root: etree._Element) -> None:
    next(root.iter(f"{{{security.WSU}}}Expires")).text = "2030-01-01T00:00:00+00:00"


def _no_value(root: etree._Element) -> None:
    next(root.iter(f"{DS}SignatureValue")).text = ""


def _other_key(root: etree._Element) -> None:
    next(root.iter(f"{{{security.WSSE}}}Reference")).set("URI", "#elsewhere")


def _far_reference(root: etree._Element) -> None:
    next(root.iter(f"{DS}Reference")).set("URI", "http://127.0.0.1:9/body")


def _changed(root: etree._Element) -> None:
    etree.SubElement(root[1][0], f"{{{NAMESPACE}}}text").text = "changed"


FORGERIES = {
    "body moved": _wrap,
    "body moved, its id gone": lambda root: _wrap(root, keep_id=False),
    "body moved, another id": _other_id,
    "two signatures": _two_signatures,
    "two headers": _two_headers,
    "transform by a style sheet": _xslt,
    "no time": _without_time,
    "time changed": _later,
    "no value": _no_value,
    "another key": _other_key,
    "reference to elsewhere": _far_reference,
    "body changed": _changed,
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_is_refused(gateway: Gateway, name: str) -> None:
    root = etree.fromstring(gateway.signed())
    FORGERIES[name](root)
    assert refused(gateway.call(etree.tostring(root))) == "security.signature"


def test_every_changed_character_of_the_signed_parts_is_refused(gateway: Gateway) -> None:
    """What is left of the message after a change is either no XML, no call or no signature; it is never taken."""
    message = gateway.signed(f'<Ping xmlns="{NAMESPACE}"><text>abc</text></Ping>')
    start = message.index(b"<e:Body")
    for place in range(start, message.index(b"</e:Body>")):
        changed = message[:place] + bytes([message[place] ^ 1]) + message[place + 1 :]
        assert gateway.call(changed).status_code != 200, changed[start:]
