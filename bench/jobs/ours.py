"""Containers made and verified by the library."""

from collections.abc import Callable
from pathlib import Path

from bench import materials
from signing.data_file import data_file
from signing.paths import Trust
from signing.report import Report
from signing.sealing import seal
from signing.verify import verify


def create(folder: Path) -> Callable[[int], bytes]:
    """From the bytes of two files to the bytes of a container of level B-LT."""
    services = materials.services(materials.centre(folder))
    signers = [materials.signer(folder, str(number)) for number in range(materials.OFFICERS)]
    scans = [materials.scan(number) for number in range(materials.OFFICERS)]

    def work(number: int) -> bytes:
        files = [data_file(materials.DECLARATION, materials.XML), data_file(materials.SCAN, scans[number])]
        return seal(files, signers[number], services).to_bytes()

    return work


def check(folder: Path) -> Callable[[int], Report]:
    """The whole verdict, from the bytes of a container and the root certificate."""
    trust = Trust.from_file((folder / materials.ROOT).read_bytes())
    boxes = [(folder / str(number) / materials.BOX).read_bytes() for number in range(materials.OFFICERS)]

    def work(number: int) -> Report:
        report = verify(boxes[number], trust)
        if not report.is_valid:
            raise RuntimeError(report.sub_indication)
        return report

    return work
