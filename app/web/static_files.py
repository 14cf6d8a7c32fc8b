"""The static files: read once at start, addressed by what they contain, so that a browser may keep them for good."""

import gzip
import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

from flask import Flask, Response, request

from app.web.guards import allow

FOLDER: Final = Path(__file__).parent.parent / "static"
# A file of another kind is no part of the site (notes, licences) and has no address.
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".ico": "image/x-icon",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    version: str
    content_type: str
    content: bytes
    compressed: bytes


class StaticFiles:
    """All files of one folder, held in memory with their compressed form."""

    def __init__(self, folder: Path = FOLDER) -> None:
        found = (path for path in sorted(folder.rglob("*")) if path.suffix in _TYPES)
        self.files = {path.relative_to(folder).as_posix(): _read(path) for path in found}

    def url(self, name: str) -> str:
        return f"/static/{self.files[name].version}/{name}"

    def answer(self, version: str, name: str) -> Response:
        file = self.files.get(name)
        if file is None or file.version != version:
            return Response(status=HTTPStatus.NOT_FOUND)
        response = Response(file.content, content_type=file.content_type)
        if request.accept_encodings["gzip"]:
            response.set_data(file.compressed)
            response.content_encoding = "gzip"
        response.vary.add("Accept-Encoding")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def init_app(app: Flask) -> StaticFiles:
    """Give the files their address; the application is made with `static_folder=None`."""
    files = StaticFiles()
    app.extensions["static_files"] = files

    @app.get("/static/<version>/<path:name>")
    @allow("web.public")
    def static(version: str, name: str) -> Response:
        return files.answer(version, name)

    return files


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    version = hashlib.sha256(content).hexdigest()[:12]
    return StaticFile(version, _TYPES[path.suffix], content, gzip.compress(content, 9, mtime=0))
