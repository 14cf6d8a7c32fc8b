"""docs/attacks.md from the corpus itself: `python -m tests.signing.attacks.table` writes it, a test compares it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

from tests.signing import test_zip_attacks
from tests.signing.attacks import (
    on_files,
    on_pdf_seals,
    on_pdf_structure,
    on_pdf_times,
    on_signers,
    on_structure,
    on_times,
    on_values,
)
from tests.signing.attacks.corpus import ATTACKS, FAILED, Attack
from tests.signing.attacks.demanded import DEMANDED, THREATS
from tests.signing.attacks.pdf_corpus import PDF_ATTACKS

ON_CONTAINERS = (on_files, on_structure, on_values, on_signers, on_times)
ON_PAPERS = (on_pdf_structure, on_pdf_seals, on_pdf_times)
DOCUMENT = Path(__file__).parents[3] / "docs" / "attacks.md"
HEAD = """# Attacks that are tried

Each is made anew by a function of the corpus (`tests/signing/attacks/`) and verified; its answer is compared with the
one here, which is in the words of EN 319 102-1. None of them is ever TOTAL-PASSED. This page is written by
`python -m tests.signing.attacks.table`, and a test fails when it is not what the corpus says.

The corpus on containers is also tried with `--foreign` (`test_foreign_attacks.py`), where certificates that prove
nothing are harmless. Single bytes are changed in `test_mutations.py`, `test_foreign_mutations.py`,
`test_pdf_attacks.py` and `pki/test_pki_mutations.py`: a sample in `make test`, all of them in `make trust`. What must
pass although it looks strange (revoked or expired after the signature, two signatures, several time-stamps) stands in
`test_times.py`, `test_attacks.py` and `test_upper_revocation.py`.
"""
CASES = """
## The 45 cases that were asked for
Those of the reference on signing, each with the test that tries it, below `tests/`. Bytes that nothing covers (the
last but three to the last but one) might also be harmless; ours refuses them.

| | case | answer | test |
|---|---|---|---|
"""
DANGERS = """
## Threats
Those of the threat model that concern signatures. T20, asking the portal about documents that are not one's own, waits
for the page on which others verify.

| threat | what | tests |
|---|---|---|
"""
COLUMNS = "| attack | answer |\n|---|---|\n"


def written() -> str:
    """The whole page."""
    containers = (_section(one, _of(one, ATTACKS)) for one in ON_CONTAINERS)
    papers = (_section(one, _of(one, PDF_ATTACKS)) for one in ON_PAPERS)
    zips = ((forge.__name__, f"{FAILED} FORMAT_FAILURE") for forge in test_zip_attacks.ATTACKS)
    return "\n".join((HEAD + _demanded(), *containers, _section(test_zip_attacks, zips), *papers))


def _demanded() -> str:
    cases = (f"| {number} | {one.what} | {one.answer} | `{one.node}` |\n" for number, one in enumerate(DEMANDED, 1))
    threats = (f"| {number} | {what} | {_code(tests)} |\n" for number, (what, *tests) in THREATS.items())
    return CASES + "".join(cases) + DANGERS + "".join(threats)


def _code(tests: Iterable[str]) -> str:
    return ", ".join(f"`{test}`" for test in tests)


def _of(module: ModuleType, corpus: Mapping[str, Attack]) -> Iterable[tuple[str, str]]:
    for name, case in corpus.items():
        if case.forge.__module__ == module.__name__:
            yield name, f"{case.indication} {case.sub_indication}"


def _section(module: ModuleType, rows: Iterable[tuple[str, str]]) -> str:
    """Under what the module says of itself."""
    lines = (f"| {name.replace('_', ' ')} | {answer} |\n" for name, answer in rows)
    return f"## {str(module.__doc__).splitlines()[0].rstrip('.')}\n{COLUMNS}{''.join(lines)}"


if __name__ == "__main__":
    DOCUMENT.write_text(written(), "utf-8")
