"""Every certificate holds what its profile says and nothing more."""

from typing import Any, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing import oids, profiles
from signing.authority import Authority
from signing.errors import Refused
from signing.issuing import USAGES
from signing.profiles import PROFILES, Profile
from signing.subjects import Subject, fin_of
from tests.signing.pki.house import FIRM, OFFICER, PASSPHRASE, PERSON, House, new_key

Kind = TypeVar("Kind", bound=x509.ExtensionType)

CONSTRAINTS, USAGE, PURPOSES, POLICIES = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.32"
OWN_KEY, ISSUERS_KEY, NO_CHECK = "2.5.29.14", "2.5.29.35", "1.3.6.1.5.5.7.48.1.5"
ALWAYS = {USAGE: True, OWN_KEY: False, ISSUERS_KEY: False}
QUALIFIED = ALWAYS | {POLICIES: False, oids.QC_STATEMENTS: False}

EXTENSIONS: dict[str, dict[str, bool]] = {
    "root": ALWAYS | {CONSTRAINTS: True},
    "issuing": ALWAYS | {CONSTRAINTS: True, POLICIES: False},
    "person": QUALIFIED,
    "officer": QUALIFIED,
    "seal": QUALIFIED,
    "authentication": ALWAYS | {POLICIES: False, PURPOSES: False},
    "tsa": ALWAYS | {POLICIES: False, PURPOSES: True},
    "ocsp": ALWAYS | {POLICIES: False, PURPOSES: False, NO_CHECK: False},
}
POLICY = {
    "issuing": "2.5.29.32.0",
    "person": oids.POLICY_PERSON,
    "officer": oids.POLICY_OFFICER,
    "seal": oids.POLICY_SEAL,
    "authentication": oids.POLICY_AUTHENTICATION,
    "tsa": oids.POLICY_TSA,
    "ocsp": oids.POLICY_OCSP,
}
USAGE_OF = {
    "root": {"key_cert_sign", "crl_sign"},
    "issuing": {"key_cert_sign", "crl_sign"},
    "person": {"content_commitment"},
    "officer": {"content_commitment"},
    "seal": {"content_commitment"},
    "authentication": {"digital_signature"},
    "tsa": {"digital_signature"},
    "ocsp": {"digital_signature"},
}
PURPOSE = {
    "authentication": ExtendedKeyUsageOID.CLIENT_AUTH,
    "tsa": ExtendedKeyUsageOID.TIME_STAMPING,
    "ocsp": ExtendedKeyUsageOID.OCSP_SIGNING,
}
YEARS = {"root": 20, "issuing": 10, "tsa": 5, "ocsp": 5}
SUBJECTS = {"person": PERSON, "authentication": PERSON, "officer": OFFICER, "seal": FIRM}


def made(house: House, name: str) -> x509.Certificate:
    if name in SUBJECTS:
        return house.issue(PROFILES[name], SUBJECTS[name])
    own = {"root": house.authority.root, "issuing": house.issuing}
    return own.get(name) or getattr(house.authority, name).certificate


def value(certificate: x509.Certificate, kind: type[Kind]) -> Kind:
    return certificate.extensions.get_extension_for_class(kind).value


@pytest.mark.parametrize("name", PROFILES)
def test_extensions_are_exactly_these(house: House, name: str) -> None:
    found = {one.oid.dotted_string: one.critical for one in made(house, name).extensions}
    assert found == EXTENSIONS[name]


@pytest.mark.parametrize("name", PROFILES)
def test_key_usage_is_one_thing(house: House, name: str) -> None:
    usage = value(made(house, name), x509.KeyUsage)
    readable = USAGES[:-2]  # The last two exist only beside key agreement.
    assert {bit for bit in readable if getattr(usage, bit)} == USAGE_OF[name]


@pytest.mark.parametrize("name", POLICY)
def test_policy_tells_the_kind(house: House, name: str) -> None:
    found = value(made(house, name), x509.CertificatePolicies)
    assert [policy.policy_identifier.dotted_string for policy in found] == [POLICY[name]]


@pytest.mark.parametrize("name", PURPOSE)
def test_purpose_stands_alone(house: House, name: str) -> None:
    assert list(value(made(house, name), x509.ExtendedKeyUsage)) == [PURPOSE[name]]


