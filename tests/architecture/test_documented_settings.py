"""Every setting is documented with its default, and no document or program names one that does not exist."""

import re
from dataclasses import fields
from pathlib import Path

from app.settings import ROOT, Settings

DOCUMENT = ROOT / "docs" / "settings.md"
HEAD = "| setting | default | what it is |\n|---|---|---|\n"


def names() -> set[str]:
    return {entry.metadata["name"] for entry in fields(Settings)}


def table() -> str:
    return HEAD + "".join(row(**entry.metadata) for entry in fields(Settings))


def row(*, name: str, default: str, explanation: str, secret: bool) -> str:
    return f"| `{name}` | {f'`{default}`' if default else '–'} | {explanation} |\n"


def test_the_document_lists_every_setting_as_the_program_has_it() -> None:
    assert table() in DOCUMENT.read_text("utf-8")


def test_the_document_says_which_settings_are_secrets() -> None:
    secrets = [entry.metadata["name"] for entry in fields(Settings) if entry.metadata["secret"]]
    (line,) = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("Secrets: ")]
    assert re.findall(r"`(\w+)`", line) == secrets


def test_every_variable_that_a_program_reads_is_documented() -> None:
    named = {name: path for path in written() for name in found_in(path)}
    assert {name: path for name, path in named.items() if name.removesuffix("_FILE") not in found_in(DOCUMENT)} == {}


def test_no_variable_is_documented_that_nothing_reads() -> None:
    read = {name for path in written() if path.suffix != ".md" for name in found_in(path)}
    assert found_in(DOCUMENT) - names() - read == set()


def found_in(path: Path) -> set[str]:
    return set(re.findall(r"\bEGOMRUK_[A-Z0-9_]+\b", path.read_text("utf-8")))


def written() -> list[Path]:
    """Programs, documents and scripts that speak of settings."""
    folders = [path for name in ("app", "soap", "docs", "tests", ".ci") for path in (ROOT / name).rglob("*")]
    texts = [path for path in folders if path.suffix in {".py", ".md", ""} and path.is_file()]
    return [*(path for path in texts if path != Path(__file__)), ROOT / "Makefile"]
