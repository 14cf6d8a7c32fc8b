"""Attacks on the seal: its signature, its certificate, its time, and what was collected about it."""

from dataclasses import replace
from datetime import timedelta

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing import algorithms, cms, der, oids, profiles
from signing.algorithms import Hash
from signing.certificates import to_der
from signing.pdf.sealed import read_sealed
from signing.pdf.sealing import prepare, seal
from signing.profiles import Profile
from signing.subjects import Subject
from tests.signing.attacks.corpus import FAILED, UNDECIDED
from tests.signing.attacks.pdf_corpus import pdf_attack
from tests.signing.centre import OFFICER, PERSON, START, Centre, rsa_key
from tests.signing.pdf_forging import (
    COMMITTEE,
    basic,
    customs,
    rendering,
    sealed_pdf,
    self_made,
    signature_of,
    with_cms,
    with_frame,
    with_signature,
)

WEAK = Hash("sha1", oids.SHA1, 20, "1.2.840.10045.4.1", "1.2.840.113549.1.1.5", hashes.SHA1())  # type: ignore[arg-type]  # noqa: S303


@pdf_attack(FAILED, "HASH_FAILURE")
def content_changed(centre: Centre) -> bytes:
    pdf = bytearray(sealed_pdf(centre))
    pdf[pdf.index(b"stream\n") + 20] ^= 1
    return bytes(pdf)


@pdf_attack(FAILED, "HASH_FAILURE")
def signature_of_another_pdf(centre: Centre) -> bytes:
    signer = customs(centre)
    other = seal(rendering("26AZ00100999999"), signer, centre.services)
    return with_cms(sealed_pdf(centre, signer), signature_of(other).to_bytes())


@pdf_attack(FAILED, "HASH_FAILURE")
def claimed_time_changed(centre: Centre) -> bytes:
    return replace(read_sealed(sealed_pdf(centre)), at=START - timedelta(days=1)).to_bytes()


@pdf_attack(FAILED, "SIG_CRYPTO_FAILURE")
def only_prepared(centre: Centre) -> bytes:
    """Without a value."""
    signer = customs(centre)
    return prepare(rendering(), signer.certificate, START, signer.chain).pdf


@pdf_attack(FAILED, "SIG_CRYPTO_FAILURE")
def value_of_another_signature(centre: Centre) -> bytes:
    signer = customs(centre)
    other = signature_of(basic(signer, rendering("26AZ00100999999"))).value
    return with_signature(basic(signer), lambda one: one.with_value(other))


@pdf_attack(FAILED, "SIG_CRYPTO_FAILURE")
def value_side_by_side(centre: Centre) -> bytes:
    """As XML writes it."""
    return with_signature(basic(customs(centre)), lambda one: one.with_value(bytes(64)))


@pdf_attack(FAILED, "SIG_CRYPTO_FAILURE")
def certificate_replaced_by_another_with_the_same_key(centre: Centre) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    firm, committee = centre.signer(profiles.SEAL, PERSON, key), customs(centre, key)
    swapped = signature_of(basic(committee)).frame
    return with_frame(basic(firm), identifier=swapped.identifier, certificates=swapped.certificates)


@pdf_attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def sha1_digest(centre: Centre) -> bytes:
    signer = customs(centre, key := ec.generate_private_key(ec.SECP256R1()))
    frame = cms.Frame.of(oids.DATA, signer.certificate, signer.chain, key)
    weak = replace(frame, hash=WEAK, algorithm=algorithms.signature_algorithm(key, WEAK))
    return self_made(rendering(), weak, bytes(70))


@pdf_attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def sha1_signature_algorithm(centre: Centre) -> bytes:
    return with_frame(sealed_pdf(centre), algorithm=der.seq(der.oid("1.2.840.10045.4.1")))


@pdf_attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def signature_algorithm_without_a_digest(centre: Centre) -> bytes:
    return with_frame(sealed_pdf(centre), algorithm=der.seq(der.oid(oids.RSA), der.null()))


@pdf_attack(UNDECIDED, "CRYPTO_CONSTRAINTS_FAILURE")
def rsa_1024(centre: Centre) -> bytes:
    signer = customs(centre, key := rsa_key(1024))
    frame = cms.Frame.of(oids.DATA, signer.certificate, signer.chain, key)
    return self_made(rendering(), frame, lambda attributes: algorithms.sign(key, attributes, frame.hash))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def further_signed_attribute(centre: Centre) -> bytes:
    """A time in the signature itself, which PAdES forbids."""
    pdf = sealed_pdf(centre)
    signature = signature_of(pdf)
    time = cms.attribute(oids.SIGNING_TIME, der.encode(0x17, b"261120080000Z"))
    attributes = der.set_of(time, *_elements(signature.to_be_signed))
    return with_cms(pdf, signature.frame.signed_data(None, attributes, signature.value))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def further_unsigned_attribute(centre: Centre) -> bytes:
    pdf = sealed_pdf(centre)
    signature = signature_of(pdf)
    stamp = cms.attribute(oids.SIGNATURE_TIME_STAMP, signature.token or b"")
    more = der.set_of(stamp, cms.attribute("1.2.840.113549.1.9.6", der.octets(bytes(100))))
    return with_cms(pdf, signature.frame.signed_data(None, signature.to_be_signed, signature.value, more))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def content_in_the_signature(centre: Centre) -> bytes:
    """Signed data that bring the content along, so that a reader may forget the PDF."""
    pdf = sealed_pdf(centre)
    one = signature_of(pdf)
    return with_cms(pdf, one.frame.signed_data(b"Sifir", one.to_be_signed, one.value))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def time_stamp_in_place_of_the_signature(centre: Centre) -> bytes:
    return with_cms(sealed_pdf(centre), centre.tsa.token(bytes(32)))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def certificate_missing(centre: Centre) -> bytes:
    return with_frame(sealed_pdf(centre), certificates=(to_der(centre.issuing),))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def certificate_twice(centre: Centre) -> bytes:
    pdf = sealed_pdf(centre)
    known = signature_of(pdf).frame.certificates
    return with_frame(pdf, certificates=(*known, known[0]))


def _elements(encoded: bytes) -> list[bytes]:
    cursor, found = der.only(encoded, der.SET), []
    while cursor.more:
        found.append(cursor.raw())
    return found


def _sealed_as(centre: Centre, profile: Profile, name: object = COMMITTEE) -> bytes:
    return sealed_pdf(centre, centre.signer(profile, name))  # type: ignore[arg-type]


@pdf_attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def person_in_place_of_the_seal(centre: Centre) -> bytes:
    return _sealed_as(centre, profiles.PERSON_SIGNING, PERSON)


@pdf_attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def person_who_calls_himself_the_committee(centre: Centre) -> bytes:
    return _sealed_as(centre, profiles.PERSON_SIGNING)


@pdf_attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def officer_in_place_of_the_seal(centre: Centre) -> bytes:
    return _sealed_as(centre, profiles.OFFICER, OFFICER)


@pdf_attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def authentication_certificate(centre: Centre) -> bytes:
    return _sealed_as(centre, profiles.PERSON_AUTHENTICATION, PERSON)


@pdf_attack(UNDECIDED, "CHAIN_CONSTRAINTS_FAILURE")
def time_stamp_unit_as_a_seal(centre: Centre) -> bytes:
    return _sealed_as(centre, profiles.TSA, Subject("Test TSA").name())


@pdf_attack(UNDECIDED, "NO_CERTIFICATE_CHAIN_FOUND")
def look_alike_centre(centre: Centre) -> bytes:
    return sealed_pdf(Centre(clock=centre.clock))
