"""The authority's own certificates: revoked, renewed while its services run, and what becomes of what they gave."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from webtest import TestApp

from signing import crl, ocsp, tsp
from signing.algorithms import HASHES
from signing.authority import OWN, Authority
from signing.crl import verify_crl
from signing.errors import Refused, Revoked
from signing.founding import ROOT_CRL
from signing.ocsp import verify_ocsp
from signing.register import HEADER, State
from signing.responders import pki_application
from signing.timestamp import verify_token
from signing.vault import CERTIFICATE
from tests.signing.pki.house import DIGEST, PASSPHRASE, START, House
from tests.signing.pki.strangers import openssl

QUERY = tsp.build_request(HASHES["sha256"], DIGEST, nonce=5)
HEAD = {"Content-Type": tsp.QUERY}


@pytest.fixture
def services(house: House) -> Any:
    return TestApp(pki_application(house.folder, PASSPHRASE, house.clock))


def test_the_authoritys_own_certificates_are_in_the_register(house: House) -> None:
    entries = house.authority.entries()[: len(OWN)]
    assert [entry.profile for entry in entries] == ["issuing", "tsa", "ocsp"]
    for profile in OWN:
        certificate = house.authority.own(profile.name)
        assert house.authority.status(certificate.serial_number).state is State.GOOD
        assert house.authority.certificate(certificate.serial_number) == certificate


def test_a_running_service_uses_the_newest_key_at_once(house: House, services: Any) -> None:
    """The application that serves was opened before; another process renews."""
    before = services.post("/tsa", QUERY, headers=HEAD)
    old = house.authority.tsa.certificate
    new = Authority.open(house.folder, PASSPHRASE, house.clock).renew("tsa")
    after = services.post("/tsa", QUERY, headers=HEAD)
    stamps = [verify_token(tsp.token_of(one.body), DIGEST, house.trust) for one in (before, after)]
    assert [stamp.certificate for stamp in stamps] == [old, new]
    assert old.public_key() != new.public_key()
    assert house.authority.tsa.certificate == new


def test_a_running_responder_uses_the_newest_key_at_once(house: House, services: Any) -> None:
    certificate, old = house.issue(), house.authority.ocsp.certificate
    new = Authority.open(house.folder, PASSPHRASE, house.clock).renew("ocsp")
    request = ocsp.build_request(certificate, house.issuing)
    answer = services.post("/ocsp", request, headers={"Content-Type": ocsp.REQUEST}).body
    assert verify_ocsp(answer, certificate, house.issuing, START).responder == new != old


def test_what_an_old_certificate_gave_still_verifies(house: House) -> None:
    certificate = house.issue()
    token, answer = house.authority.tsa.token(DIGEST), house.authority.ocsp.response(certificate, house.issuing)
    old = house.authority.tsa.certificate
    house.authority.renew("tsa")
    house.authority.renew("ocsp")
    assert verify_token(token, DIGEST, house.trust).certificate == old
    assert verify_ocsp(answer, certificate, house.issuing, START).this_update == START
    assert house.authority.certificate(old.serial_number) == old


def test_the_old_key_is_gone(house: House) -> None:
    old = {path.name: path.read_bytes() for path in house.folder.glob("*.key")}
    house.authority.renew("tsa")
    new = {path.name: path.read_bytes() for path in house.folder.glob("*.key")}
    assert [name for name in old if old[name] != new[name]] == ["tsa.key"]
    assert old.keys() == new.keys()


@pytest.mark.parametrize("name", ["root", "issuing", "officer", ""])
def test_only_services_are_renewed(house: House, name: str) -> None:
    with pytest.raises(Refused, match="tsa, ocsp"):
        house.authority.renew(name)


def test_a_revoked_or_ended_service_serves_no_more(house: House, services: Any) -> None:
    house.authority.revoke(house.authority.own("tsa").serial_number, "keyCompromise")
    with pytest.raises(Refused, match="revoked"):
        _ = house.authority.tsa
    assert services.post("/tsa", QUERY, headers=HEAD, status="*").status_int == 503
    house.authority.renew("tsa")
    assert services.post("/tsa", QUERY, headers=HEAD).status_int == 200
    house.clock.pass_by(days=5 * 365, seconds=1)
    with pytest.raises(Refused, match="ended"):
        _ = house.authority.tsa


def test_the_issuing_authority_stands_on_the_roots_list_only(house: House) -> None:
    subscriber, issuing = house.issue(), house.issuing
    house.authority.revoke(subscriber.serial_number, "superseded")
    house.authority.revoke(issuing.serial_number, "cACompromise")
    above, below = map(x509.load_der_x509_crl, house.authority.lists())
    assert [entry.serial_number for entry in above] == [issuing.serial_number]
    assert [entry.serial_number for entry in below] == [subscriber.serial_number]
    with pytest.raises(Revoked) as caught:
        verify_crl(house.authority.root_crl(), issuing, house.authority.root, START)
    assert caught.value.reason == "cACompromise"


def test_a_revoked_authority_issues_nothing(house: House) -> None:
    house.authority.revoke(house.issuing.serial_number)
    with pytest.raises(Refused, match="itself is revoked"):
        house.issue()
    with pytest.raises(Refused, match="itself is revoked"):
        house.authority.renew("tsa")


def test_the_roots_list_is_seldom_made_anew(house: House) -> None:
    first = house.authority.root_crl()
    house.clock.pass_by(days=9)
    assert house.authority.root_crl() == first
    house.clock.pass_by(days=1)
    second = x509.load_der_x509_crl(house.authority.root_crl())
    assert second.last_update_utc == house.clock.now()
    assert second.next_update_utc == house.clock.now() + timedelta(days=30)


def test_the_roots_list_is_served(services: Any, house: House) -> None:
    answer = services.get("/root.crl")
    assert (answer.body, answer.content_type) == (house.authority.root_crl(), crl.MEDIA_TYPE)


def test_openssl_asks_both_lists(house: House, tmp_path: Path) -> None:
    """The whole path of a time-stamp unit, with every authority's revocation."""
    for name, certificate in (("root", house.authority.root), ("issuing", house.issuing)):
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    unit = house.authority.own("tsa")
    (tmp_path / "tsa.pem").write_bytes(unit.public_bytes(Encoding.PEM))

    def accepted() -> bool:
        lists = (x509.load_der_x509_crl(one).public_bytes(Encoding.PEM) for one in house.authority.lists())
        (tmp_path / "lists.pem").write_bytes(b"".join(lists))
        arguments = ("-crl_check_all", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-CRLfile", "lists.pem")
        at = ("-attime", str(int(house.clock.now().timestamp())))
        found = [tmp_path / one if one.endswith(".pem") else one for one in arguments]
        return openssl("verify", *found, *at, tmp_path / "tsa.pem").code == 0

    assert accepted()
    house.authority.revoke(unit.serial_number, "keyCompromise")
    assert not accepted()


def test_a_folder_of_an_earlier_edition_is_taken_over(house: House) -> None:
    """Keys and certificates in files of their own, no list of the root, nothing of its own in the register."""
    for path in house.folder.glob("*.key"):
        path.write_bytes(path.read_bytes().partition(CERTIFICATE)[0])
    (house.folder / ROOT_CRL).unlink()
    (house.folder / "register.csv").write_text(HEADER)
    again = Authority.open(house.folder, PASSPHRASE, house.clock)
    assert verify_token(again.tsa.token(DIGEST), DIGEST, house.trust).time == START
    assert x509.load_der_x509_crl(again.root_crl()).issuer == house.authority.root.subject
    again.revoke(again.own("tsa").serial_number)
    assert again.renew("tsa") == again.tsa.certificate
