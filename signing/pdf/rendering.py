"""Renders a signed document: a pure function of its bytes, a template, a language and the address for checking it.

The template reads the signed bytes itself, so that nothing of ours stands between them and the paper. There is no
clock, no locale, no database and no network in it; the same input gives the same PDF, byte for byte.
"""

import hashlib
import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from signing import plain_xml
from signing.errors import Malformed
from signing.pdf.templates import FONTS, Template
from signing.pdf.verification_code import code
from signing.texts import LANGUAGES

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from typst import Fonts

# What takes seconds at the worst. A row is an element, an attribute or one more line of a value.
MAX_ROWS = 10_000
MAX_LETTERS = 300_000
INSTANT = re.compile(rb'[>"]([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z)[<"]')


def render(document: bytes, template: Template, *, language: str = "az", link: str | None = None) -> bytes:
    """The document as PDF/A-3a, tagged, with the document itself inside. Its date is the first instant it names."""
    _check_amount(plain_xml.parse(document))
    if language not in LANGUAGES:
        raise Malformed(f"there are no words in the language {language!r:.20}")
    inputs = {"document": document.decode(), "sha256": hashlib.sha256(document).hexdigest(), "language": language}
    if link is not None:
        inputs |= {"link": link, "code": code(link)}
    return compiled(template, inputs, _date(document))


def _check_amount(root: "Element") -> None:
    rows = letters = 0
    for element in root.iter():
        values = [element.text or "", *map(str, element.attrib.values())]
        rows += len(values) + values[0].count("\n")
        letters += sum(map(len, values))
    if rows > MAX_ROWS or letters > MAX_LETTERS:
        raise Malformed(
            f"too long for paper: {rows} rows, {letters} letters; {MAX_ROWS} and {MAX_LETTERS} are the most"
        )


def _date(document: bytes) -> int:
    found = INSTANT.search(document)
    try:
        return int(datetime.fromisoformat(found[1].decode()).timestamp()) if found else _undated()
    except ValueError:
        return _undated()


def _undated() -> int:
    raise Malformed("the document does not say when it was made")


def compiled(template: Template, inputs: dict[str, str], date: int) -> bytes:
    """What the template makes of its inputs. Date and inputs are all that it can see."""
    import typst

    main = f'#include "{template.version}/template.typ"'.encode()
    # Files in memory: the bytes whose digest identifies the template are the bytes that are used.
    files: Any = {"main.typ": main, **template.files}
    compiler = typst.Compiler(files, root=FONTS, font_paths=_fonts(), sys_inputs=inputs)
    try:
        made: Any = compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=date)
    except typst.TypstError as error:
        raise Malformed(f"the document does not fit {template.version}: {error.message}") from error
    return bytes(made)


@cache
def _fonts() -> "Fonts":
    """Our own letters and no others, whatever the machine has."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
