"""Time-stamps: made, believed, and refused whenever anything about them is not as it must be."""

from datetime import timedelta
from hashlib import sha384, sha512
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose

from signing import algorithms, cms, der, oids, profiles, tsp
from signing.algorithms import PrivateKey
from signing.certificates import to_der
from signing.errors import (
    DigestMismatch,
    Indeterminate,
    InvalidSignature,
    Malformed,
    OutsideValidity,
    SigningError,
    Untrusted,
    Weak,
    WrongCertificate,
)
from signing.issuing import key_usage
from signing.profiles import KeyUsage
from signing.timestamp import parse_token, verify_token
from signing.timestamp_token import TOKEN_LIMIT
from signing.tsa import Tsa
from tests.signing.pki.house import DIGEST, OFFICER, START, House, founded, new_key

LOGIN = (key_usage((KeyUsage.LOGIN,)), True)
STAMPING = (x509.ExtendedKeyUsage([Purpose.TIME_STAMPING]), True)
SHA256 = algorithms.HASHES["sha256"]


def unit(house: House, certificate: x509.Certificate, key: PrivateKey) -> Tsa:
    return Tsa(key, certificate, (house.issuing,), oids.POLICY_TIMESTAMP, house.clock)


@pytest.mark.parametrize(
    ("name", "digest"), [("sha256", DIGEST), ("sha384", sha384(b"").digest()), ("sha512", sha512(b"").digest())]
)
def test_a_stamp_proves_its_time(still: House, name: str, digest: bytes) -> None:
    stamp = verify_token(still.authority.tsa.token(digest, name), digest, still.trust)
    assert (stamp.time, stamp.hash.name, stamp.policy) == (START, name, oids.POLICY_TIMESTAMP)
    assert stamp.chain == (still.authority.tsa.certificate, still.issuing, still.authority.root)


@pytest.mark.parametrize(
    "key",
    [rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 3072)],
    ids=lambda key: f"RSA-{key.key_size}",
)
def test_units_with_rsa_keys_are_believed(still: House, key: rsa.RSAPrivateKey) -> None:
    certificate = still.authority.issue(profiles.TSA, OFFICER, key.public_key())
    assert verify_token(unit(still, certificate, key).token(DIGEST), DIGEST, still.trust).certificate == certificate


def test_its_certificates_are_found_without_reading_the_rest(still: House) -> None:
    token = still.authority.tsa.token(DIGEST)
    assert cms.certificates_in(token, TOKEN_LIMIT) == parse_token(token).certificates
    assert len(parse_token(token).certificates) == 2
    without = still.authority.tsa.token(DIGEST, with_certificates=False)
    assert cms.certificates_in(without, TOKEN_LIMIT) == ()
    with pytest.raises(Malformed):
        cms.certificates_in(token[:-1], TOKEN_LIMIT)


def test_a_stamp_of_other_data_is_no_proof(still: House) -> None:
    with pytest.raises(DigestMismatch):
        verify_token(still.authority.tsa.token(DIGEST), bytes(32), still.trust)


def test_a_stamp_of_another_root_is_not_trusted(still: House, tmp_path: Path) -> None:
    with pytest.raises(Untrusted):
        verify_token(founded(tmp_path / "other").authority.tsa.token(DIGEST), DIGEST, still.trust)


def test_the_time_counts_at_which_it_was_given(house: House) -> None:
    token = house.authority.tsa.token(DIGEST)
    house.clock.pass_by(days=30 * 365)
    assert verify_token(token, DIGEST, house.trust).time == START


@pytest.mark.parametrize("shift", [timedelta(days=-1), timedelta(days=5 * 365, seconds=1)])
def test_a_unit_cannot_stamp_outside_its_validity(house: House, shift: timedelta) -> None:
    unit = house.authority.tsa
    house.clock.time += shift
    with pytest.raises(OutsideValidity):
        verify_token(unit.token(DIGEST), DIGEST, house.trust)


def test_a_stamp_without_certificates_needs_them_from_elsewhere(still: House) -> None:
    token = still.authority.tsa.token(DIGEST, with_certificates=False)
    with pytest.raises(Untrusted):
        verify_token(token, DIGEST, still.trust)
    known = [still.authority.tsa.certificate, still.issuing]
    assert verify_token(token, DIGEST, still.trust, certificates=known).time == START


def test_certificates_under_the_tag_of_lists_are_no_lists(still: House) -> None:
    """One changed bit; what proves the unit is at hand from elsewhere."""
    token, known = still.authority.tsa.token(DIGEST), [still.authority.tsa.certificate, still.issuing]
    brought = der.encode(cms.CONTEXT_0, *sorted(map(to_der, known)))
    assert token.count(brought) == 1
    with pytest.raises(Malformed):
        verify_token(token.replace(brought, b"\xa1" + brought[1:]), DIGEST, still.trust, certificates=known)


