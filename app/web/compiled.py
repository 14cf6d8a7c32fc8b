"""Compiled pages, kept from one start to the next, so that a portal of many pages starts at once.

They lie under a name made of everything that they are made of: templates, words, constants, the folding itself and the
versions of Python and Jinja. Whatever changes, the name changes, and pages are compiled anew; nothing can be stale.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from app.web.i18n import TRANSLATIONS

CODE = Path(__file__).parent
STATIC = CODE.parent / "static"


class CompiledPages(BytecodeCache):
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def load_bytecode(self, bucket: Bucket) -> None:
        path = self._folder / bucket.key
        if path.exists():
            bucket.bytecode_from_string(path.read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        draft = self._folder / f"{bucket.key}.{token_hex(4)}"
        draft.write_bytes(bucket.bytecode_to_string())
        draft.replace(self._folder / bucket.key)


def compiled_pages(folder: Path, templates: Path, language: str, constants: Mapping[str, Any]) -> CompiledPages:
    """The store for pages of one language made of just this; those made of something else are removed."""
    made_of = fingerprint(templates, constants)
    if folder.exists():
        for other in folder.iterdir():
            if other.name != made_of:
                shutil.rmtree(other, ignore_errors=True)  # Another process may be removing it too.
    return CompiledPages(folder / made_of / language)


def fingerprint(templates: Path, constants: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(f"{sys.version} {jinja2.__version__} {os.fspath(templates)}".encode())
    sources = ((templates, "*.html"), (TRANSLATIONS, "*.po"), (CODE, "*.py"), (STATIC, "*.*"))
    for path in (path for folder, pattern in sources for path in sorted(folder.rglob(pattern))):
        digest.update(f"\n{path.name}\n".encode() + path.read_bytes())
    for name in sorted(constants):
        # A function among the constants is known by its code and by what it answers from, both of which stand above.
        value = constants[name]
        digest.update(f"\n{name} {getattr(value, '__qualname__', None) or value!r}".encode())
    return digest.hexdigest()[:32]