@pytest.mark.parametrize(("name", "length"), [("root", None), ("issuing", 0)])
def test_authorities_say_so(house: House, name: str, length: int | None) -> None:
    constraints = value(made(house, name), x509.BasicConstraints)
    assert (constraints.ca, constraints.path_length) == (True, length)


@pytest.mark.parametrize("name", PROFILES)
def test_lifetime(house: House, name: str) -> None:
    certificate = made(house, name)
    lasts = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert lasts.days == 365 * YEARS.get(name, 3)
    assert certificate.not_valid_before_utc == house.clock.now()


@pytest.mark.parametrize("name", PROFILES)
def test_key_identifiers_lead_to_the_issuer(house: House, name: str) -> None:
    issuer = house.authority.root if name in {"root", "issuing"} else house.issuing
    issuers_key = value(made(house, name), x509.AuthorityKeyIdentifier).key_identifier
    assert issuers_key == value(issuer, x509.SubjectKeyIdentifier).digest


@pytest.mark.parametrize(("name", "curve"), [("root", "secp384r1"), ("issuing", "secp256r1"), ("tsa", "secp256r1")])
def test_curves(house: House, name: str, curve: str) -> None:
    key = made(house, name).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == curve


@pytest.mark.parametrize(("name", "kind"), [("person", "01"), ("officer", "01"), ("seal", "02")])
def test_qualified_statements(house: House, name: str, kind: str) -> None:
    statements: Any = made(house, name).extensions.get_extension_for_oid(x509.ObjectIdentifier(oids.QC_STATEMENTS))
    # Compliance 0.4.0.1862.1.1, device .1.4, type .1.6 with .6.1 (signature) or .6.2 (seal).
    compliance, device = "3008060604008e460101", "3008060604008e460104"
    assert statements.value.value.hex() == f"3029{compliance}{device}3013060604008e4601063009060704008e460106{kind}"


def test_names_of_people_officers_and_organisations(house: House) -> None:
    person, officer, firm = (made(house, name).subject for name in ("person", "officer", "seal"))
    assert fin_of(made(house, "person")) == "5ABC1DE"
    assert person.get_attributes_for_oid(NameOID.SERIAL_NUMBER)[0].value == "PNOAZ-5ABC1DE"
    assert person.get_attributes_for_oid(NameOID.SURNAME)[0].value == "Məmmədova"
    assert officer.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value == "00100"
    assert officer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == "Dövlət Gömrük Komitəsi"
    organization_id = x509.ObjectIdentifier(oids.ORGANIZATION_ID)
    assert firm.get_attributes_for_oid(organization_id)[0].value == "VATAZ-1234567891"
    assert not firm.get_attributes_for_oid(NameOID.SURNAME)


def test_addresses_are_written_when_they_are_known(house: House) -> None:
    authority = Authority.create(
        house.folder.with_name("other"), PASSPHRASE, house.clock, address="https://pki.example/"
    )
    certificate = authority.issue(profiles.OFFICER, OFFICER, new_key().public_key())
    access = value(certificate, x509.AuthorityInformationAccess)
    points = value(certificate, x509.CRLDistributionPoints)
    assert [one.access_location.value for one in access] == [
        "https://pki.example/ocsp",
        "https://pki.example/issuing.crt",
    ]
    assert [name.value for point in points for name in point.full_name or ()] == ["https://pki.example/crl"]


def test_serial_numbers_are_long_and_never_the_same(house: House) -> None:
    serials = {house.issue().serial_number for _ in range(20)}
    assert len(serials) == 20
    assert {serial.bit_length() for serial in serials} == {128}


@pytest.mark.parametrize("profile", [profiles.ROOT, profiles.ISSUING], ids=lambda one: str(one.name))
def test_every_role_has_one_policy(profile: Profile) -> None:
    assert not set(profile.policies) & set(profiles.ROLES)
    assert len(set(profiles.ROLES.values())) == len(profiles.ROLES)


def test_a_name_that_does_not_fit_is_refused(house: House) -> None:
    for subject in (Subject("a" * 65), Subject("line\nbreak"), Subject("right\u202eleft")):
        with pytest.raises(Refused):
            house.issue(subject=subject)
