"""Zip files that unpackers read in two ways: every one of them is malformed."""

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest

from signing import zip_read
from signing.errors import Malformed
from signing.media_types import ASICE
from signing.verify import verify
from signing.zip_frame import DEFLATED, Member
from signing.zip_write import deflated, stored, write
from tests.signing import forging
from tests.signing.centre import Centre, sealed


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> bytes:
    return sealed(centre).to_bytes()


def duplicate_name(good: bytes) -> bytes:
    pairs = [*forging.entries(good).items()]
    return forging.packed([*pairs, ("declaration.xml", b"<other></other>")])


def duplicate_name_in_another_case(good: bytes) -> bytes:
    return forging.packed({**forging.entries(good), "Declaration.XML": b"<other></other>"})


def path_upwards(good: bytes) -> bytes:
    return _renamed(good, "../../../a1.xml")


def absolute_path(good: bytes) -> bytes:
    return _renamed(good, "/etc/hosts12345")


def windows_path(good: bytes) -> bytes:
    return _renamed(good, "C:\\temp\\x123456")


def name_beyond_ascii(good: bytes) -> bytes:
    return forging.with_old_zip({**forging.entries(good), "bəyannamə.xml": b"<a></a>"})


def _renamed(good: bytes, name: str) -> bytes:
    """A name of the same length in both headers, so that the frame stays right."""
    assert len(name) == len("declaration.xml")
    return good.replace(b"declaration.xml", name.encode())


def encrypted(good: bytes) -> bytes:
    return forging.with_flag(good, 1)


def data_descriptors(good: bytes) -> bytes:
    return forging.with_flag(good, 8)


def bytes_before(good: bytes) -> bytes:
    return b"#!/bin/sh\n" + good


def bytes_after(good: bytes) -> bytes:
    return good + b"\0"


def archive_comment(good: bytes) -> bytes:
    return good[:-2] + b"\5\0hello"


def bytes_between_members(good: bytes) -> bytes:
    place = good.index(b"PK\1\2")
    start = int.from_bytes(good[-6:-2], "little")
    return good[:place] + b"gap" + good[place:-6] + (start + 3).to_bytes(4, "little") + b"\0\0"


def mimetype_not_first(good: bytes) -> bytes:
    content = forging.entries(good)
    return forging.packed([*((name, content[name]) for name in list(content)[1:]), ("mimetype", content["mimetype"])])


def mimetype_deflated(good: bytes) -> bytes:
    return write(deflated(name, data) for name, data in forging.entries(good).items())


def another_mimetype(good: bytes) -> bytes:
    return forging.packed({**forging.entries(good), "mimetype": b"application/vnd.etsi.asic-s+zip"})


def no_manifest(good: bytes) -> bytes:
    content = forging.entries(good)
    del content["META-INF/manifest.xml"]
    return forging.packed(content)


def manifest_with_another_file(good: bytes) -> bytes:
    return forging.rewritten(good, "invoice.pdf", "receipt.pdf", "META-INF/manifest.xml")


def local_name_differs(good: bytes) -> bytes:
    return good.replace(b"declaration.xml", b"declaratlon.xml", 1)


def central_name_differs(good: bytes) -> bytes:
    place = good.rindex(b"declaration.xml")
    return good[:place] + b"declaratlon.xml" + good[place + 15 :]


def ordinary_zip_library(good: bytes) -> bytes:
    return forging.with_old_zip(forging.entries(good))


def bomb(good: bytes) -> bytes:
    content = forging.entries(good)
    return forging.packed({**content, "documents/zeros.txt": bytes(60 << 20)})


def bomb_that_lies_about_its_size(good: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(40 << 20)) + packer.flush()
    pairs = [stored("mimetype", ASICE.encode())]
    return write([*pairs, Member("META-INF/manifest.xml", DEFLATED, 0, 4096, packed)])


def many_members(good: bytes) -> bytes:
    return forging.packed({**forging.entries(good), **{f"documents/{number}.txt": b"" for number in range(300)}})


def bytes_after_the_deflated_data(good: bytes) -> bytes:
    members = zip_read.read(good)
    long = [
        Member(one.name, one.method, one.crc, one.size, bytes(one.packed) + (b"hidden" if one.method else b""))
        for one in members
    ]
    return write(long)


def end_record_twice(good: bytes) -> bytes:
    return good + good[-22:]


def cut_in_half(good: bytes) -> bytes:
    return good[: len(good) // 2]


ATTACKS: list[Callable[[bytes], bytes]] = [
    duplicate_name,
    duplicate_name_in_another_case,
    path_upwards,
    absolute_path,
    windows_path,
    name_beyond_ascii,
    encrypted,
    data_descriptors,
    bytes_before,
    bytes_after,
    archive_comment,
    bytes_between_members,
    mimetype_not_first,
    mimetype_deflated,
    another_mimetype,
    no_manifest,
    manifest_with_another_file,
    local_name_differs,
    central_name_differs,
    ordinary_zip_library,
    bomb,
    bomb_that_lies_about_its_size,
    many_members,
    bytes_after_the_deflated_data,
    end_record_twice,
    cut_in_half,
]


@pytest.mark.parametrize("forge", ATTACKS)
def test_zip_attack_is_malformed(centre: Centre, good: bytes, forge: Callable[[bytes], bytes]) -> None:
    forged = forge(good)
    assert forged != good
    report = verify(forged, centre.trust, at=centre.clock.now())
    assert (report.indication, report.sub_indication) == ("TOTAL-FAILED", "FORMAT_FAILURE"), report.decisive


@pytest.mark.parametrize("data", [b"", b"PK", b"<xml/>", b"GIF89a", bytes(1000)])
def test_other_bytes_are_no_container(centre: Centre, data: bytes) -> None:
    with pytest.raises(zip_read.NotAContainer):
        verify(data, centre.trust)


def test_containers_are_ordinary_zip_files_for_others(good: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        assert archive.testzip() is None
        assert archive.infolist()[0].filename == "mimetype"
        assert {name: archive.read(name) for name in archive.namelist()} == forging.entries(good)


def test_pictures_and_pdf_are_stored_and_xml_is_deflated(good: bytes) -> None:
    assert forging.is_stored(good, "documents/invoice.pdf")
    assert not forging.is_stored(good, "declaration.xml")
    # A reader that only looks at the first bytes sees what this is.
    assert good[30:38] == b"mimetype"
    assert good[38 : 38 + len(ASICE)] == ASICE.encode()


def test_same_files_give_the_same_bytes(centre: Centre) -> None:
    box = sealed(centre)
    assert box.to_bytes() == box.to_bytes()


def test_limits_on_size_come_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_read, "MAX_BYTES", 100)
    with pytest.raises(Malformed, match="larger"):
        zip_read.read(b"PK\3\4" + bytes(200))
