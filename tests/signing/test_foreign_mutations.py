"""Changed bytes and structures in the form of other tools: they say the same, or they are refused."""

import random
from collections.abc import Iterator

import pytest
from lxml import etree

from tests.signing.centre import Centre
from tests.signing.foreign_boxes import (
    OLD,
    SERVER,
    finished,
    made,
    maker,
    said,
    zipped,
)
from tests.signing.foreign_maker import Layout, Maker
from tests.signing.test_mutations import CHANGES
from tests.thoroughness import are_enough, tried


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


# Of so many changed bytes one is tried in the short run.
FLIPS = 97


def _inner(tool: Maker, xml: bytes, chosen: random.Random) -> Iterator[bytes]:
    """A changed byte in one of the files, under right checksums."""
    entries = tool.entries(xml)
    while True:
        number = chosen.choices(range(len(entries)), [len(content) for _, content in entries])[0]
        name, content = entries[number]
        place, value = chosen.randrange(len(content)), chosen.choice([*b'\n\t <>"A/:', chosen.randrange(256)])
        changed = content[:place] + bytes([value]) + content[place + 1 :]
        yield zipped([*entries[:number], (name, changed), *entries[number + 1 :]])


@pytest.mark.parametrize("layout", [OLD, SERVER], ids=lambda layout: layout.name)
def test_changed_structures_change_nothing_or_are_refused(centre: Centre, layout: Layout) -> None:
    """Every element removed, doubled, emptied, moved, renamed, with an attribute or a text more."""
    tool = maker(centre, layout)
    xml = finished(centre, tool)
    good, tried = said(tool.packed(xml), centre), 0
    for place in range(1, sum(1 for _ in etree.fromstring(xml).iter())):
        for change in CHANGES:
            root = etree.fromstring(xml)
            change(list(root.iter())[place])
            tried += 1
            assert said(tool.packed(etree.tostring(root)), centre) in {None, good}, (place, change)
    assert tried > 250


@pytest.mark.trust
@pytest.mark.parametrize("layout", [OLD, SERVER], ids=lambda layout: layout.name)
def test_every_flip_changes_nothing_or_is_refused(centre: Centre, layout: Layout) -> None:
    data = made(centre, layout)
    good, accepted, places = said(data, centre), 0, tried(range(8 * len(data)), FLIPS)
    assert good
    for place in places:
        byte, bit = divmod(place, 8)
        found = said(data[:byte] + bytes([data[byte] ^ 1 << bit]) + data[byte + 1 :], centre)
        assert found in {None, good}, (byte, bit)
        accepted += bool(found)
    tool = maker(centre, layout)
    xml = finished(centre, tool)
    good, forged = said(tool.packed(xml), centre), _inner(tool, xml, random.Random(3))
    inside = tried(range(20_000), FLIPS)
    for _ in inside:
        found = said(next(forged), centre)
        assert found in {None, good}
        accepted += bool(found)
    count = len(places) + len(inside)
    print(f"\n{count} changed containers, {accepted} of them said the same in other words, none said something else")
    assert are_enough(count, 50_000, FLIPS)
