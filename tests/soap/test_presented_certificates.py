"""A system known by the certificate of its connection: believed of a trusted proxy, and of nobody else."""

from datetime import timedelta
from urllib.parse import quote

from lxml import etree
from werkzeug.test import TestResponse

from tests.soap.registered import PIN, PROXY, WHOAMI, YEAR, Gateway, refused, request_header, who
from tests.soap.signed import System, envelope

STRANGER = "192.0.2.66"


def shown(gateway: Gateway, certificate: str, peer: str = PROXY, message: bytes = b"") -> TestResponse:
    """A call on which the proxy, or whoever it is, writes a certificate."""
    content = message or etree.tostring(envelope(WHOAMI))
    told = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "192.0.2.10"}
    return gateway.call(content, headers={"X-Client-Certificate": certificate}, environ_base=told)


def handed(system: System) -> str:
    """As nginx writes it."""
    return quote(system.certificate.decode())


def test_system_is_known_by_the_certificate_of_its_connection(gateway: Gateway, hub: System) -> None:
    assert who(shown(gateway, handed(hub))) == "system:e-gov"


def test_person_may_be_named_over_such_a_connection(gateway: Gateway, hub: System) -> None:
    named = etree.tostring(envelope(WHOAMI, request_header(PIN)))
    assert who(shown(gateway, handed(hub), message=named)).startswith("person:")


def test_certificate_that_a_stranger_writes_is_not_seen(gateway: Gateway, hub: System) -> None:
    assert who(shown(gateway, handed(hub), STRANGER)) == "anonymous"


def test_unregistered_certificate_is_refused(gateway: Gateway, stranger: System) -> None:
    assert refused(shown(gateway, handed(stranger))) == "systems.unknown"


def test_anything_but_one_certificate_is_refused(gateway: Gateway, hub: System) -> None:
    for wrong in ("x", handed(hub) * 2, handed(hub)[:-60]):
        assert refused(shown(gateway, wrong)) == "security.certificate", wrong


def test_certificate_is_refused_when_it_has_run_out(gateway: Gateway, hub: System) -> None:
    gateway.clock.advance(YEAR + timedelta(days=1))
    assert refused(shown(gateway, handed(hub))) == "security.expired"


def test_signature_by_another_certificate_than_the_connections_is_refused(
    gateway: Gateway, hub: System, stranger: System
) -> None:
    assert who(shown(gateway, handed(hub), message=gateway.signed())) == "system:e-gov"
    foreign = stranger.sign(envelope(WHOAMI), gateway.clock.now())
    assert refused(shown(gateway, handed(hub), message=foreign)) == "security.two"
