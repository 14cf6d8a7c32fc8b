"""OpenSSL, which shares no code with us, judges everything that the authority makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing import oids, profiles, tsp
from signing.algorithms import PrivateKey
from signing.authority import Authority
from signing.clock import SystemClock
from signing.profiles import Profile
from signing.responders import pki_application
from signing.subjects import Subject
from signing.timestamp import verify_token
from tests.signing.pki.house import DIGEST, FIRM, OFFICER, PASSPHRASE, PERSON, House, new_key
from tests.signing.pki.strangers import Verdict, openssl, served

DATA = b"a declaration"


@dataclass
class Desk:
    """A house at the computer's own time, which is OpenSSL's, and a folder for files."""

    house: House
    folder: Path

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def pem(self, name: str, certificate: x509.Certificate) -> Path:
        return self.file(name, certificate.public_bytes(Encoding.PEM))

    @property
    def root(self) -> Path:
        return self.pem("root.pem", self.house.authority.root)

    @property
    def issuing(self) -> Path:
        return self.pem("issuing.pem", self.house.issuing)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    clock = SystemClock()
    authority = Authority.create(tmp_path / "pki", PASSPHRASE, clock)
    return Desk(House(authority, tmp_path / "pki", clock), tmp_path)  # type: ignore[arg-type]


@pytest.fixture
def running(desk: Desk) -> Iterator[str]:
    with served(pki_application(desk.house.folder, PASSPHRASE)) as place:
        yield f"http://{place}"


def verified(desk: Desk, certificate: x509.Certificate, *more: str) -> Verdict:
    leaf = desk.pem("leaf.pem", certificate)
    return openssl("verify", "-CAfile", desk.root, "-untrusted", desk.issuing, "-x509_strict", *more, leaf)


@pytest.mark.parametrize(
    ("profile", "subject"),
    [
        (profiles.PERSON_SIGNING, PERSON),
        (profiles.PERSON_AUTHENTICATION, PERSON),
        (profiles.OFFICER, OFFICER),
        (profiles.SEAL, FIRM),
    ],
)
def test_paths_and_policies(desk: Desk, profile: Profile, subject: Subject) -> None:
    certificate = desk.house.issue(profile, subject)
    right = verified(desk, certificate, "-policy", profile.policies[0], "-explicit_policy")
    assert right.code == 0, right.said
    wrong = verified(desk, certificate, "-policy", oids.POLICY_TSA, "-explicit_policy")
    assert (wrong.code, "no explicit policy" in wrong.said) == (2, True)


def test_purposes_of_the_services(desk: Desk) -> None:
    for purpose, certificate in (
        ("timestampsign", desk.house.authority.tsa.certificate),
        ("ocsphelper", desk.house.authority.ocsp.certificate),
        ("sslclient", desk.house.issue(profiles.PERSON_AUTHENTICATION)),
    ):
        assert verified(desk, certificate, "-purpose", purpose).code == 0
    for purpose in ("timestampsign", "sslclient", "sslserver"):
        assert verified(desk, desk.house.issue(), "-purpose", purpose).code == 2


def test_a_revoked_certificate_fails_against_the_list(desk: Desk) -> None:
    certificate = desk.house.issue()
    for state, code in (("good", 0), ("revoked", 2)):
        if state == "revoked":
            desk.house.authority.revoke(certificate.serial_number, "keyCompromise")
        lists = desk.file("crl.pem", x509.load_der_x509_crl(desk.house.authority.crl()).public_bytes(Encoding.PEM))
        assert verified(desk, certificate, "-crl_check", "-CRLfile", str(lists)).code == code


def test_the_list_is_signed_by_the_issuing_authority(desk: Desk) -> None:
    found = desk.file("crl.der", desk.house.authority.crl())
    arguments = ("crl", "-inform", "DER", "-in", found, "-noout", "-CAfile")
    assert "verify OK" in openssl(*arguments, desk.issuing).said
    assert "verify OK" not in openssl(*arguments, desk.root).said


def test_a_token_is_verified(desk: Desk) -> None:
    token = desk.file("token", desk.house.authority.tsa.token(DIGEST))
    for content, is_right in ((DATA, True), (b"another", False)):
        data = desk.file("data", content)
        verdict = openssl("ts", "-verify", "-data", data, "-in", token, "-token_in", "-CAfile", desk.root)
        assert (verdict.code == 0, "Verification: OK" in verdict.said) == (is_right, is_right)


def test_a_query_of_openssl_is_answered_by_the_running_unit(desk: Desk, running: str) -> None:
    data, query = desk.file("data", DATA), desk.folder / "query.tsq"
    assert openssl("ts", "-query", "-data", data, "-sha256", "-cert", "-out", query).code == 0
    with urlopen(Request(f"{running}/tsa", query.read_bytes(), {"Content-Type": tsp.QUERY})) as answer:
        reply = desk.file("reply.tsr", answer.read())
    verdict = openssl("ts", "-verify", "-queryfile", query, "-in", reply, "-CAfile", desk.root)
    assert verdict.code == 0, verdict.said
    assert f"Policy OID: {oids.POLICY_TIMESTAMP}" in openssl("ts", "-reply", "-in", reply, "-text").said
    assert verify_token(tsp.token_of(reply.read_bytes()), DIGEST, desk.house.trust).policy == oids.POLICY_TIMESTAMP


def test_a_refusal_is_understood(desk: Desk) -> None:
    query = desk.folder / "query.tsq"
    assert openssl("ts", "-query", "-data", desk.file("data", DATA), "-sha1", "-out", query).code == 0
    reply = desk.file("reply.tsr", desk.house.authority.tsa.respond(query.read_bytes()))
    said = openssl("ts", "-reply", "-in", reply, "-text").said
    assert "Status: Rejected" in said
    assert "unrecognized or unsupported algorithm" in said


@pytest.mark.parametrize("key", [new_key(), rsa.generate_private_key(65537, 2048)], ids=["P-256", "RSA"])
def test_a_token_of_openssl_is_believed_by_us(desk: Desk, key: PrivateKey) -> None:
    """The other way round: OpenSSL stamps with a certificate of ours."""
    certificate = desk.house.authority.issue(profiles.TSA, Subject("Another unit"), key.public_key())
    token = stamped_by_openssl(desk, certificate, private_pem(key))
    assert verify_token(token, DIGEST, desk.house.trust).certificate == certificate


def private_pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


CONFIGURATION = """
[tsa]
default_tsa = unit
[unit]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
"""


def stamped_by_openssl(desk: Desk, certificate: x509.Certificate, key: bytes) -> bytes:
    configuration = desk.file("tsa.cnf", CONFIGURATION.format(folder=desk.folder).encode())
    query, token = desk.folder / "query.tsq", desk.folder / "token"
    assert openssl("ts", "-query", "-data", desk.file("data", DATA), "-sha256", "-cert", "-out", query).code == 0
    signer = ("-signer", desk.pem("unit.pem", certificate), "-inkey", desk.file("unit.key", key))
    made = openssl(
        *("ts", "-reply", "-config", configuration, "-queryfile", query, *signer),
        *("-chain", desk.issuing, "-token_out", "-out", token),
    )
    assert made.code == 0, made.said
    return token.read_bytes()


@pytest.mark.parametrize("hash", ["-sha1", "-sha256"])
def test_the_running_responder_is_believed(desk: Desk, running: str, hash: str) -> None:
    certificate = desk.house.issue()
    arguments = ("ocsp", hash, "-issuer", desk.issuing, "-cert", desk.pem("leaf.pem", certificate))
    for word in ("good", "revoked"):
        if word == "revoked":
            desk.house.authority.revoke(certificate.serial_number, "keyCompromise")
        verdict = openssl(*arguments, "-url", f"{running}/ocsp", "-CAfile", desk.root)
        assert verdict.code == 0, verdict.said
        assert "Response verify OK" in verdict.said
        assert f"leaf.pem: {word}" in verdict.said
    assert "Reason: keyCompromise" in verdict.said


def test_a_kept_answer_is_believed_offline(desk: Desk) -> None:
    certificate = desk.house.issue()
    kept = desk.file("answer.der", desk.house.authority.ocsp.response(certificate, desk.house.issuing))
    arguments = ("ocsp", "-respin", kept, "-issuer", desk.issuing, "-no_nonce", "-CAfile", desk.root, "-cert")
    assert "leaf.pem: good" in openssl(*arguments, desk.pem("leaf.pem", certificate)).said
    other = openssl(*arguments, desk.pem("leaf.pem", desk.house.issue()))
    assert "No Status found" in other.said


@pytest.mark.parametrize("name", ["root.crt", "issuing.crt"])
def test_served_certificates_are_read(desk: Desk, running: str, name: str) -> None:
    with urlopen(f"{running}/{name}") as answer:
        found = desk.file(name, answer.read())
    assert "emulyasiya" in openssl("x509", "-inform", "DER", "-in", found, "-noout", "-subject").said


def test_keys_open_with_the_passphrase(desk: Desk) -> None:
    for key in desk.house.folder.glob("*.key"):
        assert openssl("pkey", "-in", key, "-passin", f"pass:{PASSPHRASE}", "-noout", "-check").code == 0
        assert openssl("pkey", "-in", key, "-passin", "pass:another", "-noout").code == 1
