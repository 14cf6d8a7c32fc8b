"""Containers of the second emitter, stamped and answered for by the centre of the tests."""

import io
import zipfile
from collections.abc import Callable

from signing import profiles
from signing.container import open_container
from signing.examination import Policy
from signing.foreign.form import FOREIGN
from signing.ocsp import load_response
from signing.report import Report
from signing.verify import verify
from signing.zip_read import NotAContainer
from tests.signing.centre import PERSON, START, Centre
from tests.signing.foreign_maker import LAYOUTS, Layout, Maker

TOLERANT = Policy(form=FOREIGN)
FILES = {"Müqavilə №1.pdf": b"%PDF-1.7", "declaration.xml": b"<Declaration></Declaration>"}
BY_NAME = {layout.name: layout for layout in LAYOUTS}
OLD, SERVER = BY_NAME["desktop-old"], BY_NAME["server"]
PASSED = ("TOTAL-PASSED", "")
MALFORMED = ("TOTAL-FAILED", "FORMAT_FAILURE")


def maker(centre: Centre, layout: Layout, files: dict[str, bytes] | None = None, key: object = None) -> Maker:
    signer = centre.signer(profiles.PERSON_SIGNING, PERSON, key)  # type: ignore[arg-type]
    return Maker(layout, files or FILES, signer.certificate, signer._key, START)


def finished(centre: Centre, tool: Maker) -> bytes:
    """A signature file of level B-LT, with the certificate of the root in it as many tools have it."""
    root = tool.signature()
    token = centre.tsa.token(tool.imprint(root))
    answer = centre.ocsp.response(tool.certificate, centre.issuing)
    known = [centre.root, *load_response(answer)[0].certificates, centre.issuing]
    tool.add(root, token, known, [answer])
    return tool.text(root)


def made(centre: Centre, layout: Layout, files: dict[str, bytes] | None = None, key: object = None) -> bytes:
    tool = maker(centre, layout, files, key)
    return tool.packed(finished(centre, tool))


def judged(data: bytes, centre: Centre, policy: Policy = TOLERANT) -> Report:
    return verify(data, centre.trust, policy, START)


def answer(report: Report) -> tuple[str, str]:
    return report.indication.value, report.sub_indication


def said(data: bytes, centre: Centre) -> tuple[object, ...] | None:
    """All that an accepted container states: what is signed, by whom, when. None for one that is not accepted."""
    try:
        report = judged(data, centre)
    except NotAContainer:
        return None
    if not report.is_valid:
        return None
    (signature,) = report.signatures
    contents = tuple((file.name, file.media_type, file.content) for file in open_container(data, FOREIGN).files)
    return contents, signature.signer, signature.trusted_time, signature.claimed_time, signature.good_until


def zipped(entries: list[tuple[str, bytes]], change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    """As an ordinary library for zip files writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            if change:
                change(entry)
            box.writestr(entry, content)
    return buffer.getvalue()
