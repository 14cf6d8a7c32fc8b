"""Who is trusted for what: look-alike authorities, wrong uses, wrong roles, weak keys, shifted clocks."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from signing import certificates, oids, profiles
from signing.errors import Malformed, OutsideValidity, SigningError, Untrusted, Weak, WrongCertificate
from signing.issuing import key_usage
from signing.paths import Path as Found
from signing.paths import Trust, find_path
from signing.profiles import KeyUsage, Profile, Role
from signing.subjects import Subject
from signing.uses import Use
from tests.signing.pki.house import FIRM, OFFICER, PERSON, START, House, founded, new_key

COMMITMENT = (key_usage((KeyUsage.COMMITMENT,)), True)
AUTHORITY = [(key_usage((KeyUsage.CERTIFICATES, KeyUsage.CRL)), True), (x509.BasicConstraints(True, 0), True)]
OFFICERS = frozenset({Role.OFFICER})
Extensions = list[tuple[x509.ExtensionType, bool]]


def policies(*dotted: str) -> tuple[x509.ExtensionType, bool]:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(one), None) for one in dotted]), False


ANY, OFFICERS_POLICY = policies(profiles.ANY_POLICY), policies(oids.POLICY_OFFICER)


def path_of(
    house: House,
    certificate: x509.Certificate,
    *others: x509.Certificate,
    use: Use = Use.SIGNATURE,
    after: timedelta = timedelta(0),
    roles: frozenset[Role] | None = None,
) -> Found:
    return find_path(certificate, [house.issuing, *others], house.trust, START + after, use, roles=roles)


@pytest.mark.parametrize(
    ("profile", "subject", "role"),
    [
        (profiles.PERSON_SIGNING, PERSON, Role.PERSON),
        (profiles.OFFICER, OFFICER, Role.OFFICER),
        (profiles.SEAL, FIRM, Role.ORGANISATION),
    ],
)
def test_the_policy_gives_the_role(still: House, profile: Profile, subject: Subject, role: Role) -> None:
    certificate = still.issue(profile, subject)
    found = path_of(still, certificate, roles=frozenset({role}))
    assert (found.role, found.policies) == (role, frozenset(profile.policies))
    assert found.chain == (certificate, still.issuing, still.authority.root)
    assert (found.certificate, found.issuer) == (certificate, still.issuing)


@pytest.mark.parametrize("profile", [profiles.PERSON_SIGNING, profiles.SEAL])
def test_nobody_else_is_an_officer(still: House, profile: Profile) -> None:
    with pytest.raises(WrongCertificate, match="not of officer"):
        path_of(still, still.issue(profile), roles=OFFICERS)


def test_a_name_like_an_officers_gives_no_role(still: House) -> None:
    certificate = still.forged([COMMITMENT, ANY], subject=OFFICER.name())
    assert path_of(still, certificate).role is None
    with pytest.raises(WrongCertificate, match="no role"):
        path_of(still, certificate, roles=OFFICERS)


def test_two_roles_at_once_are_none(still: House) -> None:
    certificate = still.forged([COMMITMENT, policies(oids.POLICY_OFFICER, oids.POLICY_PERSON)])
    with pytest.raises(WrongCertificate, match="several roles"):
        path_of(still, certificate)


@pytest.mark.parametrize(
    ("profile", "use"),
    [
        (profiles.PERSON_AUTHENTICATION, Use.SIGNATURE),
        (profiles.TSA, Use.SIGNATURE),
        (profiles.OCSP, Use.SIGNATURE),
        (profiles.PERSON_SIGNING, Use.AUTHENTICATION),
        (profiles.OFFICER, Use.AUTHENTICATION),
        (profiles.SEAL, Use.TIMESTAMP),
        (profiles.PERSON_AUTHENTICATION, Use.TIMESTAMP),
        (profiles.OCSP, Use.TIMESTAMP),
    ],
)
def test_a_certificate_serves_one_use(still: House, profile: Profile, use: Use) -> None:
    with pytest.raises(WrongCertificate):
        path_of(still, still.issue(profile), use=use)


def test_an_authentication_certificate_is_for_authentication(still: House) -> None:
    found = path_of(still, still.issue(profiles.PERSON_AUTHENTICATION, PERSON), use=Use.AUTHENTICATION)
    assert found.role is Role.AUTHENTICATION


@pytest.mark.parametrize(
    "extensions",
    [
        [],
        [(key_usage((KeyUsage.LOGIN,)), True)],
        [COMMITMENT, (x509.ExtendedKeyUsage([Purpose.OCSP_SIGNING]), False)],
        [COMMITMENT, (x509.BasicConstraints(True, None), True)],
        [COMMITMENT, (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)],
        [COMMITMENT, (x509.NameConstraints([x509.DNSName("example.az")], None), True)],
    ],
    ids=["no usage", "login", "of a service", "authority", "unknown critical", "name constraints"],
)
def test_a_signature_needs_a_certificate_for_it(still: House, extensions: Extensions) -> None:
    with pytest.raises(SigningError):
        path_of(still, still.forged(extensions))


def test_an_authority_signs_no_documents(still: House) -> None:
    with pytest.raises(WrongCertificate):
        path_of(still, still.issuing)


def test_a_look_alike_authority_is_not_trusted(still: House, tmp_path: Path) -> None:
    other = founded(tmp_path / "pki")
    assert other.issuing.subject == still.issuing.subject
    with pytest.raises(Untrusted):
        path_of(still, other.issue(), other.issuing, other.authority.root)


def test_a_forged_signature_is_not_trusted(still: House) -> None:
    with pytest.raises(Untrusted):
        path_of(still, still.forged([COMMITMENT, OFFICERS_POLICY], issuer_key=new_key()))


def test_a_holder_cannot_issue(still: House) -> None:
    key = new_key()
    holder = still.authority.issue(profiles.OFFICER, OFFICER, key.public_key())
    below = still.forged([COMMITMENT, OFFICERS_POLICY], issuer=holder.subject, issuer_key=key)
    with pytest.raises(Untrusted):
        path_of(still, below, holder)


@pytest.mark.parametrize(
    "extensions",
    [
        AUTHORITY,
        [AUTHORITY[0]],
        [AUTHORITY[0], (x509.BasicConstraints(False, None), True)],
        [(key_usage((KeyUsage.CRL,)), True), AUTHORITY[1]],
    ],
    ids=["path length", "no constraints", "not an authority", "wrong usage"],
)
def test_an_issuing_authority_cannot_make_authorities(still: House, extensions: Extensions) -> None:
    key, name = new_key(), Subject("Below").name()
    below = still.forged([*extensions, ANY], key, subject=name)
    certificate = still.forged([COMMITMENT, OFFICERS_POLICY], issuer=name, issuer_key=key)
    with pytest.raises(Untrusted):
        path_of(still, certificate, below)


def middle(house: House, *extensions: tuple[x509.ExtensionType, bool]) -> tuple[x509.Certificate, x509.Certificate]:
    """An authority of the root with these extensions, and an officer's certificate below it."""
    key, name = new_key(), Subject("Beside").name()
    root = house.authority.root.subject
    made = house.forged([*AUTHORITY, *extensions], key, subject=name, issuer=root, issuer_key=house.key("root"))
    return made, house.forged([COMMITMENT, OFFICERS_POLICY], issuer=name, issuer_key=key)


