"""What a picture may be: one that is small enough, whole, decodes to its end, and has nothing after it."""

import warnings
import zlib
from pathlib import Path

from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from app.documents.rules import LIMITS, Kind, Refused
from app.documents.tiff import Tiff

# The header is compared with our own limit before anything is decoded.
Image.MAX_IMAGE_PIXELS = None

PNG_HEADER = 8
LONGEST_ROW_FACTOR = 8  # Four channels of sixteen bits.
MARKER, START_OF_SCAN, END_OF_IMAGE = 0xFF, 0xDA, 0xD9
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}


def check_picture(path: Path, kind: Kind) -> int:
    """Give the number of pages, or raise Refused; what cannot be read raises Pillow's own errors."""
    if kind is Kind.TIFF:
        return _check_tiff(path)
    reader = PngImagePlugin.PngImageFile if kind is Kind.PNG else JpegImagePlugin.JpegImageFile
    with reader(path) as picture:
        _check_size(picture)
        if kind is Kind.PNG:
            _check_png(path.read_bytes(), picture.width, picture.height)
        else:
            _check_jpeg(path.read_bytes())
        picture.load()
    return 1


def _check_size(picture: Image.Image) -> int:
    pixels = picture.width * picture.height
    if pixels > LIMITS.pixels:
        raise Refused("pixels")
    return pixels


def _check_tiff(path: Path) -> int:
    # Pillow only warns of a directory that is cut off.
    warnings.simplefilter("error")
    _check_tiff_end(path.read_bytes())
    pages = pixels = 0
    with TiffImagePlugin.TiffImageFile(path) as picture:
        while _turn_to(picture, pages):
            pages += 1
            pixels += _check_size(picture)
            if pages > LIMITS.pages:
                raise Refused("pages")
            if pixels > LIMITS.pixels_of_all_pages:
                raise Refused("pixels")
            picture.load()
    return pages


def _check_tiff_end(content: bytes) -> None:
    end = Tiff(content).end()
    if end > len(content):
        raise Refused("damaged")
    if content[end:].strip(b"\0"):
        raise Refused("trailing")


def _turn_to(picture: TiffImagePlugin.TiffImageFile, page: int) -> bool:
    try:
        picture.seek(page)
    except EOFError:
        return False
    return True


def _check_png(content: bytes, width: int, height: int) -> None:
    """Walk the chunks: no animation, no more pixels than the header says, nothing after the last chunk."""
    at, unpacker, unpacked = PNG_HEADER, zlib.decompressobj(), 0
    most = (width * LONGEST_ROW_FACTOR + 1) * height * 2
    while True:
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data, at = content[at + 8 : at + 8 + length], at + 12 + length
        if at > len(content):
            raise Refused("damaged")
        if name == b"acTL":
            raise Refused("animated")
        if name == b"IDAT":
            unpacked += _unpack(unpacker, data, most - unpacked)
        if name == b"IEND":
            break
    if unpacker.unused_data or at != len(content):
        raise Refused("trailing")


def _unpack(unpacker: "zlib._Decompress", data: bytes, most: int) -> int:
    size = 0
    while data:
        size += len(unpacker.decompress(data, 65_536))
        if size > most:
            raise Refused("bomb")
        data = unpacker.unconsumed_tail
    return size


def _check_jpeg(content: bytes) -> None:
    """Walk the segments to the end of the picture; cameras hide films and further pictures behind it."""
    at = 2
    while content[at : at + 1] == b"\xff" and at + 1 < len(content):
        marker = content[at + 1]
        if marker == MARKER:  # A filling byte.
            at += 1
            continue
        at += 2
        if marker == END_OF_IMAGE:
            if content[at:].strip(b"\0"):
                raise Refused("trailing")
            return
        if marker not in WITHOUT_LENGTH:
            at += int.from_bytes(content[at : at + 2], "big")
        if marker == START_OF_SCAN:
            at = _after_scan(content, at)
    raise Refused("damaged")


def _after_scan(content: bytes, at: int) -> int:
    """The place of the first marker behind packed data, in which a zero or a restart follows the marker byte."""
    while (at := content.find(b"\xff", at)) >= 0:
        following = content[at + 1 : at + 2]
        if following and following[0] and not 0xD0 <= following[0] <= 0xD7:  # noqa: PLR2004 - the restart markers
            return at
        at += 2
    return len(content)