def test_lists_beside_the_certificates_are_passed_over(still: House) -> None:
    token, known = still.authority.tsa.token(DIGEST), [still.authority.tsa.certificate, still.issuing]
    brought = der.encode(cms.CONTEXT_0, *sorted(map(to_der, known)))
    (outer,) = (der.sequence(token),)
    said, body = outer.oid(), outer.enter(cms.CONTEXT_0).raw(der.SEQUENCE)
    content = der.sequence(body)
    parts = []
    while content.more:
        parts.append(content.raw())
    parts.insert(parts.index(brought) + 1, der.encode(cms.CONTEXT_1, still.authority.crl()))
    longer = der.seq(der.oid(said), der.explicit(0, der.seq(*parts)))
    assert verify_token(longer, DIGEST, still.trust).time == START


@pytest.mark.parametrize(
    "extensions",
    [
        [LOGIN],
        [LOGIN, (x509.ExtendedKeyUsage([Purpose.TIME_STAMPING]), False)],
        [LOGIN, (x509.ExtendedKeyUsage([Purpose.TIME_STAMPING, Purpose.CLIENT_AUTH]), True)],
        [LOGIN, (x509.ExtendedKeyUsage([Purpose.CLIENT_AUTH]), True)],
        [(key_usage((KeyUsage.CERTIFICATES,)), True), STAMPING],
        [LOGIN, STAMPING, (x509.BasicConstraints(True, None), True)],
    ],
    ids=["no purpose", "not critical", "two purposes", "other purpose", "other usage", "authority"],
)
def test_only_a_unit_may_stamp(still: House, extensions: list[tuple[x509.ExtensionType, bool]]) -> None:
    key = new_key()
    with pytest.raises(WrongCertificate):
        verify_token(unit(still, still.forged(extensions, key), key).token(DIGEST), DIGEST, still.trust)


def test_a_weak_key_proves_nothing(still: House) -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505  (refused by the test)
    with pytest.raises(Weak):
        verify_token(unit(still, still.forged([LOGIN, STAMPING], key), key).token(DIGEST), DIGEST, still.trust)


def test_a_certificate_with_the_same_key_does_not_stand_in(still: House) -> None:
    """The token names its certificate by digest (RFC 5035), so that another one with the same key is no substitute."""
    key = new_key()
    first, second = (still.forged([LOGIN, STAMPING], key) for _ in range(2))
    token = unit(still, first, key).token(DIGEST, with_certificates=False)
    with pytest.raises(Untrusted):
        verify_token(token, DIGEST, still.trust, certificates=[second, still.issuing])
    assert verify_token(token, DIGEST, still.trust, certificates=[second, first, still.issuing]).certificate == first


def test_a_token_signed_with_another_key_is_wrong(still: House) -> None:
    token = unit(still, still.authority.tsa.certificate, new_key()).token(DIGEST)
    with pytest.raises(InvalidSignature):
        verify_token(token, DIGEST, still.trust)


def test_what_a_token_says_can_be_read_before_it_is_believed(still: House) -> None:
    said = parse_token(still.authority.tsa.token(DIGEST, nonce=2**64 - 1))
    assert (said.time, said.digest, said.nonce, said.hash.name) == (START, DIGEST, 2**64 - 1, "sha256")
    assert len(said.certificates) == 2


def test_serial_numbers_differ(still: House) -> None:
    assert len({parse_token(still.authority.tsa.token(DIGEST)).serial for _ in range(20)}) == 20


@pytest.mark.parametrize(("digest", "name"), [(b"", "sha256"), (bytes(31), "sha256"), (bytes(32), "sha512")])
def test_a_digest_of_the_wrong_length_gets_no_stamp(still: House, digest: bytes, name: str) -> None:
    with pytest.raises(Malformed):
        still.authority.tsa.token(digest, name)


@pytest.mark.parametrize("name", ["sha1", "md5", "none"])
def test_an_old_digest_gets_no_stamp(still: House, name: str) -> None:
    with pytest.raises(Weak):
        still.authority.tsa.token(bytes(20), name)


def test_a_request_is_answered(still: House) -> None:
    request = tsp.build_request(SHA256, DIGEST, nonce=77, policy=oids.POLICY_TIMESTAMP)
    token = tsp.token_of(still.authority.tsa.respond(request))
    assert verify_token(token, DIGEST, still.trust).time == START
    assert parse_token(token).nonce == 77


def test_a_request_without_wish_for_certificates_gets_none(still: House) -> None:
    request = der.seq(der.integer(1), tsp.imprint(SHA256, DIGEST))
    assert parse_token(tsp.token_of(still.authority.tsa.respond(request))).certificates == ()


