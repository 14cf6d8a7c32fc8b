"""A feature is a folder with the same few files as every other; what goes beyond them is declared here."""

import ast
from pathlib import Path

import pytest

from app.settings import ROOT

AGREED = {"__init__", "rules", "models", "queries", "operations", "forms", "views"}
# Why a feature has files of its own: each is one concept that the agreed files stand on.
EXTRAS = {
    "accounts": {"mails", "passwords"},
    "administration": set[str](),
    "archive": {"auditing", "proofs", "publishing", "verification"},
    "border_goods": {"files"},
    "catalogue": set[str](),
    "contracts": {"machine", "mails", "schedule", "wording"},
    "design": {"choices"},
    "disclosures": set[str](),
    "emulators": {"e_gov", "hub", "registries"},
    "documents": {"inspection", "intake", "pdf", "pictures", "tickets", "tiff"},
    "gooen": {"paper"},
    "notifications": set[str](),
    "operate": {"backup", "measures", "retention"},
    "picture_codes": {"drawing"},
    "reference": set[str](),
    "signatures": set[str](),
    "systems": set[str](),
}
# Folders of `app` that are no feature; the picture in docs/architecture.md shows where they stand.
NO_FEATURES = {"adapters", "cli", "core", "demo", "migrations", "server", "static", "translations", "web"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
LONGEST = 400


def modules(folder: Path) -> set[str]:
    """The names of the files of a folder; operations that outgrow one file are a package of that name."""
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return {path.stem for path in folder.glob("*.py")} | packages


def sources() -> list[Path]:
    return [path for name in ("app", "soap", "signing") for path in sorted((ROOT / name).rglob("*.py"))]


def test_every_folder_of_the_application_is_known() -> None:
    found = {path.name for path in (ROOT / "app").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert found == EXTRAS.keys() | NO_FEATURES


@pytest.mark.parametrize("feature", EXTRAS)
def test_a_feature_has_the_agreed_files_and_those_declared(feature: str) -> None:
    found = modules(ROOT / "app" / feature)
    assert found - AGREED == EXTRAS[feature]
    assert found & AGREED > {"__init__"}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path.name for path in sources() if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    assert [str(path) for path in sources() if path.read_text("utf-8") and not described(path)] == []


def described(path: Path) -> bool:
    text = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    return text is not None and text.splitlines()[0].endswith((".", "?", ":"))


def test_files_are_small() -> None:
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in sources())
    assert lengths[len(lengths) // 2] <= 100
    assert lengths[-1] <= LONGEST


def test_every_page_belongs_to_a_feature_of_its_name() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir() if path.is_dir()}
    assert folders - EXTRAS.keys() == {"components", "errors"}
