"""META-INF/manifest.xml of a container: its one form for given files."""

from collections.abc import Iterable

from signing.errors import Malformed
from signing.media_types import ASICE
from signing.xml_text import document, element

NAME = "META-INF/manifest.xml"
MAX_BYTES = 256 << 10
PREFIXES = {"manifest": "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"}


def written(files: Iterable[tuple[str, str]]) -> bytes:
    """The manifest that lists these names with their media types."""
    entries = [_entry("/", ASICE), *(_entry(name, media_type) for name, media_type in files)]
    return document("manifest:manifest", PREFIXES, *entries, **{"manifest:version": "1.2"})


def _entry(path: str, media_type: str) -> str:
    return element("manifest:file-entry", **{"manifest:full-path": path, "manifest:media-type": media_type})


def media_types(xml: bytes, names: Iterable[str]) -> dict[str, str]:
    """What the manifest calls each file. It must list exactly these names, in this order and in our form."""
    from signing.canonical import parse

    listed = [(str(entry.get(_PATH)), str(entry.get(_MEDIA_TYPE))) for entry in parse(xml)][1:]
    if [name for name, _ in listed] != list(names) or written(listed) != xml:
        raise Malformed("manifest does not list exactly the files of the container")
    return dict(listed)


_PATH, _MEDIA_TYPE = (f"{{{PREFIXES['manifest']}}}{name}" for name in ("full-path", "media-type"))