SHA1_IMPRINT = der.seq(der.seq(der.oid(oids.SHA1)), der.octets(bytes(20)))
EXTENSION = der.encode(0xA0, der.seq(der.seq(der.oid("1.2.3"), der.octets(b""))))


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (b"", "DER"),
        (b"\x30\x00", "DER"),
        (der.seq(der.integer(2), tsp.imprint(SHA256, DIGEST)), "version"),
        (der.seq(der.integer(1), SHA1_IMPRINT), "not accepted"),
        (der.seq(der.integer(1), tsp.imprint(SHA256, bytes(31))), "imprint"),
        (tsp.build_request(SHA256, DIGEST, policy="1.2.3"), "policy"),
        (der.seq(der.integer(1), tsp.imprint(SHA256, DIGEST), EXTENSION), "extensions"),
        (der.seq(der.integer(1), tsp.imprint(SHA256, DIGEST), der.null()), "DER"),
        (bytes(5000), "more than"),
    ],
)
def test_a_request_that_cannot_be_served_is_refused_in_the_protocol(still: House, request_: bytes, reason: str) -> None:
    response = still.authority.tsa.respond(request_)
    with pytest.raises(Indeterminate, match=reason):
        tsp.token_of(response)


@pytest.mark.parametrize(
    ("failure", "bits"),
    [
        (tsp.Failure.BAD_ALGORITHM, "03020780"),
        (tsp.Failure.BAD_FORMAT, "03020204"),
        (tsp.Failure.UNACCEPTED_EXTENSION, "030407000080"),
        (tsp.Failure.SYSTEM, "03050600000040"),
    ],
)
def test_failure_bits_stand_where_the_rfc_puts_them(failure: tsp.Failure, bits: str) -> None:
    assert tsp.rejected(failure, "").hex().endswith(bits)


def renamed(token: bytes, version: int, identifier: bytes) -> bytes:
    """The token with another name for its signer, which the signature does not cover."""
    content = der.sequence(token)
    kind, signed = content.raw(), content.enter(0xA0).sequence()
    head = [signed.raw() for _ in range(4)]
    signer = signed.set().sequence()
    signer.integer()
    signer.raw()
    others = [signer.raw() for _ in range(4)]
    again = der.seq(der.integer(version), identifier, *others)
    return der.seq(kind, der.explicit(0, der.seq(*head, der.set_of(again))))


def test_a_signer_may_be_named_by_its_key(still: House) -> None:
    tsa = still.authority.tsa
    key_id = tsa.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    token = tsa.token(DIGEST)
    assert verify_token(renamed(token, 3, der.encode(0x80, key_id)), DIGEST, still.trust).time == START
    with pytest.raises(Malformed, match="version"):
        verify_token(renamed(token, 1, der.encode(0x80, key_id)), DIGEST, still.trust)


@pytest.mark.parametrize("by_key", [True, False])
def test_two_names_for_a_signer_are_one_too_many(still: House, by_key: bool) -> None:
    tsa = still.authority.tsa
    other = der.seq(tsa.certificate.issuer.public_bytes(), der.integer(1))
    token = renamed(tsa.token(DIGEST), *((3, der.encode(0x80, bytes(20))) if by_key else (1, other)))
    with pytest.raises(WrongCertificate, match="two different certificates"):
        verify_token(token, DIGEST, still.trust)


def test_a_heap_of_certificates_is_not_read(still: House) -> None:
    tsa = still.authority.tsa
    crowded = Tsa(still.key("tsa"), tsa.certificate, [still.issuing] * 16, tsa.policy, still.clock)
    with pytest.raises(Malformed, match="too many certificates"):
        verify_token(crowded.token(DIGEST), DIGEST, still.trust)


def tampered(token: bytes, old: bytes, new: bytes) -> bytes:
    assert token.count(old) >= 1
    assert len(old) == len(new)
    return token.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"20261120080000Z", b"20251120080000Z"),
        (der.oid(oids.TST_INFO), der.oid(oids.TST_INFO)[:-1] + b"\x05"),
        (der.oid(oids.SIGNING_CERTIFICATE_V2), der.oid(oids.SIGNING_TIME).ljust(13, b"\x00")),
        (der.oid(oids.MESSAGE_DIGEST), der.oid(oids.SIGNING_TIME)),
        (der.oid(oids.MESSAGE_DIGEST), der.oid(oids.CONTENT_TYPE)),
        (der.oid(oids.ECDSA_SHA256), der.oid(oids.ECDSA_SHA512)),
    ],
    ids=["time", "type", "certificate", "digest", "twice", "algorithm"],
)
def test_a_changed_token_is_refused(still: House, old: bytes, new: bytes) -> None:
    with pytest.raises(SigningError):
        verify_token(tampered(still.authority.tsa.token(DIGEST), old, new), DIGEST, still.trust)