def test_policies_count_only_if_the_authority_may_give_them(still: House) -> None:
    for extensions, role in (
        ([ANY], Role.OFFICER),
        ([OFFICERS_POLICY], Role.OFFICER),
        ([policies(oids.POLICY_PERSON)], None),
        ([], None),
    ):
        authority, certificate = middle(still, *extensions)
        assert path_of(still, certificate, authority).role is role


@pytest.mark.parametrize(
    "extension",
    [
        (x509.PolicyConstraints(0, None), True),
        (x509.NameConstraints([x509.DNSName("example.az")], None), True),
        (x509.NameConstraints([x509.DNSName("example.az")], None), False),
    ],
    ids=["policies", "names", "names, not critical"],
)
def test_what_must_be_understood_of_an_authority_is_refused(
    still: House, extension: tuple[x509.ExtensionType, bool]
) -> None:
    authority, certificate = middle(still, ANY, extension)
    with pytest.raises(SigningError):
        path_of(still, certificate, authority)


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP192R1())],  # noqa: S505
)
def test_a_weak_key_is_refused_although_it_is_certified(still: House, key: rsa.RSAPrivateKey) -> None:
    with pytest.raises(Weak):
        path_of(still, still.forged([COMMITMENT, OFFICERS_POLICY], key))


@pytest.mark.parametrize(
    ("days", "is_valid"), [(-1, False), (0, True), (3 * 365, True), (3 * 365 + 1, False), (30 * 365, False)]
)
def test_validity_is_judged_at_the_moment_that_is_asked_for(still: House, days: int, is_valid: bool) -> None:
    certificate = still.issue()
    if is_valid:
        assert path_of(still, certificate, after=timedelta(days=days)).role is Role.OFFICER
        return
    with pytest.raises(OutsideValidity):
        path_of(still, certificate, after=timedelta(days=days))


