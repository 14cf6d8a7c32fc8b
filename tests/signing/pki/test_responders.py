"""The services over HTTP: what they answer, and what they do not take."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from webtest import TestApp

from signing import crl, ocsp, tsp
from signing.algorithms import HASHES
from signing.certificates import to_der
from signing.responders import pki_application
from signing.timestamp import verify_token
from tests.signing.pki.house import DIGEST, PASSPHRASE, START, House

QUERY = tsp.build_request(HASHES["sha256"], DIGEST, nonce=5)
TSA_HEAD, OCSP_HEAD = {"Content-Type": tsp.QUERY}, {"Content-Type": ocsp.REQUEST}


@pytest.fixture
def services(house: House) -> Any:
    return TestApp(pki_application(house.folder, PASSPHRASE, house.clock))


def test_certificates_are_served(services: Any, house: House) -> None:
    for path, certificate in (("/root.crt", house.authority.root), ("/issuing.crt", house.issuing)):
        answer = services.get(path)
        assert (answer.body, answer.content_type) == (to_der(certificate), "application/pkix-cert")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert services.head(path).body == b""


def test_the_list_is_served_as_it_stands_now(services: Any, house: House) -> None:
    certificate = house.issue()
    house.authority.revoke(certificate.serial_number)
    answer = services.get("/crl")
    assert answer.content_type == crl.MEDIA_TYPE
    assert x509.load_der_x509_crl(answer.body).get_revoked_certificate_by_serial_number(certificate.serial_number)


def test_ocsp_is_answered_by_post_and_by_get(services: Any, house: House) -> None:
    certificate = house.issue()
    request = ocsp.build_request(certificate, house.issuing)
    path = f"/ocsp/{quote(b64encode(request).decode(), safe='')}"
    for answer in (services.post("/ocsp", request, headers=OCSP_HEAD), services.get(path)):
        assert answer.content_type == ocsp.RESPONSE
        assert ocsp.verify_ocsp(answer.body, certificate, house.issuing, START).this_update == START


def test_ocsp_by_get_may_hold_slashes(services: Any, house: House) -> None:
    while "/" not in (text := b64encode(ocsp.build_request(house.issue(), house.issuing)).decode()):
        continue
    assert services.get(f"/ocsp/{text}").content_type == ocsp.RESPONSE


def test_a_stamp_is_given(services: Any, house: House) -> None:
    answer = services.post("/tsa", QUERY, headers=TSA_HEAD)
    assert (answer.content_type, answer.headers["Cache-Control"]) == (tsp.REPLY, "no-store")
    assert verify_token(tsp.token_of(answer.body), DIGEST, house.trust).time == START


def test_a_wrong_request_is_refused_in_the_protocol(services: Any) -> None:
    assert services.post("/tsa", b"query", headers=TSA_HEAD).body == tsp.rejected(
        tsp.Failure.BAD_FORMAT, "DER: element 71 stands where 30 was expected"
    )
    assert services.post("/ocsp", b"request", headers=OCSP_HEAD).body == bytes.fromhex("30030a0101")


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda app: app.get("/", status="*"), 404),
        (lambda app: app.get("/register.csv", status="*"), 404),
        (lambda app: app.get("/root.crt/more", status="*"), 404),
        (lambda app: app.get("/../register.csv", status="*"), 404),
        (lambda app: app.post("/root.crt", status="*"), 405),
        (lambda app: app.get("/tsa", status="*"), 405),
        (lambda app: app.put("/ocsp", b"", status="*"), 405),
        (lambda app: app.post("/tsa", QUERY, headers=OCSP_HEAD, status="*"), 415),
        (lambda app: app.post("/ocsp", b"", status="*"), 415),
        (lambda app: app.post("/tsa", bytes(4097), headers=TSA_HEAD, status="*"), 413),
        (lambda app: app.get("/ocsp", status="*"), 400),
        (lambda app: app.get("/ocsp/not*base64", status="*"), 400),
        (lambda app: app.get("/ocsp/" + "A" * 5000, status="*"), 400),
    ],
)
def test_what_is_not_for_them_is_not_taken(services: Any, ask: Callable[[Any], Any], status: int) -> None:
    answer = ask(services)
    assert (answer.status_int, answer.content_type) == (status, "text/plain")
    assert status != 405 or answer.headers["Allow"]


def test_a_body_of_unknown_length_is_not_read(services: Any) -> None:
    environ = {"REQUEST_METHOD": "POST", "CONTENT_TYPE": tsp.QUERY, "wsgi.input": BytesIO(QUERY), "CONTENT_LENGTH": ""}
    assert services.request("/tsa", environ=environ, status="*").status_int == 411


def test_the_services_see_what_another_process_did(services: Any, house: House) -> None:
    certificate = house.issue()
    request = ocsp.build_request(certificate, house.issuing)
    before = ocsp.load_response(services.post("/ocsp", request, headers=OCSP_HEAD).body)[1].certificate_status
    house.authority.suspend(certificate.serial_number)
    after = ocsp.load_response(services.post("/ocsp", request, headers=OCSP_HEAD).body)[1].certificate_status
    assert (before.name, after.name) == ("GOOD", "REVOKED")
