"""Single changed bytes and changed structures: none is accepted, none crashes, whatever byte it is.

A container is changed as a file, and each of its files is changed and packed again, so that checksums are right and the
change reaches the checks behind them.
"""

import random
from collections.abc import Iterator
from copy import deepcopy

import pytest
from lxml import etree

from signing.canonical import serialised
from signing.report import Report
from signing.sealing import renewed
from signing.verify import verify
from signing.xml_places import local
from signing.zip_read import NotAContainer
from tests.signing import forging
from tests.signing.centre import START, Centre, sealed
from tests.thoroughness import are_enough, tried

# Of so many changed bytes one is tried in the short run.
FLIPS = 97


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> bytes:
    """With archive time-stamp, so that every kind of property is in it."""
    return renewed(sealed(centre), centre.tsa, centre).to_bytes()


def accepted(data: bytes, centre: Centre) -> Report | None:
    try:
        report = verify(data, centre.trust, at=START)
    except NotAContainer:
        return None
    return report if report.is_valid else None


def same_files(data: bytes, good: bytes) -> bool:
    """Deflate can say the same in two ways: then not one byte of a file has changed."""
    return forging.entries(data) == forging.entries(good)


def flips(data: bytes) -> Iterator[tuple[int, int]]:
    """Every byte with each of its bits."""
    return ((place, bit) for place in range(len(data)) for bit in range(8))


def inner_changes(content: forging.Entries) -> Iterator[tuple[str, int, int]]:
    """The same inside every file; there also a byte that XML may take for another space."""
    for name, data in content.items():
        for place, byte in enumerate(data):
            for value in sorted({byte ^ 1, byte ^ 0x20, ord("\n"), ord("A")} - {byte}):
                yield name, place, value


def changed(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes([value]) + data[place + 1 :]


def structures(good: bytes) -> Iterator[tuple[bytes, str]]:
    """Every element of the signature removed, doubled, emptied, moved to the front of its siblings, or renamed."""
    content = forging.entries(good)
    count = sum(1 for _ in etree.fromstring(content[forging.SIGNATURE]).iter())
    for place in range(1, count):
        for change in CHANGES:
            root = etree.fromstring(content[forging.SIGNATURE])
            element = list(root.iter())[place]
            change(element)
            xml = serialised(root, exclusive=False)
            if xml != content[forging.SIGNATURE]:
                packed = forging.packed({**content, forging.SIGNATURE: xml})
                yield packed, f"{change.__name__} {local(element)}"


def _remove(element: etree._Element) -> None:
    _parent(element).remove(element)


def _double(element: etree._Element) -> None:
    element.addnext(deepcopy(element))


def _empty(element: etree._Element) -> None:
    element[:], element.text = [], None


def _move(element: etree._Element) -> None:
    _parent(element).insert(0, element)


def _rename(element: etree._Element) -> None:
    element.tag = f"{element.tag}X"


def _attribute(element: etree._Element) -> None:
    element.set("Extra", "1")


def _text(element: etree._Element) -> None:
    element.text = f"{element.text or ''} "


CHANGES = (_remove, _double, _empty, _move, _rename, _attribute, _text)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def test_changed_structures_are_refused(good: bytes, centre: Centre) -> None:
    assert [name for data, name in structures(good) if accepted(data, centre)] == []
    assert sum(1 for _ in structures(good)) > 300


def test_cut_containers_are_refused(good: bytes, centre: Centre) -> None:
    for end in range(0, len(good), 7):
        assert not accepted(good[:end], centre)


@pytest.mark.trust
def test_every_flip_is_refused(good: bytes, centre: Centre) -> None:
    """Each bit of the container, each byte of its files in four ways, packed again under right checksums."""
    content, repacked = forging.entries(good), 0
    outer, inner = tried(flips(good), FLIPS), tried(inner_changes(content), FLIPS)
    for place, bit in outer:
        data = changed(good, place, good[place] ^ 1 << bit)
        if accepted(data, centre):
            # Its files are the signed ones to the last byte; deflate only says the same in other words.
            assert same_files(data, good), (place, bit)
            repacked += 1
    for name, place, value in inner:
        data = forging.packed({**content, name: changed(content[name], place, value)})
        assert not accepted(data, centre), (name, place, value)
    count = len(outer) + len(inner)
    print(f"\n{count} changed containers, none with a changed file accepted, {repacked} with the same files")
    assert are_enough(count, 100_000, FLIPS)
    assert repacked < 50


@pytest.mark.trust
def test_random_bytes_never_crash(centre: Centre) -> None:
    chosen = random.Random(3)
    for _ in tried(range(20_000), 10):
        data = b"PK\3\4" + chosen.randbytes(chosen.randrange(300)) + b"PK\5\6" + bytes(18)
        assert not accepted(data, centre)