def test_validity_is_exact_to_the_second_on_a_day_that_was_asked_for_before(still: House) -> None:
    certificate = still.issue()
    assert path_of(still, certificate).role is Role.OFFICER
    with pytest.raises(OutsideValidity):
        path_of(still, certificate, after=timedelta(seconds=-1))


def test_the_authority_may_be_known_or_pinned_itself(still: House) -> None:
    certificate = still.issue()
    known = Trust((still.authority.root,), (still.issuing,))
    assert find_path(certificate, [], known, START, Use.SIGNATURE).role is Role.OFFICER
    pinned = Trust((still.issuing,))
    assert find_path(certificate, [], pinned, START, Use.SIGNATURE).chain == (certificate, still.issuing)
    with pytest.raises(Untrusted):
        find_path(certificate, [], still.trust, START, Use.SIGNATURE)


def test_nothing_is_trusted_without_roots(still: House) -> None:
    with pytest.raises(Untrusted):
        find_path(still.issue(), [still.issuing, still.authority.root], Trust(()), START, Use.SIGNATURE)


def test_what_policies_mean_is_up_to_who_trusts(still: House) -> None:
    trust = Trust((still.authority.root,), roles={oids.POLICY_PERSON: Role.OFFICER})
    assert find_path(still.issue(), [still.issuing], trust, START, Use.SIGNATURE).role is None


def test_a_heap_of_namesakes_costs_little_and_hides_nothing_pinned(still: House) -> None:
    heap = [still.forged(AUTHORITY, subject=still.issuing.subject) for _ in range(50)]
    known = Trust((still.authority.root,), (still.issuing,))
    assert find_path(still.issue(), heap, known, START, Use.SIGNATURE).issuer == still.issuing
    with pytest.raises(Untrusted):
        find_path(still.issue(), heap, still.trust, START, Use.SIGNATURE)


def test_an_authority_may_change_its_key_once(still: House) -> None:
    """It signs its new key with its old one; through a row of such changes no path is searched."""
    keys, name, root = [new_key() for _ in range(3)], Subject("Beside").name(), still.authority.root.subject
    authority = [
        (key_usage((KeyUsage.CERTIFICATES, KeyUsage.CRL)), True),
        (x509.BasicConstraints(True, None), True),
        ANY,
    ]
    makers = [(root, still.key("root")), (name, keys[0]), (name, keys[1])]
    row = [
        still.forged(authority, key, subject=name, issuer=issuer, issuer_key=issuer_key)
        for key, (issuer, issuer_key) in zip(keys, makers, strict=True)
    ]
    first, second, third = (still.forged([COMMITMENT], issuer=name, issuer_key=key) for key in keys)
    assert path_of(still, first, *row).issuer == row[0]
    assert path_of(still, second, *row).issuer == row[1]
    with pytest.raises(Untrusted):
        path_of(still, third, *row)


def test_roots_are_read_from_files(still: House) -> None:
    root = still.authority.root
    for encoding in (Encoding.PEM, Encoding.DER):
        assert Trust.from_file(root.public_bytes(encoding)) == still.trust
    both = root.public_bytes(Encoding.PEM) + still.issuing.public_bytes(Encoding.PEM)
    assert Trust.from_file(both).roots == (root, still.issuing)


@pytest.mark.parametrize("data", [b"", b"root", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_other_files_hold_no_roots(data: bytes) -> None:
    with pytest.raises(Malformed):
        Trust.from_file(data)


def test_a_huge_file_holds_no_roots(still: House) -> None:
    with pytest.raises(Malformed, match="too large"):
        Trust.from_file(still.authority.root.public_bytes(Encoding.PEM) * 2000)
    with pytest.raises(Malformed, match="more than"):
        certificates.load(bytes(40_000))
