"""How a container may be written: in our own form to the byte, or as other people's tools write theirs (`foreign`)."""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from signing import manifest, xades_read, zip_read
from signing.xades_parts import Signature
from signing.zip_frame import Member


class Form(NamedTuple):
    """The readers of its parts."""

    name: str
    members: Callable[[bytes], list[Member]]
    media_types: Callable[[bytes, Iterable[str]], dict[str, str]]
    signature_name: re.Pattern[str]
    signature: Callable[[bytes], Signature]
    # Other makers add whole chains of certificates, needed or not.
    allows_more: bool


OWN = Form(
    "own",
    zip_read.read,
    manifest.media_types,
    re.compile(r"META-INF/signatures(?:0|[1-9][0-9]{0,2})\.xml"),
    xades_read.read_signature,
    allows_more=False,
)
