"""Verifiers that share no code with ours accept our signatures, and refuse them once something is changed."""

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import rfc3161_client as rfc3161
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import Criticality, ExtensionPolicy
from cryptography.x509.verification import Policy as PathPolicy
from signxml.exceptions import InvalidSignature
from signxml.verifier import SignatureConfiguration
from signxml.xades.xades import XAdESVerifier

from signing import tsp
from signing.algorithms import PrivateKey
from signing.base64_text import decoded
from signing.canonical import EXCLUSIVE, canonical, parse
from signing.sealing import renewed
from tests.signing import forging
from tests.signing.centre import START, Centre, rsa_key, sealed

HERE = Path(__file__).parent / "strangers"
JARS = ":".join(f"/usr/share/java/{name}.jar" for name in ("xmlsec", "slf4j-api", "slf4j-nop", "commons-codec"))
SIGNED_PROPERTIES = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"

GOOD: dict[str, Callable[[], PrivateKey]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "p521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "rsa3072": lambda: rsa_key(3072),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Unpacked containers: one for each kind of key, one with an archive time-stamp, and wrong ones."""
    centre, place = Centre(), tmp_path_factory.mktemp("strangers")
    boxes = {name: sealed(centre, centre.signer(key=make())).to_bytes() for name, make in GOOD.items()}
    boxes["archived"] = renewed(sealed(centre), centre.tsa).to_bytes()
    good = boxes["p256"]
    boxes["wrong-file"] = forging.rewritten(good, "26AZ001", "26AZ002", "declaration.xml")
    boxes["wrong-time"] = forging.rewritten(good, "2026-11-20T08", "2026-11-20T07")
    boxes["wrong-signature"] = forging.rewritten(good, "S-file-1", "S-file-2", count=2)
    root, issuing = (one.public_bytes(Encoding.PEM) for one in (centre.root, centre.issuing))
    (place / "root.pem").write_bytes(root)
    (place / "chain.pem").write_bytes(root + issuing)
    (place / "other.pem").write_bytes(Centre("Other").root.public_bytes(Encoding.PEM))
    return {name: _unpacked(data, place / name) for name, data in boxes.items()}


def _unpacked(data: bytes, folder: Path) -> Path:
    folder.mkdir()
    (folder / "box.asice").write_bytes(data)
    with zipfile.ZipFile(folder / "box.asice") as archive:
        archive.extractall(folder)
    return folder


def expected(folders: dict[str, Path]) -> dict[str, bool]:
    return {name: not name.startswith("wrong") for name in folders}


def test_xmlsec1_agrees_and_finds_the_path(folders: dict[str, Path]) -> None:
    assert {name: _xmlsec1(folder) for name, folder in folders.items()} == expected(folders)


def _xmlsec1(folder: Path) -> bool:
    trusted = ("--trusted-pem", "../root.pem", "--verification-gmt-time", f"{START:%Y-%m-%d %H:%M:%S}")
    command = ("xmlsec1", "--verify", "--id-attr:Id", SIGNED_PROPERTIES, *trusted, forging.SIGNATURE)
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False).returncode == 0


def test_xml_security_c_agrees(folders: dict[str, Path]) -> None:
    assert {name: _xml_security_c(folder) for name, folder in folders.items()} == expected(folders)


def _xml_security_c(folder: Path) -> bool:
    """It looks for the files beside the signature."""
    (folder / "signature.xml").write_bytes((folder / forging.SIGNATURE).read_bytes())
    command = ("xsec-checksig", "-x", "--id", "Id", "signature.xml")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.returncode == 0


@pytest.mark.once
def test_jdk_agrees(folders: dict[str, Path]) -> None:
    assert _java(folders, str(HERE / "JdkCheck.java")) == expected(folders)


@pytest.mark.once
def test_santuario_agrees(folders: dict[str, Path]) -> None:
    assert _java(folders, "-cp", JARS, str(HERE / "SantuarioCheck.java")) == expected(folders)


