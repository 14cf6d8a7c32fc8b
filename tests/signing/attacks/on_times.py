"""Attacks on the time of a signature and on what was known of its certificate then."""

from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography import x509

from signing.base64_text import decoded, encoded
from signing.certificates import to_der
from signing.container import new_container
from signing.register import Standing, State
from signing.sealing import seal
from signing.signers.signer import signed
from tests.signing import forging
from tests.signing.attacks.corpus import FAILED, UNDECIDED, attack
from tests.signing.centre import START, Centre, files, sealed


def _stamped(centre: Centre, token_from: bytes) -> bytes:
    """A container with the time-stamp of another signature."""
    box = sealed(centre)
    tokens = [_between(xml.decode(), "xades:EncapsulatedTimeStamp") for xml in (box.signatures[0].xml, token_from)]
    return forging.rewritten(box.to_bytes(), tokens[0], tokens[1])


def _between(text: str, tag: str) -> str:
    return text.split(f"<{tag}>")[1].split("<", maxsplit=1)[0]


@attack(FAILED, "HASH_FAILURE")
def time_stamp_of_another_signature(centre: Centre) -> bytes:
    return _stamped(centre, sealed(centre).signatures[0].xml)


@attack(UNDECIDED, "NO_CERTIFICATE_CHAIN_FOUND")
def time_stamp_of_an_unknown_unit(centre: Centre) -> bytes:
    stranger = Centre("Yad", centre.clock)
    signer = centre.signer()
    return seal(files(), signer, replace(centre.services, tsa=stranger.tsa)).to_bytes()


@attack(UNDECIDED, "TRY_LATER")
def revocation_answer_about_another_certificate(centre: Centre) -> bytes:
    box, other = sealed(centre), sealed(centre)
    answers = [_between(one.signatures[0].xml.decode(), "xades:EncapsulatedOCSPValue") for one in (box, other)]
    return forging.rewritten(box.to_bytes(), answers[0], answers[1])


@attack(UNDECIDED, "TRY_LATER")
def revocation_answer_from_before_the_signature(centre: Centre) -> bytes:
    signer = centre.signer()
    with centre.clock.at(START - timedelta(minutes=10)):
        early = Frozen(centre.ocsp.response(signer.certificate, centre.issuing))
    return seal(files(), signer, replace(centre.services, ocsp=early)).to_bytes()


@dataclass(frozen=True)
class Frozen:
    """A responder that says the same for ever."""

    answer: bytes

    def response(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
        return self.answer if certificate != issuer else b""


@attack(UNDECIDED, "TRY_LATER")
def no_time_and_no_revocation(centre: Centre) -> bytes:
    return new_container(files()).with_signature(signed(centre.signer(), files(), START)).to_bytes()


@attack(UNDECIDED, "OUT_OF_BOUNDS_NO_POE")
def expired_without_a_time_stamp(centre: Centre) -> bytes:
    expired = centre.signer(since=START - timedelta(days=20), lifetime=timedelta(days=10))
    return new_container(files()).with_signature(signed(expired, files(), START - timedelta(days=15))).to_bytes()


@attack(UNDECIDED, "OUT_OF_BOUNDS_NO_POE")
def stamped_after_it_had_expired(centre: Centre) -> bytes:
    return sealed(centre, centre.signer(since=START - timedelta(days=20), lifetime=timedelta(days=10))).to_bytes()


@attack(UNDECIDED, "OUT_OF_BOUNDS_NO_POE")
def stamped_before_it_began(centre: Centre) -> bytes:
    return sealed(centre, centre.signer(since=START + timedelta(minutes=1))).to_bytes()


@attack(UNDECIDED, "TIMESTAMP_ORDER_FAILURE")
def stamped_in_the_future(centre: Centre) -> bytes:
    with centre.clock.at(START + timedelta(hours=1)):
        return sealed(centre).to_bytes()


@attack(FAILED, "FORMAT_FAILURE")
def certificate_that_nobody_needs(centre: Centre) -> bytes:
    signer = centre.signer()
    stranger = Centre("Yad", centre.clock)
    return sealed(centre, replace(signer, chain=(*signer.chain, stranger.issuing))).to_bytes()


@attack(FAILED, "REVOKED")
def revoked_before_the_signature(centre: Centre) -> bytes:
    return _ended(centre, State.REVOKED, "keyCompromise")


@attack(FAILED, "REVOKED")
def on_hold_at_the_signature(centre: Centre) -> bytes:
    return _ended(centre, State.SUSPENDED, "certificateHold")


def _ended(centre: Centre, state: State, reason: str) -> bytes:
    signer = centre.signer()
    centre.standings[signer.certificate.serial_number] = Standing(state, START - timedelta(hours=1), reason)
    return sealed(centre, signer).to_bytes()


@attack(FAILED, "FORMAT_FAILURE")
def changed_certificate_in_a_time_stamp(centre: Centre) -> bytes:
    """No signature covers the certificates beside it."""
    box = sealed(centre)
    token = _between(box.signatures[0].xml.decode(), "xades:EncapsulatedTimeStamp")
    beside = to_der(centre.issuing)
    changed = decoded(token).replace(beside, beside[:-1] + bytes([beside[-1] ^ 1]))
    return forging.rewritten(box.to_bytes(), token, encoded(changed))
