"""Documents to put on paper, and strangers (poppler, zbar) who read what came out."""

import hashlib
import subprocess
from functools import partial
from pathlib import Path

from signing.pdf.rendering import render
from signing.pdf.templates import template
from signing.xml_text import document, element, text

MADE_AT = "2026-11-20T08:15:00Z"
RECORD = "urn:e-gomruk:test:v1"
DECISION = "urn:e-gomruk:decision:v1"
COMMITTEE = "Azərbaycan Respublikası Dövlət Gömrük Komitəsi"

on_record = partial(render, template=template("record-v1"))
on_decision = partial(render, template=template("decision-v1"))


def record(*content: str, **attributes: str) -> bytes:
    """A document of no kind in particular, with the instant that every document needs."""
    return document("t:Record", {"t": RECORD}, element("t:MadeAt", MADE_AT), *content, **attributes)


def leaf(name: str, value: str, **attributes: str) -> str:
    return element(f"t:{name}", text(value), **attributes)


def part(name: str, *content: str, **attributes: str) -> str:
    return element(f"t:{name}", *content, **attributes)


def goods(number: int, **changes: str) -> str:
    fields = {"Code": f"{8471300000 + number}", "Name": "Şirə, üzüm, 1 l", "Quantity": str(number), "Value": "5.00"}
    return part("Goods", *(leaf(name, value) for name, value in (fields | changes).items() if value))


SAMPLE = record(
    leaf("Number", "01000260000012345"),
    part("Participants", part("Consignee", leaf("Name", "«Günəş» MMC"), leaf("Voen", "1234567891"))),
    leaf("Note", "Birinci sətir\nikinci sətir " + "daha uzun mətn " * 30 + "son"),
    *map(goods, range(1, 80)),
    part("Payment", leaf("Amount", "56839.00", currency="AZN")),
    leaf("Digest", hashlib.sha256(b"x").hexdigest()),
    version="2",
)


def decision(*, root: str = "d:Decision", namespace: str = DECISION, **changes: str) -> bytes:
    """A decision; a change gives a field other content, in which "" leaves the field out."""
    fields = {
        "Number": "01000260000012345-Q1",
        "DeclarationNumber": "01000260000012345",
        "Kind": element("d:Code", "released"),
        "DecidedAt": "2026-11-20T21:15:30Z",
        "Officer": element("d:FullName", "Məmmədova Günay İlqar qızı") + element("d:Position", "Baş inspektor"),
        "Office": element("d:Code", "01000") + element("d:Name", "Bakı Baş Gömrük İdarəsi"),
        "Reasons": "Gömrük ödənişləri tam ödənilib.\nQadağa və məhdudiyyət aşkar edilməyib.",
        "PaymentReference": "AZ-2026-000123456",
        "DeclarantContainer": element("d:FileName", "declarant.asice") + element("d:Digest", "9f86d081884c7d65" * 4),
    }
    content = [element(f"d:{name}", value) for name, value in (fields | changes).items() if value]
    return document(root, {"d": namespace}, *content)


def run(*command: str | Path, given: bytes = b"") -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True, timeout=120).stdout


def pages(pdf: bytes) -> list[str]:
    """The text of each page, in the order in which it was written."""
    return run("pdftotext", "-raw", "-", "-", given=pdf).decode().split("\f")[:-1]


# Of the page, in points: where the values of leaves stand, between head and foot.
VALUES = ("-x", "242", "-y", "76", "-W", "360", "-H", "697")


def values_column(pdf: bytes) -> str:
    """What stands under one another on all pages: a row that goes over a page has its name in pieces between."""
    return closed_up(run("pdftotext", "-raw", "-r", "72", *VALUES, "-", "-", given=pdf).decode())


def picture(pdf: bytes) -> bytes:
    """All pages as grey pixels."""
    return run("pdftoppm", "-r", "60", "-gray", "-", given=pdf)


def closed_up(written: str) -> str:
    """Without spaces and line breaks, and without the sign for a line break that paper adds."""
    return "".join(written.split()).replace("↵", "")


def codes(pdf: bytes, folder: Path) -> list[str]:
    """What a scanner reads from the first page that has a code."""
    run("pdftoppm", "-r", "150", "-png", "-", folder / "page", given=pdf)
    found = [
        subprocess.run(["zbarimg", "-q", "--raw", path], capture_output=True, check=False).stdout.decode().split()
        for path in sorted(folder.glob("page*.png"))
    ]
    return next(filter(None, found), [])
