"""The page on attacks says what the corpus does, and each case on it is tried by a test that there is."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.signing.attacks.corpus import ATTACKS
from tests.signing.attacks.demanded import ATTACK, DEMANDED, THREATS, ZIP
from tests.signing.attacks.pdf_corpus import PDF_ATTACKS
from tests.signing.attacks.table import DOCUMENT, written
from tests.signing.test_zip_attacks import ATTACKS as ZIP_ATTACKS

TESTS = Path(__file__).parents[1]
NODE = re.compile(r"(?P<file>[\w/]+\.py)::(?P<function>test_\w+)(?:\[(?P<name>\w+)\])?")
NAMES = {ATTACK: set(ATTACKS), ZIP: {forge.__name__ for forge in ZIP_ATTACKS}}


def test_page_on_attacks_is_as_written() -> None:
    assert DOCUMENT.read_text("utf-8") == written()


def test_page_lists_every_attack() -> None:
    rows = [line for line in written().split("## Attacks on", 1)[1].splitlines() if line.startswith("| ")]
    rows = [line for line in rows if "attack | answer" not in line]
    assert len(rows) == len(ATTACKS) + len(PDF_ATTACKS) + len(ZIP_ATTACKS)


def test_every_demanded_case_and_threat_has_its_test() -> None:
    nodes = [one.node for one in DEMANDED] + [test for _, *tests in THREATS.values() for test in tests]
    assert len(DEMANDED) == 45
    assert len({one.node for one in DEMANDED}) == len(DEMANDED)
    assert [node for node in nodes if not _exists(node)] == []


def test_a_test_that_is_not_there_would_be_missed() -> None:
    assert not _exists("signing/test_attacks.py::test_of_nothing")
    assert not _exists("signing/test_nothing.py::test_of_nothing")
    assert not _exists(f"{ATTACK}[of_nothing]")


def test_corpus_gives_the_answers_that_were_demanded() -> None:
    tried = [one for one in DEMANDED if one.test == ATTACK]
    assert {one.name: ATTACKS[one.name].sub_indication for one in tried} == {one.name: one.answer for one in tried}


def _exists(node: str) -> bool:
    found = NODE.fullmatch(node)
    assert found, node
    path, name = TESTS / found["file"], found["name"]
    is_named = name is None or name in NAMES[node.partition("[")[0]]
    return is_named and path.exists() and found["function"] in _functions(path)


@cache
def _functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))
