"""Revocation lists: who stands on them, and which lists must not be believed."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from signing.crl import is_issued_by, load_crl, verify_crl
from signing.errors import Indeterminate, InvalidSignature, Malformed, Revoked, WrongCertificate
from tests.signing.pki.house import START, House, founded, new_key

HOUR = timedelta(hours=1)


def test_who_is_not_on_the_list_is_good(house: House) -> None:
    certificate = house.issue()
    good = verify_crl(house.authority.crl(), certificate, house.issuing, START)
    assert (good.this_update, good.responder) == (START, house.issuing)


def test_who_is_on_the_list_is_revoked_from_his_moment_on(house: House) -> None:
    certificate = house.issue()
    moment = house.clock.pass_by(hours=1)
    house.authority.revoke(certificate.serial_number, "superseded")
    found = house.authority.crl()
    with pytest.raises(Revoked) as caught:
        verify_crl(found, certificate, house.issuing, moment)
    assert (caught.value.at, caught.value.reason) == (moment, "superseded")
    assert verify_crl(found, certificate, house.issuing, moment - timedelta(seconds=1)).this_update == moment


def test_a_hold_is_on_the_list_while_it_lasts(house: House) -> None:
    certificate = house.issue()
    house.authority.suspend(certificate.serial_number)
    with pytest.raises(Revoked, match="on hold"):
        verify_crl(house.authority.crl(), certificate, house.issuing, START)
    house.authority.resume(certificate.serial_number)
    assert verify_crl(house.authority.crl(), certificate, house.issuing, START).this_update == START


@pytest.mark.parametrize(("minutes", "is_fresh"), [(179, True), (181, False)])
def test_a_list_is_fresh_for_three_hours(house: House, minutes: int, is_fresh: bool) -> None:
    certificate, found = house.issue(), house.authority.crl()
    now = house.clock.pass_by(minutes=minutes)
    if is_fresh:
        assert verify_crl(found, certificate, house.issuing, now).this_update == START
        return
    with pytest.raises(Indeterminate):
        verify_crl(found, certificate, house.issuing, now)


def test_a_list_from_before_the_signature_does_not_know(house: House) -> None:
    certificate, found = house.issue(), house.authority.crl()
    with pytest.raises(Indeterminate, match="older"):
        verify_crl(found, certificate, house.issuing, START + HOUR, freshness=timedelta(0))


def made(house: House, *extensions: tuple[x509.ExtensionType, bool], key: object = None) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(house.issuing.subject)
    builder = builder.last_update(START).next_update(START + HOUR)
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(key or house.key("issuing"), SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]


def test_a_list_signed_by_others_is_not_believed(house: House, tmp_path: Path) -> None:
    with pytest.raises(InvalidSignature):
        verify_crl(made(house, key=new_key()), house.issue(), house.issuing, START)
    other = founded(tmp_path / "other")
    with pytest.raises(InvalidSignature):
        verify_crl(other.authority.crl(), house.issue(), house.issuing, START)


def test_a_list_of_another_issuer_decides_nothing(house: House) -> None:
    with pytest.raises(Indeterminate):
        verify_crl(house.authority.crl(), house.issue(), house.authority.root, START)
    with pytest.raises(WrongCertificate):
        verify_crl(house.authority.crl(), house.issuing, house.authority.root, START)


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(1),
        x509.IssuingDistributionPoint(None, None, True, False, None, False, False),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"),
    ],
    ids=["delta", "only people", "unknown"],
)
def test_a_partial_list_decides_nothing(house: House, extension: x509.ExtensionType) -> None:
    with pytest.raises(Indeterminate, match="not a whole one"):
        verify_crl(made(house, (extension, True)), house.issue(), house.issuing, START)


def test_a_list_about_several_issuers_decides_nothing(house: House) -> None:
    """Such a list names the issuer at each entry, in a critical extension."""
    other = x509.CertificateIssuer([x509.DirectoryName(house.authority.root.subject)])
    entry = x509.RevokedCertificateBuilder().serial_number(5).revocation_date(START).add_extension(other, True).build()
    builder = x509.CertificateRevocationListBuilder().issuer_name(house.issuing.subject).last_update(START)
    builder = builder.next_update(START + HOUR).add_revoked_certificate(entry)
    found = builder.sign(house.key("issuing"), SHA256()).public_bytes(Encoding.DER)
    with pytest.raises(Malformed, match="critical extension"):
        verify_crl(found, house.issue(), house.issuing, START)


def test_entries_of_a_list_are_read_only_if_its_issuer_signed_it(house: House) -> None:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"")
    entry = (
        x509.RevokedCertificateBuilder().serial_number(5).revocation_date(START).add_extension(strange, True).build()
    )
    builder = x509.CertificateRevocationListBuilder().issuer_name(house.issuing.subject).last_update(START)
    builder = builder.next_update(START + HOUR).add_revoked_certificate(entry)
    signed, forged = (builder.sign(key, SHA256()) for key in (house.key("issuing"), new_key()))
    assert is_issued_by(signed.public_bytes(Encoding.DER), house.issuing)
    assert not is_issued_by(forged.public_bytes(Encoding.DER), house.issuing)
    with pytest.raises(Malformed, match="critical extension"):
        load_crl(signed.public_bytes(Encoding.DER))


@pytest.mark.parametrize("data", [b"", b"\x30\x00", b"list", bytes(100)])
def test_other_bytes_are_no_list(data: bytes) -> None:
    with pytest.raises(Malformed):
        load_crl(data)


def test_a_list_that_is_too_large_is_not_read() -> None:
    with pytest.raises(Malformed, match="more than"):
        load_crl(bytes((16 << 20) + 1))
