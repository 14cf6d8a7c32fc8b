"""Clients of outside services: the same answers as from one's own, and none that belongs to another question."""

from collections.abc import Callable, Iterator
from hashlib import sha384
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest

from signing import crl, ocsp, tsp
from signing.clients import ListsClient, OcspClient, TsaClient
from signing.egress import Egress
from signing.errors import Indeterminate, Malformed, Refused, Revoked, SigningError, Unreachable
from signing.oids import POLICY_TIMESTAMP
from signing.responders import pki_application
from signing.revocation import ListSource, OcspSource
from signing.timestamp import TimestampSource, verify_token
from tests.signing.pki.house import DIGEST, PASSPHRASE, START, House
from tests.signing.pki.strangers import served


@pytest.fixture
def place(house: House) -> Iterator[str]:
    with served(pki_application(house.folder, PASSPHRASE, house.clock)) as found:
        yield found


def egress(place: str) -> Egress:
    return Egress(frozenset({place}))


def test_stamps_come_from_far_as_from_near(house: House, place: str) -> None:
    far = TsaClient(f"http://{place}/tsa", egress(place), POLICY_TIMESTAMP)
    sources: list[TimestampSource] = [house.authority.tsa, far]
    for source in sources:
        assert verify_token(source.token(DIGEST), DIGEST, house.trust).time == START
    digest = sha384(b"").digest()
    assert verify_token(far.token(digest, "sha384"), digest, house.trust).hash.name == "sha384"


def test_answers_come_from_far_as_from_near(house: House, place: str) -> None:
    certificate = house.issue()
    far = OcspClient({house.issuing: f"http://{place}/ocsp"}, egress(place))
    sources: list[OcspSource] = [house.authority.ocsp, far]
    for source in sources:
        answer = source.response(certificate, house.issuing)
        assert ocsp.verify_ocsp(answer, certificate, house.issuing, START).this_update == START


def lists_client(house: House, place: str) -> ListsClient:
    return ListsClient([f"http://{place}/root.crl", f"http://{place}/crl"], egress(place), house.clock)


def test_lists_come_from_far_as_from_near(house: House, place: str) -> None:
    sources: list[ListSource] = [house.authority, lists_client(house, place)]
    for source in sources:
        above, below = source.lists()
        assert crl.verify_crl(above, house.issuing, house.authority.root, START).this_update == START
        assert crl.verify_crl(below, house.issue(), house.issuing, START).this_update == START


def test_lists_are_fetched_again_when_they_may_have_changed(house: House, place: str) -> None:
    far, certificate = lists_client(house, place), house.issue()
    first = far.lists()
    house.authority.revoke(certificate.serial_number)
    house.clock.pass_by(minutes=59)
    assert far.lists() == first
    later = house.clock.pass_by(minutes=1)
    with pytest.raises(Revoked):
        crl.verify_crl(far.lists()[1], certificate, house.issuing, later)


def test_lists_outlast_their_service_for_a_while(house: House) -> None:
    with served(pki_application(house.folder, PASSPHRASE, house.clock)) as place:
        far = lists_client(house, place)
        kept = far.lists()
    house.clock.pass_by(minutes=179)
    assert far.lists() == kept
    house.clock.pass_by(minutes=1)
    with pytest.raises(Unreachable):
        far.lists()


def test_other_bytes_are_no_list(house: House) -> None:
    with served(lying(crl.MEDIA_TYPE, always(b"list"))) as place, pytest.raises(Malformed):
        ListsClient([f"http://{place}/"], egress(place), house.clock).lists()


def test_only_configured_issuers_are_asked_about(house: House, place: str) -> None:
    root = house.authority.root
    with pytest.raises(Indeterminate, match="no address"):
        OcspClient({root: f"http://{place}/ocsp"}, egress(place)).response(house.issue(), house.issuing)


def test_addresses_that_are_not_allowed_are_refused_at_once(house: House) -> None:
    closed = Egress(frozenset())
    with pytest.raises(Refused):
        TsaClient("http://tsa.example/", closed)
    with pytest.raises(Refused):
        OcspClient({house.issuing: "http://ocsp.example/"}, closed)
    with pytest.raises(Refused):
        ListsClient(["http://crl.example/"], closed)


def lying(kind: str, answer: Callable[[bytes], bytes]) -> WSGIApplication:
    """A service that answers something of its own."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        asked = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Type", kind)])
        return [answer(asked)]

    return application


def always(answer: bytes) -> Callable[[bytes], bytes]:
    return lambda _: answer


def test_stamps_for_another_question_are_refused(house: House) -> None:
    tsa = house.authority.tsa
    answers: list[tuple[Callable[[bytes], bytes], type[SigningError]]] = [
        (lambda _: tsp.granted(tsa.token(DIGEST)), Unreachable),
        (lambda _: tsp.granted(tsa.token(DIGEST, nonce=1)), Unreachable),
        (lambda asked: tsp.granted(tsa.token(bytes(32), nonce=tsp.parse_request(asked).nonce)), Unreachable),
        (lambda _: tsp.rejected(tsp.Failure.SYSTEM, "busy\n" * 100), Indeterminate),
        (lambda _: b"", Malformed),
        (lambda asked: asked, Malformed),
    ]
    for answer, error in answers:
        with served(lying(tsp.REPLY, answer)) as place, pytest.raises(error) as caught:
            TsaClient(f"http://{place}/", egress(place)).token(DIGEST)
        assert "\n" not in str(caught.value)


def test_a_stamp_under_another_policy_is_refused(house: House) -> None:
    def stamped(asked: bytes) -> bytes:
        return tsp.granted(house.authority.tsa.token(DIGEST, nonce=tsp.parse_request(asked).nonce))

    with served(lying(tsp.REPLY, stamped)) as place:
        assert TsaClient(f"http://{place}/", egress(place)).token(DIGEST)
        with pytest.raises(Unreachable):
            TsaClient(f"http://{place}/", egress(place), "1.2.3").token(DIGEST)


def test_answers_to_another_question_are_refused(house: House) -> None:
    certificate, other = house.issue(), house.issue()
    about_other = house.authority.ocsp.response(other, house.issuing)
    old = house.authority.ocsp.respond(ocsp.build_request(certificate, house.issuing, b"another nonce..."))
    for answer in (about_other, old):
        with served(lying(ocsp.RESPONSE, always(answer))) as place, pytest.raises(Unreachable):
            OcspClient({house.issuing: f"http://{place}/"}, egress(place)).response(certificate, house.issuing)


def test_a_responder_may_leave_the_nonce_out(house: House) -> None:
    certificate = house.issue()
    plain = house.authority.ocsp.response(certificate, house.issuing)
    with served(lying(ocsp.RESPONSE, always(plain))) as place:
        found = OcspClient({house.issuing: f"http://{place}/"}, egress(place)).response(certificate, house.issuing)
    assert found == plain
