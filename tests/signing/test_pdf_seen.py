"""Paper shows all of a document, and another document on another paper: the two halves of seeing what one signs."""

import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from os import environ
from typing import NamedTuple
from unicodedata import is_normalized

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.pdf.rendering import compiled
from signing.pdf.templates import template
from signing.plain_xml import LETTERS
from tests.signing.papers import (
    COMMITTEE,
    MADE_AT,
    SAMPLE,
    closed_up,
    decision,
    goods,
    leaf,
    on_decision,
    on_record,
    pages,
    part,
    picture,
    record,
    values_column,
)

PAPERS = 60 if "EGOMRUK_TRUST" in environ else 20

# ---- (a) every value of the document is on the paper ----


class Node(NamedTuple):
    """A document as a tree, to be written and to be changed."""

    name: str
    value: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Node", ...] = ()

    def written(self) -> str:
        attributes = dict(self.attributes)
        if self.children:
            return part(self.name, *(child.written() for child in self.children), **attributes)
        return leaf(self.name, self.value, **attributes)

    def values(self) -> Iterator[str]:
        yield from (value for _, value in self.attributes)
        if self.value:
            yield self.value
        for child in self.children:
            yield from child.values()


NAMES = st.sampled_from(
    ["A", "B", "Goods", "Number", "Amount", "x9", "VeryLongNameOfAnElementThatHasToBreak", "Q" * 64]
)
AZERBAIJANI = "aəbcçdeəfgğhxıijkqlmnoöprsştuüvyzƏÇĞİIÖŞÜ"
ANY = [
    letter
    for letter in map(chr, range(33, 0x2300))
    if re.match(f"[{LETTERS}]", letter) and is_normalized("NFC", letter)
]
WORDS = st.one_of(
    st.text(AZERBAIJANI, min_size=1, max_size=12),
    st.text(ANY, min_size=1, max_size=8),
    st.from_regex(r"[0-9]{1,8}(\.[0-9]{2})?|[a-f0-9]{64}|[a-zA-Z/:.=-]{20,60}", fullmatch=True),
)
VALUES = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=3).map("\n".join)
ATTRIBUTES = st.dictionaries(NAMES, WORDS, max_size=2).map(lambda found: tuple(sorted(found.items())))
LEAVES = st.builds(Node, NAMES, VALUES, ATTRIBUTES, st.just(()))


Cell = tuple[str, tuple[tuple[str, str], ...]]


def repeated(names: list[str], rows: list[list[Cell | None]]) -> list[Node]:
    """Parts of one shape, as a table shows them; some lack a cell."""
    parts = ([Node(name, *cell) for name, cell in zip(names, row, strict=False) if cell] for row in rows)
    return [Node("Row", children=tuple(cells)) for cells in parts if cells]


TOLD_BESIDE = st.sampled_from([(), (), (("unit", "kq"),), (("unit", "kq"), ("x", "AZN"))])
CELLS = st.one_of(st.tuples(WORDS, st.just(())), st.tuples(WORDS, TOLD_BESIDE), st.none())
TABLES = st.builds(
    repeated,
    st.lists(NAMES, min_size=1, max_size=5, unique=True),
    st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=9),
)


