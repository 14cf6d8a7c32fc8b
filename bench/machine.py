"""Where and with what a run was made: figures of different machines cannot be compared, their ratios can."""

import json
import os
import platform
import shutil
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.peer_setup import EXPRESS, PYTHON, SOAP, has_django, has_node_soap, has_php, has_xmlsec

PACKAGES = ("flask", "jinja2", "sqlalchemy", "psycopg", "granian", "cryptography", "lxml", "typst", "signxml")


def described() -> str:
    load, now = os.getloadavg()[0], datetime.now(UTC)
    return "\n".join(
        [
            f"{now:%Y-%m-%d %H:%M} UTC, {_processor()}, {os.cpu_count()} cores, load {load:.1f} before the run",
            f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
            + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
            f"Peers: {', '.join(_peers()) or 'none installed'}. Load by {'wrk' if shutil.which('wrk') else 'Python'}.",
        ]
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _peers() -> list[str]:
    found = []
    if has_django():
        ask = "import django, gunicorn; print('Django', django.__version__ + ', gunicorn', gunicorn.__version__)"
        found.append(_said([str(PYTHON), "-c", ask]))
    if has_xmlsec():
        found.append(_said([str(PYTHON), "-c", "import xmlsec; print('python-xmlsec', xmlsec.__version__)"]))
    if (EXPRESS / "node_modules").exists() and shutil.which("node"):
        lock = json.loads((EXPRESS / "package-lock.json").read_text())["packages"]
        names = ("express", "ejs", "better-sqlite3")
        found += [f"{name} {lock[f'node_modules/{name}']['version']}" for name in names]
        found.append(f"Node {_said(['node', '--version'])}")
    if has_node_soap():
        lock = json.loads((SOAP / "package-lock.json").read_text())["packages"]
        found.append(f"node-soap {lock['node_modules/soap']['version']}")
    if has_php():
        found.append(f"PHP {_said(['php', '-r', 'echo PHP_VERSION;'])}")
    return found


def _said(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
