"""The page on attacks says what the corpus does."""

from tests.signing.attacks.corpus import ATTACKS
from tests.signing.attacks.pdf_corpus import PDF_ATTACKS
from tests.signing.attacks.table import DOCUMENT, written
from tests.signing.test_zip_attacks import ATTACKS as ZIP_ATTACKS


def test_page_on_attacks_is_as_written() -> None:
    assert DOCUMENT.read_text("utf-8") == written()


def test_page_lists_every_attack() -> None:
    rows = [line for line in written().splitlines() if line.startswith("| ") and "attack | answer" not in line]
    assert len(rows) == len(ATTACKS) + len(PDF_ATTACKS) + len(ZIP_ATTACKS)