def _java(folders: dict[str, Path], *program: str) -> dict[str, bool]:
    command = ("java", *program, *map(str, folders.values()))
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(folders, (line == "true" for line in done.stdout.split()), strict=True))


def _may_sign(_: PathPolicy, __: x509.Certificate, usage: x509.KeyUsage) -> None:
    if not usage.content_commitment:
        raise ValueError("a certificate that is not for signatures")


# By itself it asks for certificates that log in; those of our people only sign.
SIGNERS = ExtensionPolicy.permit_all().require_present(x509.KeyUsage, Criticality.CRITICAL, _may_sign)


def test_signxml_agrees_and_finds_the_path(folders: dict[str, Path]) -> None:
    assert {name: _signxml(folder, "root.pem") for name, folder in folders.items()} == expected(folders)
    assert not _signxml(folders["p256"], "other.pem")


def _signxml(folder: Path, root: str) -> bool:
    """Two files and the signed properties; it asks us for the files."""
    try:
        XAdESVerifier().verify(
            (folder / forging.SIGNATURE).read_bytes(),
            ca_pem_file=folder.parent / root,
            ee_policy=SIGNERS,
            uri_resolver=lambda name: (folder / name).read_bytes(),
            expect_config=SignatureConfiguration(expect_references=3, verification_time=START),
        )
    except InvalidSignature:
        return False
    return True


def test_rfc3161_client_accepts_the_time_stamp(folders: dict[str, Path]) -> None:
    folder = folders["p256"]
    (root,) = x509.load_pem_x509_certificates((folder.parent / "root.pem").read_bytes())
    xml = (folder / forging.SIGNATURE).read_bytes()
    answer = rfc3161.decode_timestamp_response(tsp.granted(_embedded(xml, "EncapsulatedTimeStamp")))
    verifier = rfc3161.VerifierBuilder(roots=[root]).build()
    stamped = canonical(parse(xml)[0][1], EXCLUSIVE)
    assert verifier.verify_message(answer, stamped)
    with pytest.raises(rfc3161.VerificationError, match="Mismatch between messages"):
        verifier.verify_message(answer, stamped + b" ")


def test_rfc3161_client_asks_and_is_answered() -> None:
    centre, other = Centre(), Centre("Other")
    request = rfc3161.TimestampRequestBuilder().data(b"26AZ001").build()
    answer = rfc3161.decode_timestamp_response(centre.tsa.respond(request.as_bytes()))
    asked = rfc3161.VerifierBuilder.from_request(request)
    assert asked.add_root_certificate(centre.root).build().verify_message(answer, b"26AZ001")
    with pytest.raises(rfc3161.VerificationError):
        rfc3161.VerifierBuilder(roots=[other.root]).build().verify_message(answer, b"26AZ001")


def test_openssl_accepts_time_stamp_and_revocation_answer(folders: dict[str, Path]) -> None:
    folder = folders["p256"]
    xml = (folder / forging.SIGNATURE).read_bytes()
    for name, tag in (("token.der", "EncapsulatedTimeStamp"), ("ocsp.der", "EncapsulatedOCSPValue")):
        (folder / name).write_bytes(_embedded(xml, tag))
    (folder / "value.xml").write_bytes(canonical(parse(xml)[0][1], EXCLUSIVE))
    at = ("-attime", str(int(START.timestamp())))
    stamp = ("ts", "-verify", "-data", "value.xml", "-in", "token.der", "-token_in", "-CAfile", "../root.pem", *at)
    answer = ("ocsp", "-respin", "ocsp.der", "-CAfile", "../chain.pem", "-resp_text", *at)
    assert "Verification: OK" in _openssl(stamp, folder)
    assert "Response verify OK" in _openssl(answer, folder)


def _embedded(xml: bytes, tag: str) -> bytes:
    return decoded(xml.decode().split(f"<xades:{tag}>")[1].split("<")[0])


def _openssl(arguments: tuple[str, ...], folder: Path) -> str:
    done = subprocess.run(("openssl", *arguments), cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr
