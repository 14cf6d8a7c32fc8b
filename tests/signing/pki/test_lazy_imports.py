"""The library costs what is used of it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_package_itself_costs_nothing() -> None:
    assert not loaded_by("import signing") & {"cryptography", "lxml", "ssl", "http"}


@pytest.mark.parametrize("module", ["timestamp", "ocsp", "crl", "paths"])
def test_verifying_opens_no_way_out(module: str) -> None:
    loaded = loaded_by(f"import signing.{module}")
    assert not loaded & {
        "http.client",
        "urllib.request",
        "ssl",
        "lxml",
        "click",
        "flask",
        "sqlalchemy",
        "app",
    }