def trees(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(inner, min_size=1, max_size=4)
    return st.builds(
        lambda name, told, found, table: Node(name, "", told, (*found, *table)), NAMES, ATTRIBUTES, parts, TABLES
    )


TREES = st.one_of(LEAVES, trees(LEAVES), trees(st.one_of(LEAVES, trees(LEAVES))))
CONTENT = st.lists(TREES, min_size=1, max_size=4)


def bodies(document: bytes, pdf: bytes, title: str) -> str:
    """What stands on the pages between head and foot, which are on each of them."""
    found = [closed_up(page) for page in pages(pdf)]
    digest = hashlib.sha256(document).hexdigest()
    for number, page in enumerate(found, 1):
        head, foot = closed_up(COMMITTEE + title), closed_up(f"SHA-256{digest}Səhifə{number}/{len(found)}")
        assert page.startswith(head)
        assert page.endswith(foot)
        found[number - 1] = page.removeprefix(head).removesuffix(foot)
    return "".join(found)


@pytest.mark.once
@pytest.mark.trust
@settings(max_examples=PAPERS)
@given(CONTENT)
def test_render_shows_every_value(content: list[Node]) -> None:
    document = record(*(node.written() for node in content), version="1.0")
    number = next((node.value for node in content if node.name == "Number"), "")
    pdf = on_record(document)
    shown = bodies(document, pdf, title_of("Record", number)), values_column(pdf)
    values = [MADE_AT, "1.0", *chain.from_iterable(node.values() for node in content)]
    assert [value for value in values if not any(closed_up(value) in text for text in shown)] == []


def title_of(kind: str, number: str) -> str:
    short = number and len(number.encode()) <= 64 and "\n" not in number
    return f"{kind} {number}" if short else kind


def test_render_shows_every_value_of_a_long_document() -> None:
    shown = bodies(SAMPLE, on_record(SAMPLE), "Record 01000260000012345")
    for value in re.findall(r"[>\"]([^<>\"]+)[<\"]", SAMPLE.decode().split(">", 1)[1]):
        assert closed_up(value) in shown


def test_render_shows_every_value_of_a_decision() -> None:
    document = decision()
    shown = bodies(document, on_decision(document), "Gömrük orqanının qərarı 01000260000012345-Q1")
    for value in re.findall(r">([^<>]+)<", document.decode()):
        assert closed_up(value) in shown


def test_render_shows_every_letter_that_may_be_written() -> None:
    document = record(*(leaf("A", "".join(ANY[at : at + 20])) for at in range(0, len(ANY), 20)))
    shown = bodies(document, on_record(document), "Record")
    assert [letter for letter in ANY if letter not in shown] == []


def test_render_repeats_the_names_of_columns_on_each_page() -> None:
    tables = [page for page in pages(on_record(SAMPLE)) if "Şirə, üzüm, 1 l" in page]
    assert len(tables) > 1
    assert all("Code Name Quantity Value" in page for page in tables)


# ---- (b) other documents give another paper ----


def seen(document: bytes, version: str = "record-v1") -> tuple[str, bytes]:
    """Text and pixels without the digest, which would tell any two documents apart."""
    inputs = {"document": document.decode(), "sha256": "0" * 64, "language": "az"}
    pdf = compiled(template(version), inputs, 0)
    return " ".join("".join(pages(pdf)).split()), picture(pdf)


TOLD_APART: dict[str, tuple[bytes, bytes]] = {
    "another value": (record(leaf("A", "1")), record(leaf("A", "2"))),
    "another name": (record(leaf("A", "1")), record(leaf("B", "1"))),
    "a case": (record(leaf("A", "i")), record(leaf("A", "ı"))),
    "a letter that looks the same": (record(leaf("A", "o")), record(leaf("A", "о"))),
    "an attribute or an element": (
        record(part("S", leaf("B", "1"), c="x")),
        record(part("S", leaf("c", "x"), leaf("B", "1"))),
    ),
    "an attribute or a part of the value": (record(leaf("A", "1", c="x")), record(leaf("A", "1 c = x"))),
    "an attribute of the root": (record(leaf("A", "1"), c="x"), record(leaf("A", "1", c="x"))),
    "an attribute in some rows or in all": (
        record(part("G", leaf("A", "1", c="x")), part("G", leaf("A", "2", c="x"))),
        record(part("G", leaf("A", "1", c="x")), part("G", leaf("A", "2"))),
    ),
    "an attribute in all rows or in none": (
        record(part("G", leaf("A", "1", c="x")), part("G", leaf("A", "2", c="x"))),
        record(part("G", leaf("A", "1")), part("G", leaf("A", "2"))),
    ),
    "an attribute in this row or that": (
        record(part("G", leaf("A", "1", c="x")), part("G", leaf("A", "1"))),
        record(part("G", leaf("A", "1")), part("G", leaf("A", "1", c="x"))),
    ),
    "the order": (record(leaf("A", "1"), leaf("B", "2")), record(leaf("B", "2"), leaf("A", "1"))),
    "the order of rows": (record(goods(1), goods(2)), record(goods(2), goods(1))),
    "the order in a row": (
        record(goods(1), part("Goods", leaf("A", "1"), leaf("B", "2"))),
        record(goods(1), part("Goods", leaf("B", "2"), leaf("A", "1"))),
    ),
    "one value or two": (record(leaf("A", "1 2")), record(leaf("A", "1"), leaf("A", "2"))),
    "absent": (record(leaf("A", "1"), leaf("B", "2")), record(leaf("A", "1"))),
    "absent in a row": (record(goods(1), goods(2)), record(goods(1), goods(2, Name=""))),
    "the one or the other absent": (
        record(part("G", leaf("A", "1"), leaf("B", "1")), part("G", leaf("A", "1"))),
        record(part("G", leaf("A", "1"), leaf("B", "1")), part("G", leaf("B", "1"))),
    ),
    "a dash or absent": (record(goods(1), goods(2, Name="–")), record(goods(1), goods(2, Name=""))),
    "inside or after": (
        record(part("S", leaf("A", "1")), leaf("B", "2")),
        record(part("S", leaf("A", "1"), leaf("B", "2"))),
    ),
    "one part or two": (
        record(part("S", leaf("A", "1"), leaf("A", "2"))),
        record(part("S", leaf("A", "1")), part("S", leaf("A", "2"))),
    ),
    "one level more": (record(part("S", leaf("A", "1"))), record(part("S", part("S", leaf("A", "1"))))),
    "a space": (record(leaf("A", "ab")), record(leaf("A", "a b"))),
    "a line break or a space": (record(leaf("A", "a\nb")), record(leaf("A", "a b"))),
    "a line break more": (record(leaf("A", "a\n\nb")), record(leaf("A", "a\nb"))),
    "another prefix": (record(leaf("A", "1")), record(leaf("A", "1")).replace(b"t:", b"u:").replace(b":t=", b":u=")),
    "another namespace": (record(leaf("A", "1")), record(leaf("A", "1")).replace(b":v1", b":v2")),
}


@pytest.mark.parametrize("pair", TOLD_APART.values(), ids=TOLD_APART)
def test_render_tells_apart(pair: tuple[bytes, bytes]) -> None:
    on_record(pair[0]), on_record(pair[1])
    assert seen(pair[0])[0] != seen(pair[1])[0]


def test_render_shows_a_space_even_where_the_line_of_a_long_word_ends() -> None:
    word = "0123456789abcdef" * 12
    whole = seen(record(leaf("A", word)))[1]
    parted = [seen(record(leaf("A", f"{word[:at]} {word[at:]}")))[1] for at in range(8, len(word), 8)]
    assert whole not in parted


@pytest.mark.parametrize(
    "mark", ["-", "–", "—", "/", "?", "!", "|", ")", "%", "…", "-(", "}", "\\", "+-", ".", ",", ":", ";", "×", "÷"]
)
def test_render_breaks_no_line_where_the_value_has_no_space(mark: str) -> None:
    word = f"ab{mark}cd"
    lines = [("x" * shift + " " if shift else "") + " ".join([word] * 60) for shift in range(9)]
    shown = "".join(pages(on_record(record(*(leaf("A", line) for line in lines)))))
    assert shown.count(word) == 60 * len(lines)


def changes(node: Node) -> Iterator[Node]:
    """Documents that differ from this one in one small thing."""
    yield node._replace(name="C")
    yield node._replace(attributes=(*node.attributes, ("zz", "1")))
    if node.value:
        yield node._replace(value=node.value + "1")
        yield node._replace(value="1 " + node.value)
        yield node._replace(value="", children=(Node("A", node.value),))
    for name, value in node.attributes:
        rest = tuple(pair for pair in node.attributes if pair[0] != name)
        yield node._replace(attributes=rest) if node.value or node.children else node._replace(name="D")
        if node.children:
            yield node._replace(attributes=rest, children=(Node(name, value), *node.children))
    if node.children:
        yield Node("A", "1")
        yield node._replace(children=(*node.children, node.children[0]))
        yield node._replace(children=node.children[::-1])
        for index, child in enumerate(node.children):
            others = node.children[:index], node.children[index + 1 :]
            yield from (node._replace(children=(*others[0], other, *others[1])) for other in changes(child))


@pytest.mark.once
@pytest.mark.trust
@settings(max_examples=PAPERS)
@given(st.data())
def test_render_of_a_changed_document_is_another(data: st.DataObject) -> None:
    node = data.draw(TREES)
    other = data.draw(st.sampled_from(list(changes(node))))
    first, second = record(node.written()), record(other.written())
    assert (seen(first) == seen(second)) == (first == second)
