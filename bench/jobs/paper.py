"""A declaration on paper: drawn from its XML, sealed, and the seal verified."""

import io
from collections.abc import Callable
from pathlib import Path

import pikepdf

from bench import materials
from signing.paths import Trust
from signing.pdf.rendering import render
from signing.pdf.sealing import seal
from signing.pdf.templates import template
from signing.pdf.verifying import verify_pdf
from signing.report import Report

TEMPLATE = "record-v1"
ITEMS, PAGES = 100, 3
LINK = "https://e-gomruk.example/v/26AZ"


def drawn(folder: Path) -> Callable[[int], bytes]:  # noqa: ARG001
    def work(number: int) -> bytes:
        return render(declaration(number), template(TEMPLATE), link=f"{LINK}{number}")

    if len(pikepdf.open(io.BytesIO(work(materials.OFFICERS))).pages) != PAGES:
        raise RuntimeError("the paper has another number of pages")
    return work


def sealed(folder: Path) -> Callable[[int], bytes]:
    """Drawn as well: paper and seal are made together."""
    draw, signer = drawn(folder), materials.signer(folder, materials.SEAL)
    services = materials.services(materials.centre(folder))

    def work(number: int) -> bytes:
        return seal(draw(number), signer, services)

    return work


def check(folder: Path) -> Callable[[int], Report]:
    trust = Trust.from_file((folder / materials.ROOT).read_bytes())
    papers = [sealed(folder)(number) for number in range(2)]

    def work(number: int) -> Report:
        report = verify_pdf(papers[number % 2], trust)
        if not report.is_valid:
            raise RuntimeError(report.sub_indication)
        return report

    return work


def declaration(number: int) -> bytes:
    items = "".join(
        f"<c:Item><c:Number>{item}</c:Number><c:Description>Malın təsviri və ölçü vahidi {number}-{item}"
        f'</c:Description><c:Value currency="USD">{1000 + item}.50</c:Value></c:Item>'
        for item in range(ITEMS)
    )
    head = f"<c:Number>26AZ00100{number:06}</c:Number><c:Made>2026-11-21T08:00:00Z</c:Made>"
    return f'<c:Declaration xmlns:c="urn:e-gomruk:declaration:v1">{head}{items}</c:Declaration>'.encode()
