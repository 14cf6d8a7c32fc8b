"""The way from paper back to the file: an address that holds the file's fingerprint, and its QR code."""

import base64
import hashlib
import re
from urllib.parse import quote

from signing.errors import Malformed

# So much stays readable on 27 mm of paper.
LINK = re.compile(r"https?://[!-~]{1,192}")
QUIET = 4


def verification_link(base_url: str, number: str, signed: bytes) -> str:
    """No personal data: where to ask, for which number, and which bytes are meant."""
    return f"{base_url.rstrip('/')}/v/{quote(number, safe='')}?h={fingerprint(signed)}"


def fingerprint(signed: bytes) -> str:
    """Half of the digest, in letters and digits: 128 bits, so that no other file has it."""
    return base64.b32encode(hashlib.sha256(signed).digest()[:16]).decode().rstrip("=")


def code(link: str) -> str:
    """The QR code as a picture in SVG: dark squares of one unit, with the quiet zone that readers need around them."""
    import segno

    if not LINK.fullmatch(link):
        raise Malformed(f"not an address for a QR code: {link!r:.80}")
    rows = segno.make_qr(link, error="m").matrix
    size = len(rows) + 2 * QUIET
    dark = "".join(
        f"M{run.start() + QUIET} {y}h{len(run[0])}v1h-{len(run[0])}z"
        for y, row in enumerate(rows, QUIET)
        for run in re.finditer("\1+", row.decode("latin-1"))
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{dark}"/></svg>'
