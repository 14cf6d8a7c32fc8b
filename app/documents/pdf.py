"""What a PDF may hold: pages to be read. It may not run, open, send, fetch or carry anything.

The objects themselves are walked, never the bytes: a word such as JavaScript may stand packed in an object stream
or be spelled with escapes.
"""

from collections.abc import Iterator
from pathlib import Path

from pikepdf import Array, DataDecodingError, Dictionary, Object, PasswordError, Pdf, Stream

from app.documents.rules import LIMITS, Refused

KEYS = {
    "/JS": "pdf.script",
    "/JavaScript": "pdf.script",
    "/XFA": "pdf.xfa",
    "/EmbeddedFiles": "pdf.attachment",
    "/EF": "pdf.attachment",
}
ACTIONS = {
    "/JavaScript": "pdf.script",
    "/Launch": "pdf.launch",
    "/GoToR": "pdf.launch",
    "/GoToE": "pdf.attachment",
    "/SubmitForm": "pdf.form",
    "/ImportData": "pdf.form",
    "/Rendition": "pdf.media",
    "/RichMediaExecute": "pdf.media",
}
SUBTYPES = {
    "/FileAttachment": "pdf.attachment",
    "/RichMedia": "pdf.media",
    "/Movie": "pdf.media",
    "/Screen": "pdf.media",
    "/Sound": "pdf.media",
    "/3D": "pdf.media",
}
PAGE_TURNS = {"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"}
END, BLANK, END_REGION = b"%%EOF", b" \t\r\n\0", 1024


def check_pdf(path: Path) -> int:
    """Give the number of pages, or raise Refused; what cannot be read raises pikepdf's own errors."""
    _check_end(path)
    try:
        with Pdf.open(path, attempt_recovery=False, suppress_warnings=True) as pdf:
            return _check(pdf)
    except PasswordError:
        raise Refused("pdf.encrypted") from None


def _check_end(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - END_REGION))
        _, end, after = file.read().rpartition(END)
    if not end:
        raise Refused("damaged")
    if after.strip(BLANK):
        raise Refused("trailing")


def _check(pdf: Pdf) -> int:
    if pdf.is_encrypted:
        raise Refused("pdf.encrypted")
    if len(pdf.objects) > LIMITS.pdf_objects:
        raise Refused("pdf.objects")
    if len(pdf.pages) > LIMITS.pages:
        raise Refused("pages")
    if not pdf.pages:
        raise Refused("damaged")
    unpacked = 0
    for dictionary in _dictionaries(pdf):
        _check_dictionary(dictionary)
        if isinstance(dictionary, Stream):
            unpacked += _unpacked_size(dictionary)
            if unpacked > LIMITS.pdf_unpacked:
                raise Refused("bomb")
    return len(pdf.pages)


def _dictionaries(pdf: Pdf) -> Iterator[Object]:
    """Every dictionary and stream once, those that no page refers to as well; without recursion."""
    values = 0
    for indirect in pdf.objects:
        waiting = [indirect]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Dictionary | Stream):
                yield value
            children = _children(value)
            values += len(children)
            if values > LIMITS.pdf_values:
                raise Refused("pdf.objects")
            # Indirect ones have their own turn.
            waiting += [child for child in children if isinstance(child, Object) and not child.is_indirect]


def _children(value: Object) -> list[object]:
    if isinstance(value, Dictionary | Stream):
        return [child for _, child in value.items()]
    return list(value) if isinstance(value, Array) else []


def _check_dictionary(dictionary: Object) -> None:
    for key in dictionary.keys():  # noqa: SIM118 - iterating over a stream itself is refused by pikepdf
        if key in KEYS:
            raise Refused(KEYS[key])
    for key, words in (("/S", ACTIONS), ("/Subtype", SUBTYPES)):
        if word := words.get(str(dictionary.get(key))):
            raise Refused(word)
    if isinstance(dictionary, Stream) and ("/F" in dictionary or "/Ref" in dictionary):
        raise Refused("pdf.external")
    _check_automatic_actions(dictionary)


def _check_automatic_actions(dictionary: Object) -> None:
    """What happens by itself, when the document, a page or a field is opened or left, may only turn pages."""
    actions = [dictionary.OpenAction] if "/OpenAction" in dictionary else []
    additional = dictionary.get("/AA")
    if isinstance(additional, Dictionary):
        actions += [action for _, action in additional.items()]
    if not all(_turns_pages(action) for action in actions):
        raise Refused("pdf.action")


def _turns_pages(action: object) -> bool:
    if isinstance(action, Array):  # A destination.
        return True
    if not isinstance(action, Dictionary) or "/Next" in action:
        return False
    kind = str(action.get("/S"))
    # A forbidden kind gets its own, more telling word when its dictionary has its turn.
    return kind in ACTIONS or kind == "/GoTo" or (kind == "/Named" and str(action.get("/N")) in PAGE_TURNS)


def _unpacked_size(stream: Stream) -> int:
    """How much the stream grows; a picture's size stands in its dictionary and is limited as that of other pictures."""
    if "/Width" in stream and "/Height" in stream:
        if int(stream.Width) * int(stream.Height) > LIMITS.pixels:
            raise Refused("pixels")
        return 0
    try:
        return len(stream.read_bytes())
    except DataDecodingError:
        # The memory that this process may use was not enough, or the packing is broken.
        raise Refused("bomb") from None
