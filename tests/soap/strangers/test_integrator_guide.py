"""The programs of the guide for integrators, run as they stand there; only the address is that of the test."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soap.strangers.conftest import Site

pytestmark = pytest.mark.once
HERE = Path(__file__).parent
GUIDE = (HERE.parents[2] / "docs" / "integrator-guide.md").read_text("utf-8")
PROGRAMS = {"python": [sys.executable], "js": ["node"], "php": ["php"]}
NO_AUTHORITIES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")  # Of the machine: the guide names its own.


@pytest.mark.parametrize("language", PROGRAMS)
def test_program_of_the_guide_sends_a_paper(site: Site, language: str) -> None:
    (program,) = re.findall(rf"```{language}\n(.+?)```", GUIDE, re.DOTALL)
    path = site.folder / f"guide.{language}"
    path.write_text(program.replace("https://portal.example:8443", site.endpoint.removesuffix("/soap/v1")), "utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in NO_AUTHORITIES}
    ended = subprocess.run(
        [*PROGRAMS[language], path],
        cwd=site.folder,
        env={**environment, "NODE_PATH": str(HERE / "node_modules")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.stdout.lower(), ended.returncode) == ("pdf 2 false\n", 0), ended.stderr
