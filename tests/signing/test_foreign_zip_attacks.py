"""Attacks on the frame of containers in the form of other tools: every byte has one reading."""

import zipfile
from collections.abc import Callable
from struct import pack

import pytest

from signing.errors import Malformed
from signing.foreign import archive
from signing.zip_read import NotAContainer
from tests.signing.centre import Centre
from tests.signing.foreign_boxes import MALFORMED, OLD, PASSED, SERVER, answer, finished, judged, made, maker, zipped
from tests.signing.foreign_maker import Maker


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


MANIFESTS = {
    "a file too many": ("</manifest:manifest>", "<manifest:file-entry {0}/></manifest:manifest>"),
    "another name": ('full-path="declaration.xml"', 'full-path="declaration2.xml"'),
    "another kind of container": ("asic-e+zip", "asic-s+zip"),
    "something else": ("</manifest:manifest>", "<manifest:encryption-data/></manifest:manifest>"),
    "another attribute": ("<manifest:file-entry ", '<manifest:file-entry manifest:size="1" '),
    "text": ("</manifest:manifest>", "text</manifest:manifest>"),
    "another namespace": ("manifest:1.0", "manifest:1.1"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifest_that_differs_from_the_files_is_malformed(centre: Centre, name: str) -> None:
    entry = 'manifest:full-path="declaration.xml" manifest:media-type="application/xml"'
    old, new = MANIFESTS[name]

    class Wrong(Maker):
        def _manifest(self) -> bytes:
            text = super()._manifest().decode().replace(old, new.format(entry))
            return (
                text.replace("</manifest:manifest>", "</manifest:list>").encode() if "list " in new else text.encode()
            )

    tool = maker(centre, OLD)
    wrong = Wrong(tool.layout, tool.files, tool.certificate, tool.key, tool.at)
    report = judged(wrong.packed(finished(centre, tool)), centre)
    assert answer(report) == MALFORMED, report.decisive


Entries = list[tuple[str, bytes]]


def _extra(kind: int, content: bytes = b"x") -> Callable[[Entries], bytes]:
    def add(entry: zipfile.ZipInfo) -> None:
        entry.extra = pack("<2H", kind, len(content)) + content

    return lambda entries: zipped(entries, add)


def _commented(comment: bytes) -> Callable[[Entries], bytes]:
    def add(entry: zipfile.ZipInfo) -> None:
        entry.comment = comment

    return lambda entries: zipped(entries, add)


def _behind(comment: bytes) -> Callable[[Entries], bytes]:
    return lambda entries: zipped(entries)[:-2] + pack("<H", len(comment)) + comment


def _with(name: str) -> Callable[[Entries], bytes]:
    return lambda entries: zipped([*entries, (name, b"more")])


def _flag(bit: int) -> Callable[[Entries], bytes]:
    def change(entries: Entries) -> bytes:
        data = bytearray(zipped(entries))
        data[6] |= bit
        data[data.index(b"PK\1\2") + 8] |= bit
        return bytes(data)

    return change


ZIPS: dict[str, Callable[[Entries], bytes]] = {
    "name in an extra field": _extra(0x7075),
    "comment in an extra field": _extra(0x6375),
    "large sizes": _extra(0x0001, bytes(16)),
    "encryption": _extra(0x9901),
    "broken extra field": lambda entries: _extra(0x5455)(entries).replace(
        pack("<2H", 0x5455, 1), pack("<2H", 0x5455, 9)
    ),
    "archive in a comment": _commented(b"PK\5\6" + bytes(18)),
    "control characters in a comment": _commented(b"a\0b"),
    "comment that is no text": _behind(b"\xff\xfe"),
    "archive behind the archive": _behind(b"PK\5\6" + bytes(18)),
    "long comment": _behind(b"a" * 5000),
    "bytes behind the comment": lambda entries: zipped(entries) + b"\n",
    "symbolic link": lambda entries: zipped(entries, lambda one: setattr(one, "external_attr", 0o120777 << 16)),
    "bytes before": lambda entries: b"#!/bin/sh\n" + zipped(entries),
    "mimetype last": lambda entries: zipped([*entries[1:], entries[0]]),
    "mimetype deflated": lambda entries: zipped(entries, lambda one: setattr(one, "compress_type", 8)),
    "folder": lambda entries: zipped([entries[0], ("META-INF/", b""), *entries[1:]]),
    "no manifest": lambda entries: zipped([entries[0], *entries[2:]]),
    "unknown file in META-INF": _with("META-INF/notes.xml"),
    "file that nobody signed": _with("more.txt"),
    "upwards": _with("../more.txt"),
    "absolute": _with("/more.txt"),
    "backwards": _with("a\\more.txt"),
    "drive": _with("C:more.txt"),
    "only dots": _with("..."),
    "space at the end": _with("more.txt "),
    "turned around": _with("more\u202etxt.exe"),
    "equal but for case": _with("DECLARATION.XML"),
    "equal but for marks": _with("Mu\u0308qavilə №1.pdf"),
    "long name": _with("a" * 600),
    "encrypted": _flag(1),
    "masked": _flag(1 << 5),
    "cut": lambda entries: zipped(entries)[:-30],
    "directory of another disk": lambda entries: zipped(entries)[:-18] + b"\1" + zipped(entries)[-17:],
}


@pytest.mark.parametrize("name", ZIPS)
def test_zip_that_can_be_read_in_two_ways_is_malformed(centre: Centre, name: str) -> None:
    tool = maker(centre, OLD)
    entries = tool.entries(finished(centre, tool))
    assert answer(judged(zipped(entries), centre)) == PASSED
    assert answer(judged(ZIPS[name](entries), centre)) == MALFORMED


def test_sizes_behind_a_member_must_agree(centre: Centre) -> None:
    data = made(centre, SERVER)
    for place in (place for place in range(len(data)) if data[place : place + 4] == b"PK\7\x08"):
        for offset in range(4, 16):
            changed = data[: place + offset] + bytes([data[place + offset] ^ 1]) + data[place + offset + 1 :]
            assert answer(judged(changed, centre)) == MALFORMED


@pytest.mark.parametrize("data", [b"", b"PK", b"<xml/>", bytes(1000)])
def test_other_bytes_are_no_container(centre: Centre, data: bytes) -> None:
    with pytest.raises(NotAContainer):
        judged(data, centre)


def test_large_archive_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 100)
    with pytest.raises(Malformed, match="larger"):
        archive.read(b"PK\3\4" + bytes(200))
