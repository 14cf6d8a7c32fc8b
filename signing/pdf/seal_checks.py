"""Checks of a seal itself: its structure, its algorithms, what it covers, and its value.

Each raises a SigningError or gives the facts that its line in the report tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from signing.algorithms import signature_algorithm, verify
from signing.certificates import load, public_key
from signing.cms import CERTIFICATE_DIGEST, certificate_id
from signing.errors import DigestMismatch, InvalidSignature, Malformed, Weak
from signing.examination import Case
from signing.pdf.sealed import Sealed
from signing.pdf.signature import Signature, read_signature
from signing.proof_times import ProofTimes, check_alive
from signing.timestamp import parse_token, verify_token

Facts = dict[str, str]


@dataclass(kw_only=True)
class SealCase(Case):
    """The seal of a PDF under examination."""

    sealed: Sealed
    signature: Signature = field(init=False)

    @property
    def name(self) -> str:
        return "seal"

    @property
    def format(self) -> str:
        return "PAdES"

    @property
    def level(self) -> str:
        if not hasattr(self, "signature"):
            return ""
        if self.signature.token is None:
            return "B-B"
        return "B-LT" if self.sealed.store else "B-T"

    @property
    def claimed_time(self) -> datetime | None:
        return self.sealed.at

    @property
    def answers(self) -> Sequence[bytes]:
        return self.sealed.store.answers if self.sealed.store else ()

    @property
    def lists(self) -> Sequence[bytes]:
        return self.sealed.store.lists if self.sealed.store else ()

    @property
    def value_digest(self) -> str:
        return self.signature.frame.hash.name

    @property
    def content_digests(self) -> Sequence[str]:
        return self.value_digest, CERTIFICATE_DIGEST

    def proof_times(self) -> ProofTimes | None:
        if self.signature.token is None:
            return None
        said = parse_token(self.signature.token)
        stamp = verify_token(said, said.hash.digest(self.signature.value), self.trust, certificates=self.known)
        check_alive(stamp, self.now)
        unknown = self.evidence.check(stamp.chain, stamp.time, self.now)
        return ProofTimes(stamp, (stamp,), (), frozenset(said.certificates), unknown)


def structure(case: SealCase) -> Facts:
    signature, store = read_signature(case.sealed.signature), case.sealed.store
    if store and signature.token is None:
        raise Malformed("the seal brings answers for a time that nothing proves")
    case.certificate, *others = map(load, (*signature.frame.certificates, *(store.certificates if store else ())))
    case.known, case.signature = tuple(others), signature
    return {}


def algorithms(case: SealCase) -> Facts:
    frame, case.key = case.signature.frame, public_key(case.certificate)
    if frame.algorithm != signature_algorithm(case.key, frame.hash):
        raise Weak("the signature algorithm of the seal is not accepted with its key")
    kind = "rsa" if isinstance(case.key, rsa.RSAPublicKey) else "ecdsa"
    return {"method": f"{kind}-{frame.hash.name}", "bits": str(case.key.key_size)}


def content(case: SealCase) -> Facts:
    if case.sealed.digest(case.signature.frame.hash) != case.signature.digest:
        raise DigestMismatch("the PDF was changed after it had been sealed")
    return {}


def binding(case: SealCase) -> Facts:
    """The certificate is the one that the signer named: another one with the same key is another statement."""
    if case.signature.frame.certificate_id != certificate_id(case.certificate):
        raise InvalidSignature("the certificate is not the one that was signed")
    return {}


def value(case: SealCase) -> Facts:
    signature = case.signature
    verify(case.key, signature.value, signature.to_be_signed, signature.frame.hash)
    return {}
