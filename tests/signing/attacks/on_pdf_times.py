"""Attacks on the time of a seal and on what was collected about it."""

from dataclasses import replace
from datetime import timedelta

from signing.certificates import to_der
from tests.signing.attacks.corpus import FAILED, UNDECIDED
from tests.signing.attacks.on_times import Frozen
from tests.signing.attacks.pdf_corpus import pdf_attack
from tests.signing.centre import START, Centre
from tests.signing.pdf_forging import (
    basic,
    customs,
    sealed_pdf,
    signature_of,
    stamped_only,
    with_signature,
    with_store,
)


@pdf_attack(UNDECIDED, "NO_CERTIFICATE_CHAIN_FOUND")
def time_stamp_of_an_unknown_unit(centre: Centre) -> bytes:
    stranger = Centre("Yad", centre.clock)
    return sealed_pdf(centre, services=replace(centre.services, tsa=stranger.tsa))


@pdf_attack(FAILED, "HASH_FAILURE")
def time_stamp_of_another_signature(centre: Centre) -> bytes:
    token = signature_of(sealed_pdf(centre)).token
    assert token
    return with_signature(sealed_pdf(centre), lambda one: one.with_token(token))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def answers_without_a_time_stamp(centre: Centre) -> bytes:
    return with_signature(sealed_pdf(centre), lambda one: replace(one, token=None))


@pdf_attack(UNDECIDED, "TRY_LATER")
def time_but_no_answer(centre: Centre) -> bytes:
    return stamped_only(sealed_pdf(centre))


@pdf_attack(UNDECIDED, "TRY_LATER")
def neither_time_nor_answer(centre: Centre) -> bytes:
    return basic(customs(centre))


@pdf_attack(UNDECIDED, "TRY_LATER")
def answer_about_another_certificate(centre: Centre) -> bytes:
    other = centre.ocsp.response(customs(centre).certificate, centre.issuing)
    return with_store(sealed_pdf(centre), lambda store: replace(store, answers=(other,)))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def answer_that_nobody_needs(centre: Centre) -> bytes:
    other = centre.ocsp.response(customs(centre).certificate, centre.issuing)
    return with_store(sealed_pdf(centre), lambda store: replace(store, answers=(*store.answers, other)))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def list_that_nobody_needs(centre: Centre) -> bytes:
    stranger = Centre("Yad", centre.clock).lists()
    return with_store(sealed_pdf(centre), lambda store: replace(store, lists=(*store.lists, *stranger)))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def certificate_that_nobody_needs(centre: Centre) -> bytes:
    stranger = to_der(Centre("Yad", centre.clock).issuing)
    return with_store(sealed_pdf(centre), lambda store: replace(store, certificates=(*store.certificates, stranger)))


@pdf_attack(FAILED, "FORMAT_FAILURE")
def certificate_stored_twice(centre: Centre) -> bytes:
    return with_store(
        sealed_pdf(centre), lambda store: replace(store, certificates=(*store.certificates, store.certificates[0]))
    )


@pdf_attack(FAILED, "FORMAT_FAILURE")
def file_in_place_of_a_certificate(centre: Centre) -> bytes:
    return with_store(sealed_pdf(centre), lambda store: replace(store, certificates=(*store.certificates, b"%PDF-1.7")))


@pdf_attack(UNDECIDED, "TRY_LATER")
def answer_from_before_the_seal(centre: Centre) -> bytes:
    signer = customs(centre)
    with centre.clock.at(START - timedelta(minutes=10)):
        early = Frozen(centre.ocsp.response(signer.certificate, centre.issuing))
    return sealed_pdf(centre, signer, replace(centre.services, ocsp=early))


@pdf_attack(UNDECIDED, "OUT_OF_BOUNDS_NO_POE")
def expired_without_a_time_stamp(centre: Centre) -> bytes:
    expired = customs(centre, since=START - timedelta(days=20), lifetime=timedelta(days=10))
    return basic(expired, at=START - timedelta(days=15))


@pdf_attack(UNDECIDED, "OUT_OF_BOUNDS_NO_POE")
def stamped_after_it_had_expired(centre: Centre) -> bytes:
    return sealed_pdf(centre, customs(centre, since=START - timedelta(days=20), lifetime=timedelta(days=10)))


@pdf_attack(UNDECIDED, "TIMESTAMP_ORDER_FAILURE")
def stamped_in_the_future(centre: Centre) -> bytes:
    with centre.clock.at(START + timedelta(hours=1)):
        return sealed_pdf(centre)
