"""The DER reader and writer: what is written is read again, and nothing else is."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import der
from signing.errors import Malformed

ARCS = st.lists(st.integers(0, 2**32), max_size=6)


@settings(deadline=None)
@given(st.integers(-(2**2048), 2**2048))
def test_integers_come_back(number: int) -> None:
    assert der.sequence(der.seq(der.integer(number))).integer() == number


@settings(deadline=None)
@given(st.integers(0, 2), st.integers(0, 39), ARCS)
def test_object_identifiers_come_back(first: int, second: int, others: list[int]) -> None:
    dotted = ".".join(map(str, [first, second, *others]))
    assert der.sequence(der.seq(der.oid(dotted))).oid() == dotted


@settings(deadline=None)
@given(st.binary(max_size=70_000))
def test_octets_come_back(content: bytes) -> None:
    assert der.sequence(der.seq(der.octets(content))).octets() == content


@settings(deadline=None)
@given(st.text(), st.booleans(), st.binary())
def test_texts_booleans_and_bits_come_back(text: str, flag: bool, bits: bytes) -> None:
    cursor = der.sequence(der.seq(der.text(text), der.boolean(flag), der.bits(bits), der.null()))
    assert (cursor.text(), cursor.boolean(), cursor.bits()) == (text, flag, bits)
    cursor.null()
    cursor.end()


@settings(deadline=None)
@given(st.datetimes(datetime(1950, 1, 1), datetime(9999, 12, 31)))  # noqa: DTZ001  (hypothesis wants them naive)
def test_times_come_back_to_the_second(instant: datetime) -> None:
    instant = instant.replace(tzinfo=UTC, microsecond=0)
    assert der.sequence(der.seq(der.generalized_time(instant))).time() == instant


def test_fraction_of_a_second_is_read() -> None:
    written = der.encode(der.GENERALIZED_TIME, b"20261120080000.25Z")
    assert der.sequence(der.seq(written)).time() == datetime(2026, 11, 20, 8, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"20261120080000",
        b"20261120080000.Z",
        b"20261120080000.50Z",
        b"20261120080000+0000",
        b"20261320080000Z",
        b"202611200800Z",
        b"2026112008000\xb2Z",
        b"20261120 80000Z",
    ],
)
def test_a_time_has_one_spelling(written: bytes) -> None:
    with pytest.raises(Malformed):
        der.sequence(der.seq(der.encode(der.GENERALIZED_TIME, written))).time()


@pytest.mark.parametrize("written", ["0200", "02020001", "0202ffff", "0203000080"])
def test_an_integer_has_one_spelling(written: str) -> None:
    with pytest.raises(Malformed):
        der.sequence(der.seq(bytes.fromhex(written))).integer()


@pytest.mark.parametrize("written", ["0600", "060180", "06028001", "0603558001", "060255f8", "0641" + "55" * 65])
def test_an_object_identifier_has_one_spelling(written: str) -> None:
    with pytest.raises(Malformed):
        der.sequence(der.seq(bytes.fromhex(written))).oid()


@pytest.mark.parametrize(
    ("written", "read"),
    [("010101", "boolean"), ("01020000", "boolean"), ("0300", "bits"), ("03020180", "bits"), ("050100", "null")],
)
def test_small_things_have_one_spelling(written: str, read: str) -> None:
    with pytest.raises(Malformed):
        getattr(der.sequence(der.seq(bytes.fromhex(written))), read)()


@pytest.mark.parametrize(
    "whole",
    [
        "",
        "30",
        "3080",
        "30800000",
        "308100",
        "30817f" + "00" * 127,
        "30820001" + "00",
        "3084000000010000",
        "3001",
        "300000",
        "3100",
        "1f8100",
    ],
)
def test_lengths_are_definite_short_and_true(whole: str) -> None:
    with pytest.raises(Malformed):
        der.sequence(bytes.fromhex(whole))


def test_a_text_is_utf8() -> None:
    with pytest.raises(Malformed):
        der.sequence(der.seq(der.encode(der.UTF8, b"\xff"))).text()


def test_children_stay_inside_their_parent() -> None:
    cursor = der.sequence(bytes.fromhex("3005" + "3002" + "0405" + "00"))
    with pytest.raises(Malformed):
        cursor.sequence().octets()


def test_more_than_the_limit_is_refused_at_once() -> None:
    with pytest.raises(Malformed, match="more than 10 bytes"):
        der.sequence(der.seq(bytes(20)), limit=10)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        cursor = der.sequence(data)
        children = []
        while cursor.more:
            children.append(cursor.raw())
    except Malformed:
        return
    assert der.seq(*children) == data
