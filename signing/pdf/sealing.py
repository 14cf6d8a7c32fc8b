"""Seals a rendering (PAdES B-LT) in steps, so that the key may be in a file, a token or a service far away.

`prepare` gives what must be signed, `complete` puts the value in, `lasting` adds time and revocation; `seal` does all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing.algorithms import hash_for
from signing.certificates import load, public_key, to_der
from signing.pdf.attachments import attachments
from signing.pdf.document import open_document
from signing.pdf.sealed import Sealed, Store, read_sealed
from signing.pdf.signature import new_signature, read_signature
from signing.sealing import Services, witnesses
from signing.signers.signer import Signer, checked
from signing.xml_algorithms import from_raw


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sealed PDF that lacks only the value of its signature: the unfinished file and the digest to be signed."""

    pdf: bytes
    to_be_signed: bytes
    digest: bytes
    hash_name: str


def seal(pdf: bytes, signer: Signer, services: Services) -> bytes:
    """A rendering sealed by a key that answers at once, with all that verifies it offline."""
    prepared = prepare(pdf, signer.certificate, services.clock.now(), signer.chain)
    return lasting(complete(prepared, signer.sign(prepared.digest, prepared.hash_name)), services)


def prepare(
    pdf: bytes, certificate: x509.Certificate, at: datetime, chain: Iterable[x509.Certificate] = ()
) -> Prepared:
    """Step one. `at` is the moment that the seal claims; `chain` leads from the certificate towards a root."""
    document = open_document(pdf)
    attachments(document)  # What a verifier will not be able to read is not sealed.
    blank = Sealed(document, at.astimezone(UTC), b"")
    digest = blank.digest(hash_for(public_key(certificate)))
    return prepared_from(blank.with_signature(new_signature(certificate, chain, digest).to_bytes()).to_bytes())


def prepared_from(pdf: bytes) -> Prepared:
    """The same from an unfinished file that was stored."""
    signature = read_signature(read_sealed(pdf).signature)
    to_be_signed, hash = signature.to_be_signed, signature.frame.hash
    return Prepared(pdf, to_be_signed, hash.digest(to_be_signed), hash.name)


def complete(prepared: Prepared, value: bytes) -> bytes:
    """Step two: the sealed PDF. Raises InvalidSignature if the value is not the certificate's."""
    sealed = read_sealed(prepared.pdf)
    signature = read_signature(sealed.signature)
    key = public_key(signature.certificate)
    checked(value, signature.certificate, prepared.digest, prepared.hash_name)
    encoded = from_raw(value, key) if isinstance(key, ec.EllipticCurvePublicKey) else value
    return sealed.with_signature(signature.with_value(encoded).to_bytes()).to_bytes()


def lasting(pdf: bytes, services: Services) -> bytes:
    """Step three: first the time, then the answer that at that time nothing had been revoked."""
    sealed = read_sealed(pdf)
    signature = read_signature(sealed.signature)
    hash = signature.frame.hash
    token = services.tsa.token(hash.digest(signature.value), hash.name)
    others = map(load, signature.frame.certificates[1:])
    known, answers, lists = witnesses(signature.certificate, others, token, services)
    stamped = sealed.with_signature(signature.with_token(token).to_bytes())
    return stamped.with_store(Store(tuple(map(to_der, known)), tuple(answers), tuple(lists))).to_bytes()
