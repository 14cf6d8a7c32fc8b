"""Files that are downloaded and never opened as a page of ours."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

# Also when somebody opens the file in the browser after all, nothing in it runs or loads.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def attached(content: bytes | Iterable[bytes], media_type: str, plain_name: str, *, name: str = "") -> Response:
    """The plain name is for programs that do not know the other, which has every letter."""
    answer = Response(content, mimetype=media_type)
    names = {"filename": plain_name}
    if name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    answer.headers.set("Content-Disposition", "attachment", **names)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
