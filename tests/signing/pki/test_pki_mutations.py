"""Whatever is done to the bytes of others: a verdict or one line, never another exception, and never more trust."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import certificates, crl, ocsp, tsp
from signing.algorithms import HASHES
from signing.errors import SigningError
from signing.paths import find_path
from signing.timestamp import parse_token, verify_token
from signing.uses import Use
from tests.signing.pki.house import DIGEST, START, House

ROUNDS = 1500
MOST_SECONDS = 1.0


@dataclass(frozen=True)
class Case:
    """Good bytes, and what is done with them."""

    good: bytes
    judge: Callable[[bytes], object]


@pytest.fixture(scope="module")
def cases(still: House) -> dict[str, Case]:
    certificate = still.issue()
    house, trust = still.authority, still.trust
    return {
        "token": Case(house.tsa.token(DIGEST), lambda data: verify_token(data, DIGEST, trust)),
        "ocsp": Case(
            house.ocsp.response(certificate, still.issuing),
            lambda data: ocsp.verify_ocsp(data, certificate, still.issuing, START),
        ),
        "crl": Case(house.crl(), lambda data: crl.verify_crl(data, certificate, still.issuing, START)),
        "certificate": Case(
            certificates.to_der(certificate),
            lambda data: find_path(certificates.load(data), [still.issuing], trust, START, Use.SIGNATURE),
        ),
        "authority": Case(
            certificates.to_der(still.issuing),
            lambda data: find_path(certificate, [certificates.load(data)], trust, START, Use.SIGNATURE),
        ),
    }


KINDS = ("token", "ocsp", "crl", "certificate", "authority")


def is_accepted(case: Case, data: bytes) -> bool:
    """Any exception but one line of ours ends the test."""
    begin = time.process_time()
    try:
        case.judge(data)
    except SigningError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return False
    finally:
        assert time.process_time() - begin < MOST_SECONDS
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_every_byte_matters(cases: dict[str, Case], kind: str) -> None:
    """Each byte is changed in two ways, chosen by its place; no changed bytes are accepted."""
    case = cases[kind]
    assert is_accepted(case, case.good)
    for place, byte in enumerate(case.good):
        for changed in (byte ^ 1 << place % 8, byte ^ 0xFF):
            mutant = case.good[:place] + bytes([changed]) + case.good[place + 1 :]
            assert not is_accepted(case, mutant), f"byte {place}: {byte:02x} → {changed:02x}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_part_is_not_the_whole(cases: dict[str, Case], kind: str) -> None:
    case = cases[kind]
    for length in range(len(case.good)):
        assert not is_accepted(case, case.good[:length])
    for more in (b"\x00", b"\x30\x00", case.good):
        assert not is_accepted(case, case.good + more)


@pytest.mark.parametrize("kind", KINDS)
def test_shuffled_structures_never_crash(cases: dict[str, Case], kind: str) -> None:
    case, chance = cases[kind], random.Random(kind)
    for _ in range(ROUNDS):
        data = shuffled(case.good, chance)
        assert data == case.good or not is_accepted(case, data)


def shuffled(good: bytes, chance: random.Random) -> bytes:
    """Pieces cut out, doubled, moved and overwritten."""
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        place, size = chance.randrange(len(data) + 1), chance.randint(1, 40)
        piece = data[place : place + size]
        if chance.random() < 0.5:
            del data[place : place + size]
        to = chance.randrange(len(data) + 1)
        data[to : to + chance.choice((0, size))] = piece
    return bytes(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(KINDS))
def test_any_bytes_are_refused(cases: dict[str, Case], data: bytes, kind: str) -> None:
    assert not is_accepted(cases[kind], data)


@pytest.mark.parametrize("kind", KINDS)
def test_megabytes_are_refused_at_once(cases: dict[str, Case], kind: str) -> None:
    case = cases[kind]
    for filler in (b"\x00", b"\x30\x80", b"\x30\x84\x00\xff\xff\xff"):
        assert not is_accepted(case, filler * (25 * 1024 * 1024 // len(filler)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_any_request_gets_an_answer(still: House, data: bytes, chance: random.Random) -> None:
    query = tsp.build_request(HASHES["sha256"], DIGEST, nonce=5)
    question = ocsp.build_request(still.authority.tsa.certificate, still.issuing, b"nonce")
    for request in (data, shuffled(query, chance)):
        assert still.authority.tsa.respond(request).startswith(b"\x30")
    for request in (data, shuffled(question, chance)):
        assert still.authority.ocsp.respond(request).startswith(b"\x30")


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_reply_is_read_or_refused(cases: dict[str, Case], chance: random.Random) -> None:
    try:
        parse_token(tsp.token_of(shuffled(tsp.granted(cases["token"].good), chance)))
    except SigningError as error:
        assert "\n" not in str(error)  # noqa: PT017
