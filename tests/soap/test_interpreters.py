"""The gateway is importable, without a word about Spyne's age, by every interpreter that has its libraries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT

# Further interpreters, each with the libraries of the lock file, separated as in PATH.
INTERPRETERS = [sys.executable, *filter(None, os.environ.get("EGOMRUK_TEST_PYTHONS", "").split(os.pathsep))]
SILENT = ["-W", "error::ImportWarning", "-W", "error::SyntaxWarning", "-W", "error::DeprecationWarning"]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_gateway_is_importable(interpreter: str, tmp_path: Path) -> None:
    # Compiled anew, for Python speaks of old style only when it compiles.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(tmp_path)}
    command = [interpreter, *SILENT, "-c", "import soap.calls, soap.catalogue, soap.contract, soap.gate"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
