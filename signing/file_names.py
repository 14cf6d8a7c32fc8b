"""Names of files as a container can hold them: the same letters on every system."""

import re
from unicodedata import normalize

# Letters that do not fall apart into a Latin letter and a mark.
LETTERS = str.maketrans({"ə": "e", "Ə": "E", "ı": "i", "ø": "o", "ß": "ss"})
UNWANTED = re.compile(r"[^a-z0-9_.-]+")


def plain_name(name: str) -> str:
    """`Müqavilə №1.PDF` becomes `muqavile-no1.pdf`."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_plain(stem) or 'file'}.{_plain(suffix)}" if dot and _plain(suffix) else _plain(name) or "file"


def _plain(text: str) -> str:
    letters = normalize("NFKD", text.translate(LETTERS)).encode("ascii", "ignore").decode().lower()
    return UNWANTED.sub("-", letters).strip(".-")
