"""The bare cryptographic operations that nobody can do without who makes or verifies a container.

They are done on what the containers really hold: every signature in them and every byte of their files.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from bench import materials
from bench.jobs import paper
from signing.canonical import EXCLUSIVE, canonical
from signing.container import open_container
from signing.timestamp import parse_token
from signing.xades_read import read_signature

# By the officer, the time-stamp unit and the revocation responder.
SIGNATURES = 3
SIGNED_BYTES = b"\x30" * 400


class Signed(NamedTuple):
    """One signature with what it takes to check it; its key is in a certificate."""

    certificate: bytes
    value: bytes
    data: bytes
    algorithm: ec.ECDSA


def create(_: Path) -> Callable[[int], None]:
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(SIGNATURES)]
    scans = [materials.scan(number) for number in range(materials.OFFICERS)]
    algorithm = ec.ECDSA(SHA256())

    def work(number: int) -> None:
        for content in (materials.XML, scans[number]):
            hashlib.sha256(content).digest()
        for key in keys:
            key.sign(SIGNED_BYTES, algorithm)

    return work


def check(folder: Path) -> Callable[[int], None]:
    """Everything that a container holds."""
    return _check(folder, with_centre=True)


def check_anew(folder: Path) -> Callable[[int], None]:
    """What is new in a container to somebody who remembers the certificates of its centre."""
    return _check(folder, with_centre=False)


def _check(folder: Path, *, with_centre: bool) -> Callable[[int], None]:
    boxes = [(folder / str(number) / materials.BOX).read_bytes() for number in range(materials.OFFICERS)]
    contents = [[file.content for file in open_container(box).files] for box in boxes]
    (root,) = x509.load_pem_x509_certificates((folder / materials.ROOT).read_bytes())
    signatures = [list(signatures_in(box, root, with_centre=with_centre)) for box in boxes]

    def work(number: int) -> None:
        for content in contents[number]:
            hashlib.sha256(content).digest()
        _verify(signatures[number])

    return work


def check_paper(folder: Path) -> Callable[[int], None]:
    """A sealed paper holds as many signatures as a container, by the same centre; its bytes are hashed, too."""
    papers = [paper.sealed(folder)(number) for number in range(2)]
    (root,) = x509.load_pem_x509_certificates((folder / materials.ROOT).read_bytes())
    signatures = list(signatures_in((folder / "0" / materials.BOX).read_bytes(), root, with_centre=True))

    def work(number: int) -> None:
        hashlib.sha256(papers[number % 2]).digest()
        _verify(signatures)

    return work


def _verify(signatures: Sequence[Signed]) -> None:
    """Each certificate is read once for its key."""
    keys = {one.certificate: _key(one.certificate) for one in signatures}
    for one in signatures:
        keys[one.certificate].verify(one.value, one.data, one.algorithm)


def _key(certificate: bytes) -> ec.EllipticCurvePublicKey:
    key = x509.load_der_x509_certificate(certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("the centre signs with elliptic keys")
    return key


def signatures_in(box: bytes, root: x509.Certificate, *, with_centre: bool) -> Iterator[Signed]:
    """Of the officer, the time-stamp, every answer and list; on his certificate, and on all others below the root."""
    signature = read_signature(open_container(box).signatures[0].xml)
    tokens = [parse_token(one.token) for one in signature.unsigned if one.token]
    embedded = (encoded for one in (*signature.unsigned, *tokens) for encoded in one.certificates)
    officer, *others = map(x509.load_der_x509_certificate, (*signature.certificates, *embedded))
    known = {one.subject: one for one in (root, officer, *others)}
    yield _signed(officer, _as_der(signature.value), canonical(signature.info_element, EXCLUSIVE), SHA256())
    for token in tokens:
        unit = _made_for(ExtendedKeyUsageOID.TIME_STAMPING, others)
        yield _signed(unit, token.signer.signature, token.signer.attributes, token.signer.hash.primitive)
    for answer in (ocsp.load_der_ocsp_response(encoded) for one in signature.unsigned for encoded in one.answers):
        responder = _made_for(ExtendedKeyUsageOID.OCSP_SIGNING, others)
        yield _signed(responder, answer.signature, answer.tbs_response_bytes, answer.signature_hash_algorithm)
    for crl in (x509.load_der_x509_crl(encoded) for one in signature.unsigned for encoded in one.lists):
        yield _signed(known[crl.issuer], crl.signature, crl.tbs_certlist_bytes, crl.signature_hash_algorithm)
    for one in known.values() if with_centre else (officer,):
        if one != root:
            yield _signed(known[one.issuer], one.signature, one.tbs_certificate_bytes, one.signature_hash_algorithm)


def _made_for(purpose: x509.ObjectIdentifier, certificates: Iterable[x509.Certificate]) -> x509.Certificate:
    for one in certificates:
        if any(purpose in entry.value for entry in one.extensions if isinstance(entry.value, x509.ExtendedKeyUsage)):
            return one
    raise LookupError(f"no certificate is for {purpose.dotted_string}")


def _as_der(value: bytes) -> bytes:
    """XML writes two numbers side by side where everybody else writes a sequence."""
    half = len(value) // 2
    return encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))


def _signed(certificate: x509.Certificate, value: bytes, data: bytes, hash: HashAlgorithm | None) -> Signed:
    if hash is None:
        raise TypeError("the centre signs with a digest")
    return Signed(certificate.public_bytes(Encoding.DER), value, data, ec.ECDSA(hash))
