"""Reads META-INF/manifest.xml of another maker: it must list exactly the files of the container, each once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from signing.canonical import parse
from signing.errors import Malformed
from signing.foreign.places import SPACE, attributes, children, leaf
from signing.manifest import PREFIXES
from signing.media_types import ASICE

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

ROOT, ENTRY, VERSION, PATH, MEDIA_TYPE = (
    f"{{{PREFIXES['manifest']}}}{name}" for name in ("manifest", "file-entry", "version", "full-path", "media-type")
)


def media_types(xml: bytes, names: Iterable[str]) -> dict[str, str]:
    """What the manifest calls each file."""
    root = parse(xml)
    if root.tag != ROOT:
        raise Malformed("not a manifest")
    attributes(root, optional=(VERSION,))
    entries = [_entry(one) for one in children(root)]
    listed = dict(entries)
    if len(listed) != len(entries) or listed.pop("/", "") != ASICE or listed.keys() != set(names):
        raise Malformed("manifest does not list exactly the files of the container")
    return listed


def _entry(element: "Element") -> tuple[str, str]:
    path, media_type = attributes(element, PATH, MEDIA_TYPE)
    if element.tag != ENTRY or leaf(element, PATH, MEDIA_TYPE).strip(SPACE):
        raise Malformed("manifest lists something else than files")
    return path, media_type
