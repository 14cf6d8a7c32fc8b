"""OCSP: good, revoked, on hold, unknown; and answers that must not be believed."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA224, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from signing import algorithms, certificates, der, ocsp_encoding, oids, profiles
from signing.errors import (
    Indeterminate,
    InvalidSignature,
    Malformed,
    OutsideValidity,
    Revoked,
    SigningError,
    Weak,
    WrongCertificate,
)
from signing.issuing import key_usage
from signing.ocsp import build_request, issuer_hashes, load_response, verify_ocsp
from signing.ocsp_responder import OcspResponder
from signing.profiles import KeyUsage
from signing.register import Standing, State
from tests.signing.pki.house import START, House, new_key

ANSWERING = x509.ExtendedKeyUsage([Purpose.OCSP_SIGNING])
LOGIN = (key_usage((KeyUsage.LOGIN,)), True)
NO_CHECK = (x509.OCSPNoCheck(), False)
AT_ONCE = timedelta(0)


def answer(house: House, certificate: x509.Certificate) -> bytes:
    return house.authority.ocsp.response(certificate, house.issuing)


def check(house: House, certificate: x509.Certificate, at: datetime, freshness: timedelta = AT_ONCE) -> None:
    verify_ocsp(answer(house, certificate), certificate, house.issuing, at, freshness=freshness)


def test_good_is_good(house: House) -> None:
    certificate = house.issue()
    good = verify_ocsp(answer(house, certificate), certificate, house.issuing, START)
    assert (good.this_update, good.produced_at) == (START, START)
    assert good.responder == house.authority.ocsp.certificate


def test_revoked_is_revoked_from_its_moment_on(house: House) -> None:
    certificate = house.issue()
    moment = house.clock.pass_by(days=1)
    house.authority.revoke(certificate.serial_number, "keyCompromise")
    house.clock.pass_by(days=1)
    for at in (moment, moment + timedelta(seconds=1), house.clock.now()):
        with pytest.raises(Revoked) as caught:
            check(house, certificate, at)
        assert (caught.value.at, caught.value.reason) == (moment, "keyCompromise")
    check(house, certificate, moment - timedelta(seconds=1))


def test_a_hold_counts_like_a_revocation_while_it_lasts(house: House) -> None:
    certificate = house.issue()
    since = house.clock.pass_by(days=1)
    house.authority.suspend(certificate.serial_number)
    during = answer(house, certificate)
    with pytest.raises(Revoked, match="on hold") as caught:
        verify_ocsp(during, certificate, house.issuing, since)
    assert caught.value.reason == "certificateHold"
    house.clock.pass_by(days=1)
    house.authority.resume(certificate.serial_number)
    check(house, certificate, house.clock.now())
    # Old news of a hold decides nothing about later; it may be over, as here.
    with pytest.raises(Indeterminate, match="older"):
        verify_ocsp(during, certificate, house.issuing, house.clock.now())


def test_old_news_of_a_revocation_stays_true(house: House) -> None:
    certificate = house.issue()
    house.authority.revoke(certificate.serial_number)
    old = answer(house, certificate)
    with pytest.raises(Revoked):
        verify_ocsp(old, certificate, house.issuing, house.clock.pass_by(days=100))


def test_an_answer_from_after_the_certificates_end_may_have_forgotten(house: House) -> None:
    certificate = house.issue()
    house.clock.pass_by(days=3 * 365 + 1)
    with pytest.raises(Indeterminate, match="forgotten"):
        check(house, certificate, START)


def test_unknown_is_not_good(house: House) -> None:
    stranger = house.forged([LOGIN])
    with pytest.raises(Indeterminate, match="does not know"):
        check(house, stranger, START)


def test_an_answer_about_another_certificate_decides_nothing(house: House) -> None:
    first, second = house.issue(), house.issue()
    with pytest.raises(Indeterminate, match="another certificate"):
        verify_ocsp(answer(house, first), second, house.issuing, START)
    with pytest.raises(Indeterminate, match="another certificate"):
        verify_ocsp(answer(house, first), first, house.authority.root, START)


def test_an_answer_from_before_the_signature_does_not_know(house: House) -> None:
    certificate = house.issue()
    early = answer(house, certificate)
    stamped = house.clock.pass_by(minutes=1)
    with pytest.raises(Indeterminate, match="older"):
        verify_ocsp(early, certificate, house.issuing, stamped, freshness=AT_ONCE)


@pytest.mark.parametrize(("minutes", "is_fresh"), [(0, True), (179, True), (181, False), (10_000, False)])
def test_an_answer_is_fresh_for_three_hours(house: House, minutes: int, is_fresh: bool) -> None:
    certificate = house.issue()
    found = answer(house, certificate)
    now = house.clock.pass_by(minutes=minutes)
    if is_fresh:
        assert verify_ocsp(found, certificate, house.issuing, now).this_update == START
        return
    with pytest.raises(Indeterminate):
        verify_ocsp(found, certificate, house.issuing, now)


def test_an_answer_that_had_run_out_is_not_made_fresh_by_patience(house: House) -> None:
    certificate = house.issue()
    found = answer(house, certificate)
    with pytest.raises(Indeterminate, match="run out"):
        verify_ocsp(found, certificate, house.issuing, house.clock.pass_by(days=2), freshness=timedelta(days=10))


@pytest.mark.parametrize(
    "extensions",
    [
        [LOGIN, NO_CHECK],
        [LOGIN, (ANSWERING, False)],
        [(key_usage((KeyUsage.CRL,)), True), (ANSWERING, False), NO_CHECK],
        [LOGIN, (x509.ExtendedKeyUsage([Purpose.CLIENT_AUTH]), False), NO_CHECK],
        [LOGIN, (ANSWERING, False), NO_CHECK, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b""), True)],
    ],
    ids=["no purpose", "may be revoked", "other usage", "other purpose", "unknown critical"],
)
def test_only_an_appointed_responder_is_believed(
    house: House, extensions: list[tuple[x509.ExtensionType, bool]]
) -> None:
    key, certificate = new_key(), house.issue()
    responder = responder_with(house, house.forged(extensions, key), key)
    with pytest.raises(WrongCertificate):
        verify_ocsp(responder.response(certificate, house.issuing), certificate, house.issuing, START)


def responder_with(house: House, certificate: x509.Certificate, key: object) -> OcspResponder:
    return OcspResponder(key, certificate, house.issuing, lambda _: Standing(State.GOOD), house.clock)  # type: ignore[arg-type]


def test_a_responder_of_somebody_else_is_not_believed(house: House) -> None:
    key, certificate = new_key(), house.issue()
    stranger = house.forged([LOGIN, (ANSWERING, False), NO_CHECK], key, issuer_key=new_key())
    with pytest.raises(WrongCertificate):
        verify_ocsp(
            responder_with(house, stranger, key).response(certificate, house.issuing), certificate, house.issuing, START
        )


def test_a_responder_is_appointed_by_an_algorithm_that_counts(house: House) -> None:
    key, certificate = new_key(), house.issue()
    weak = house.forged([LOGIN, (ANSWERING, False), NO_CHECK], key, hash=SHA224())
    with pytest.raises(Weak):
        verify_ocsp(
            responder_with(house, weak, key).response(certificate, house.issuing), certificate, house.issuing, START
        )


def test_a_responder_with_another_key_is_not_believed(house: House) -> None:
    certificate = house.issue()
    liar = responder_with(house, house.authority.ocsp.certificate, new_key())
    with pytest.raises(InvalidSignature):
        verify_ocsp(liar.response(certificate, house.issuing), certificate, house.issuing, START)


def test_a_responder_cannot_answer_after_its_end(house: House) -> None:
    certificate, responder = house.issue(), house.authority.ocsp
    now = house.clock.pass_by(days=5 * 365 + 1)
    with pytest.raises(OutsideValidity):
        verify_ocsp(responder.response(certificate, house.issuing), certificate, house.issuing, now)


def signed(house: House, data: bytes, certificate: x509.Certificate) -> bytes:
    key, hash = house.key("ocsp"), algorithms.HASHES["sha256"]
    algorithm = algorithms.signature_algorithm(key, hash)
    return ocsp_encoding.signed(data, algorithm, algorithms.sign(key, data, hash), certificates.to_der(certificate))


def data_about(house: House, certificate: x509.Certificate, responder_key: bytes) -> bytes:
    name, key = issuer_hashes(house.issuing, "sha1")
    subject = ocsp_encoding.CertificateId(oids.SHA1, name, key, certificate.serial_number)
    return ocsp_encoding.response_data(subject, Standing(State.GOOD), responder_key, START, START)


def test_an_answer_of_nobody_known_decides_nothing(house: House) -> None:
    certificate = house.issue()
    nobody = data_about(house, certificate, bytes(20))
    with pytest.raises(Indeterminate, match="is missing"):
        verify_ocsp(signed(house, nobody, house.issue()), certificate, house.issuing, START)


def test_a_responder_that_sends_no_certificate_may_be_known(house: House) -> None:
    certificate, responder = house.issue(), house.authority.ocsp.certificate
    data = data_about(house, certificate, issuer_hashes(responder, "sha1")[1])
    found = signed(house, data, house.issuing)
    assert verify_ocsp(found, certificate, house.issuing, START, others=[responder]).responder == responder


def test_an_answer_about_two_certificates_is_none(house: House) -> None:
    certificate, responder = house.issue(), house.authority.ocsp.certificate
    fields = der.sequence(data_about(house, certificate, issuer_hashes(responder, "sha1")[1]))
    name, time, single = fields.raw(), fields.raw(), fields.sequence().raw()
    with pytest.raises(Malformed, match="one certificate"):
        verify_ocsp(
            signed(house, der.seq(name, time, der.seq(single, single)), responder), certificate, house.issuing, START
        )


def test_the_issuer_may_answer_itself(house: House) -> None:
    certificate = house.issue()
    own = responder_with(house, house.issuing, house.key("issuing"))
    good = verify_ocsp(own.response(certificate, house.issuing), certificate, house.issuing, START)
    assert good.responder == house.issuing


def asked(house: House, request: bytes) -> ocsp.OCSPResponse:
    return ocsp.load_der_ocsp_response(house.authority.ocsp.respond(request))


@pytest.mark.parametrize("hash", [SHA1(), SHA256()], ids=["sha1", "sha256"])  # noqa: S303  (names, not proofs)
def test_requests_are_answered_in_their_own_terms(house: House, hash: SHA1 | SHA256) -> None:
    certificate = house.issue()
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, house.issuing, hash).build()
    found = house.authority.ocsp.respond(request.public_bytes(Encoding.DER))
    assert verify_ocsp(found, certificate, house.issuing, START).this_update == START
    assert load_response(found)[1].hash_algorithm.name == hash.name


def test_a_nonce_comes_back(house: House) -> None:
    found = asked(house, build_request(house.issue(), house.issuing, b"once" * 4))
    assert found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"once" * 4


def test_no_answer_about_certificates_of_others(house: House) -> None:
    found = asked(house, build_request(house.issuing, house.authority.root))
    assert found.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED
    stranger = house.authority.ocsp.response(house.issuing, house.authority.root)
    assert load_response(stranger)[1].certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_requests_that_are_none_are_refused_in_the_protocol(house: House) -> None:
    certificate = house.issue()
    odd = ocsp.OCSPRequestBuilder().add_certificate(certificate, house.issuing, SHA224()).build()
    long = build_request(certificate, house.issuing, b"n" * 33)
    for request in (b"", b"\x30\x00", bytes(5000), build_request(certificate, house.issuing) + b"\x00", long):
        assert asked(house, request).response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST
    refused = asked(house, odd.public_bytes(Encoding.DER)).response_status
    assert refused is not ocsp.OCSPResponseStatus.SUCCESSFUL


@pytest.mark.parametrize("status", [one for one in ocsp.OCSPResponseStatus if one.value])
def test_a_refusal_decides_nothing(house: House, status: ocsp.OCSPResponseStatus) -> None:
    refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    with pytest.raises(Indeterminate, match=status.name):
        verify_ocsp(refusal, house.issue(), house.issuing, START)


def test_an_answer_that_is_too_large_is_not_read(house: House) -> None:
    with pytest.raises(Malformed, match="too large"):
        verify_ocsp(bytes(70_000), house.issue(), house.issuing, START)


def test_every_answer_is_one_line(house: House) -> None:
    with pytest.raises(SigningError) as caught:
        verify_ocsp(b"\x30\x03\x0a\x01\x00", house.issue(profiles.SEAL), house.issuing, START)
    assert "\n" not in str(caught.value)
